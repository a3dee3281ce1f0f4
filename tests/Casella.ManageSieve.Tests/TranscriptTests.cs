using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.ManageSieve.Tests;

/// <summary>
/// Plays every conversation of Transcripts/ against the room over the real store, from the greeting on. "clear-…" begins
/// on the port without TLS; "# italian" leaves the mailbox in the language that it begins with.
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
            services => services.AddCasellaManageSieve(new ManageSieveOptions()),
            services => [(TlsMode.Implicit, services.GetRequiredService<ManageSieveProtocol>()), (TlsMode.StartTls, services.GetRequiredService<ManageSieveProtocol>())]);
        var text = await File.ReadAllTextAsync(Path.Join(Folder, name), TestContext.Current.CancellationToken);
        if (!text.Contains("# italian", StringComparison.Ordinal))
            await (await server.OpenAsync(TestServer.Address)).SetPolicyAsync(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["language"] = "en" }, TestContext.Current.CancellationToken);
        var clear = name.StartsWith("clear-", StringComparison.Ordinal);

        await new TranscriptPlayer(name, _ => WireClient.ConnectAsync(server.Ports[clear ? 1 : 0], tls: !clear)).PlayAsync(text);
    }
}
