using System.Text;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Net.Connections;
using Casella.Smtp.Inbound;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Smtp.Tests.World;

/// <summary>Port 25 of mail.example.org as strangers meet it: no network is trusted, and its DNS is the test's.</summary>
internal sealed class MailExchanger : IAsyncDisposable
{
    public const string HostName = "mail.example.org";

    private readonly TestServer _server;

    private MailExchanger(TestServer server, NameServer names) => (_server, Names) = (server, names);

    public NameServer Names { get; }
    public IServiceProvider Services => _server.Services;

    /// <param name="more">What the server would register besides.</param>
    public static async Task<MailExchanger> StartAsync(InboundOptions options, Action<IServiceCollection>? more = null)
    {
        var names = new NameServer();
        // All strangers are this machine: it would soon be one that makes many mistakes, and wait for each answer.
        var server = await TestServer.StartAsync(
            services =>
            {
                services.AddSingleton(names.Options).AddCasellaSmtp(new SmtpOptions { TarpitTime = TimeSpan.Zero }, options, HostName);
                more?.Invoke(services);
            },
            services => [(TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx))]);
        return new MailExchanger(server, names);
    }

    /// <summary>Brings a message; the answers to RCPT and to the content, the second empty when RCPT was refused.</summary>
    /// <param name="message">Lines end with CRLF or LF.</param>
    public async Task<(string Recipient, string Content)> BringAsync(string message, string sender, string hello = "client.test", string recipient = "info@example.org")
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: false);
        await client.LineAsync();
        await AskAsync(client, $"HELO {hello}");
        await AskAsync(client, $"MAIL FROM:<{sender}>");
        var taken = await AskAsync(client, $"RCPT TO:<{recipient}>");
        if (!taken.StartsWith("250", StringComparison.Ordinal))
            return (taken, "");
        await AskAsync(client, "DATA");
        await client.SendRawAsync(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"))) + "\r\n.\r\n");
        return (taken, await client.LineAsync());
    }

    /// <summary>The newest message of a folder as its header, or null.</summary>
    public async Task<string?> NewestAsync(SpecialUse folder)
    {
        var account = await _server.OpenAsync("info@example.org");
        var tree = await account.GetTreeAsync(CancellationToken.None);
        var mailbox = folder is SpecialUse.None ? tree.Find(MailboxName.Inbox) : tree.Find(folder);
        var snapshot = await account.GetSnapshotAsync(mailbox!.Id, CancellationToken.None);
        if (snapshot.Count == 0)
            return null;
        await foreach (var message in account.ReadAsync([snapshot[^1]], MessageNeeds.Header, CancellationToken.None))
            return Encoding.UTF8.GetString(message.Header.Span);
        return null;
    }

    public ValueTask DisposeAsync()
    {
        Names.Dispose();
        return _server.DisposeAsync();
    }

    private static async Task<string> AskAsync(WireClient client, string command)
    {
        await client.SendAsync(command);
        return await client.LineAsync();
    }
}
