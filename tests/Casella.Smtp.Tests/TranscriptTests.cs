using Casella.Core.Directory;
using Casella.Net.Connections;
using Casella.Smtp.Inbound;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Smtp.Tests;

/// <summary>
/// Plays every conversation of Transcripts/ against the room over the real store, from the greeting on: "mx-…" on port
/// 25, "submission-…" on 465 (TLS from the first byte), "clear-…" on 587. There are info@example.org and
/// altri@example.org, pieno@example.org, which is full, quasi@example.org, which has room for 100 octets, and
/// severo@example.org, whose filter rejects everything.
/// </summary>
public sealed class TranscriptTests
{
    private const int Quota = 1024 * 1024;
    private static readonly string Folder = Path.Join(AppContext.BaseDirectory, "Transcripts");
    private static readonly string[] Kinds = ["mx", "submission", "clear"];

    public static TheoryData<string> All => [.. Directory.GetFiles(Folder, "*.transcript").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_server_says_what_the_transcript_says(string name)
    {
        await using var server = await StartAsync();
        var port = Array.IndexOf(Kinds, name.Split('-')[0]);
        var player = new TranscriptPlayer(name, _ => WireClient.ConnectAsync(server.Ports[port], tls: port == 1));

        await player.PlayAsync(await File.ReadAllTextAsync(Path.Join(Folder, name), TestContext.Current.CancellationToken));
    }

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync(
            services => services.AddCasellaSmtp(new SmtpOptions(), new InboundOptions(), "mail.example.org"),
            services =>
            [
                (TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx)),
                (TlsMode.Implicit, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Submission)),
                (TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Submission)),
            ]);
        await server.AddAccountAsync("altri@example.org", quota: null);
        await FillAsync(server, "pieno@example.org", Quota);
        await FillAsync(server, "quasi@example.org", Quota - 100);
        await server.AddAccountAsync("severo@example.org", quota: null);
        var filters = (await server.OpenAsync("severo@example.org")).Filters;
        await filters.PutAsync("no", "require \"reject\"; reject \"Non scrivere qui, perché è inutile.\";", TestContext.Current.CancellationToken);
        await filters.ActivateAsync("no", TestContext.Current.CancellationToken);
        return server;
    }

    private static async Task FillAsync(TestServer server, string address, int size)
    {
        const string Header = "Subject: big\r\n\r\n";
        await server.AddAccountAsync(address, quota: null);
        await server.AppendAsync(address, "INBOX", Header + new string('x', size - Header.Length));
        // Only now, or the server's notice that it is nearly full would take the room that is left.
        await server.Services.GetRequiredService<MailDirectory>().SetQuotaAsync(address, Quota, TestContext.Current.CancellationToken);
    }
}
