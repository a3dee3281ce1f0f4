using System.Net.Sockets;
using AwesomeAssertions;
using Casella.Server.Options;

namespace Casella.Server.Tests.Hosting;

/// <summary>A server below its floor of free disk, as senders and programs see it.</summary>
public sealed class DiskFloorTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Senders_are_told_452_4_3_1_and_programs_UNAVAILABLE_and_deleting_goes_on()
    {
        await Run("domain", "add", "example.org");
        var password = (await Run("account", "add", "info@example.org", "--json")).Json.GetProperty("password").GetString();
        await Run("import", "info@example.org", _folder.Write("old.eml", "Subject: old\n\nx\n"));
        await using var server = await RunningServer.StartAsync(_folder.Data, limits: new LimitsOptions { MinimumFreeDisk = long.MaxValue });

        (await MailAsync(server)).Should().StartWith("452 4.3.1 ");

        await using var imap = await TlsClient.ConnectAsync(server, "IMAP");
        await imap.ReadAsync();
        (await imap.CommandAsync($"a LOGIN info@example.org {password}")).Should().Contain("a OK");
        (await imap.CommandAsync("b APPEND INBOX {5+}\r\nhello")).Should().Contain("b NO [UNAVAILABLE]");
        await imap.CommandAsync("c SELECT INBOX");
        (await imap.CommandAsync("d STORE 1 +FLAGS (\\Deleted)")).Should().Contain("d OK");
        (await imap.CommandAsync("e EXPUNGE")).Should().Contain("* 1 EXPUNGE").And.Contain("e OK");
    }

    private static async Task<string> MailAsync(RunningServer server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Server.Status().Listeners.First(listener => listener.Service.StartsWith("SMTP (mail", StringComparison.Ordinal)).Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        foreach (var line in new[] { "HELO mx.example.net", "MAIL FROM:<anna@example.net>" })
        {
            await writer.WriteLineAsync(line);
            await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }

        await writer.WriteLineAsync("RCPT TO:<info@example.org>");
        return (await reader.ReadLineAsync(TestContext.Current.CancellationToken))!;
    }

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync([.. arguments, "--data", _folder.Data]);
}
