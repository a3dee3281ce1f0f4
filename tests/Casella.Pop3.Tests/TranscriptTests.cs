using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Pop3.Tests;

/// <summary>
/// Plays every conversation of Transcripts/ against the room over the real store, from the greeting on. INBOX has three
/// messages. "clear-…" begins on the port without TLS; a comment "# policy name=value" sets a policy of the mailbox
/// first.
/// </summary>
public sealed class TranscriptTests
{
    private static readonly string Folder = Path.Join(AppContext.BaseDirectory, "Transcripts");

    private static readonly string[] Inbox =
    [
        "Subject: one\n\nHello\n",
        "Subject: two\n\n.a dot in front\n..two dots\n.\nthe end\n",
        "Subject: three\n\nfirst line\nsecond line\nno line end",
    ];

    public static TheoryData<string> All => [.. Directory.GetFiles(Folder, "*.transcript").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_server_says_what_the_transcript_says(string name)
    {
        await using var server = await TestServer.StartAsync(
            services => services.AddCasellaPop3(new Pop3Options()),
            services => [(TlsMode.Implicit, services.GetRequiredService<Pop3Protocol>()), (TlsMode.StartTls, services.GetRequiredService<Pop3Protocol>())]);
        foreach (var message in Inbox)
            await server.AppendAsync(TestServer.Address, "INBOX", message);
        var text = await File.ReadAllTextAsync(Path.Join(Folder, name), TestContext.Current.CancellationToken);
        await (await server.OpenAsync(TestServer.Address)).SetPolicyAsync(Policies(text), TestContext.Current.CancellationToken);
        var clear = name.StartsWith("clear-", StringComparison.Ordinal);
        var player = new TranscriptPlayer(name, _ => WireClient.ConnectAsync(server.Ports[clear ? 1 : 0], tls: !clear));

        await player.PlayAsync(text);
    }

    private static Dictionary<string, string> Policies(string transcript)
    {
        const string Mark = "# policy ";
        return transcript.Split('\n').Where(line => line.StartsWith(Mark, StringComparison.Ordinal))
            .Select(line => line[Mark.Length..].Trim().Split('=')).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
    }
}
