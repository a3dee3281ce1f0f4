using Casella.Imap.Tests.Wire;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Imap.Tests;

/// <summary>
/// Plays every conversation of Transcripts/ against the room over the real store; each client is signed in before it
/// begins.
/// </summary>
public sealed class TranscriptTests
{
    private static readonly string Folder = Path.Join(AppContext.BaseDirectory, "Transcripts");

    public static TheoryData<string> All => [.. Directory.GetFiles(Folder, "*.transcript").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_server_says_what_the_transcript_says(string name)
    {
        await using var server = await TestServer.StartAsync(
            services => services.AddCasellaImap(new ImapOptions()), services => [(TlsMode.Implicit, services.GetRequiredService<ImapProtocol>())]);
        var player = new TranscriptPlayer(name, async _ =>
        {
            var client = await WireClient.ConnectAsync(server.Ports[0], tls: true);
            await client.LineAsync();
            await client.CommandAsync($"x LOGIN {TestServer.Address} \"{TestServer.Password}\"");
            return client;
        });

        await player.PlayAsync(await File.ReadAllTextAsync(Path.Join(Folder, name), TestContext.Current.CancellationToken));
    }
}
