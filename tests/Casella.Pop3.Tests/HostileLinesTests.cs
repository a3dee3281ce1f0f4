using AwesomeAssertions;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Pop3.Tests;

/// <summary>
/// What a hostile or broken client sends: lines too long, also within AUTH, and commands behind STLS.
/// </summary>
public sealed class HostileLinesTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        services => services.AddCasellaPop3(new Pop3Options()),
        services => [(TlsMode.Implicit, services.GetRequiredService<Pop3Protocol>()), (TlsMode.StartTls, services.GetRequiredService<Pop3Protocol>())]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_line_too_long_is_refused_as_such_also_within_AUTH_and_the_session_goes_on()
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await client.LineAsync();
        var longLine = new string('A', 5_000);
        await client.SendRawAsync($"{longLine}\r\nAUTH PLAIN\r\n{longLine}\r\nUSER info@example.org\r\n");

        (await client.LineAsync()).Should().StartWith("-ERR ").And.NotContain("internal");
        (await client.LineAsync()).Should().StartWith("+ ");
        (await client.LineAsync()).Should().StartWith("-ERR ").And.NotContain("internal");
        (await client.LineAsync()).Should().StartWith("+OK");
    }

    [Fact]
    public async Task What_is_sent_behind_STLS_in_clear_ends_the_connection()
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[1], tls: false);
        await client.LineAsync();
        await client.SendRawAsync("STLS\r\nCAPA\r\nUSER info@example.org\r\n");

        var replies = new List<string>();
        while (await client.LineAsync() is { Length: > 0 } line)
            replies.Add(line);

        replies.Should().HaveCountLessThanOrEqualTo(1, "nothing but the go-ahead may be answered");
    }
}
