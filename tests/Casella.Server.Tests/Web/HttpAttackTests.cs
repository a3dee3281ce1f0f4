using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using AwesomeAssertions;

namespace Casella.Server.Tests.Web;

/// <summary>Attacks below the pages: two requests in one, a host of somebody else's, floods of HTTP/2, what is too large.</summary>
public sealed class HttpAttackTests(WebHouse house) : IClassFixture<WebHouse>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A server that waits for more of a request says nothing for longer.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>RFC 9112 §11.2: where two could read the message differently there is one answer at most, and the connection ends.</summary>
    [Theory]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 35\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0B" + "chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /sign-in HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /sign-in HTTP/1.1\r\nHost: x\r\nHost: evil.test\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://evil.test/sign-in HTTP/1.1\r\nHost: x\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /sign-in HTTP/1.1\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    public async Task Nobody_hides_a_request_in_another(string bytes)
    {
        var answers = await TellAsync(bytes);

        answers.Split("HTTP/1.1 ").Should().HaveCountLessThanOrEqualTo(2, answers);
        answers.Should().NotContain("HTTP/1.1 200");
    }

    [Theory]
    [InlineData("/a/..%2f..%2fdata%2fdirectory.db")]
    [InlineData("/a/%2e%2e/%2e%2e/casella.json")]
    [InlineData("/a/x/..%5c..%5ccasella.json")]
    [InlineData("/m/1/1/..%252fsource")]
    [InlineData("/settings%00.css")]
    [InlineData("//settings")]
    [InlineData("/%2fsettings")]
    public async Task No_path_leads_to_a_file_or_around_the_door(string path)
    {
        var answer = await TellAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        answer.Should().MatchRegex("^HTTP/1\\.1 (302|400|401|404)").And.NotContain("HTTP/1.1 200");
    }

    /// <summary>Links come from the configuration: a name that somebody sends along is in none of them.</summary>
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/help")]
    [InlineData("/settings")]
    [InlineData("/setup/profile.mobileconfig?address=anyone@example.org")]
    [InlineData("/autodiscover/autodiscover.json?Email=a@example.org&Protocol=AutodiscoverV1")]
    [InlineData("/mail/config-v1.1.xml?emailaddress=a@example.org")]
    public async Task A_forged_host_is_believed_nowhere(string path)
    {
        var answer = await TellAsync($"GET {path} HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: evil.test\r\nForwarded: host=evil.test\r\nConnection: close\r\n\r\n");

        answer.Should().StartWith("HTTP/1.1 ").And.NotContain("evil.test");
    }

    [Fact]
    public async Task What_is_too_large_is_refused_before_it_is_read()
    {
        (await TellAsync($"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-A: {new string('a', 1_000_000)}\r\n\r\n")).Should().StartWith("HTTP/1.1 431");
        (await TellAsync($"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: x\r\n\r\n")).Should().StartWith("HTTP/1.1 414");
        (await TellAsync($"GET /sign-in HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Repeat("a: b\r\n", 200))}\r\n")).Should().StartWith("HTTP/1.1 431");
        (await TellAsync("POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000000000\r\n\r\nuser=")).Should().StartWith("HTTP/1.1 413");
    }

    /// <summary>A body that says it is compressed is not unpacked: there is no bomb.</summary>
    [Fact]
    public async Task A_compressed_body_stays_what_it_is()
    {
        using var browser = house.Open();
        using var content = new ByteArrayContent([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]);
        content.Headers.ContentType = new("application/x-www-form-urlencoded");
        content.Headers.ContentEncoding.Add("gzip");

        (await browser.PostAsync("/sign-in", content)).Headers.Location!.ToString().Should().Contain("why=ErrorForm");
    }

    /// <summary>CVE-2023-44487: opened and reset without end.</summary>
    [Fact]
    public Task Streams_that_are_reset_at_once_end_the_connection() => FloodAsync(stream => [.. Frame(1, 0x5, stream, Request), .. Frame(3, 0, stream, [0, 0, 0, 8])], 20_000);

    /// <summary>A header that never ends.</summary>
    [Fact]
    public Task Continuations_without_end_end_the_connection()
    {
        byte[] field = [0, 1, (byte)'a', 0x7F, 0x81, 0x3E, .. new byte[8_000].Select(_ => (byte)'a')];
        return FloodAsync(stream => stream == 1 ? Frame(1, 0x1, 1, Request) : Frame(9, 0, 1, field), 2_000);
    }

    private static byte[] Request => [0x82, 0x87, 0x04, 12, .. "/health/live"u8, 0x41, 1, (byte)'x'];

    /// <summary>Sends until the server has had enough, which it must; and somebody else is served meanwhile.</summary>
    private async Task FloodAsync(Func<int, byte[]> frames, int atMost)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, house.Https, Stop);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
#pragma warning disable CA5359 // a test server on loopback
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            Stop);
        tls.NegotiatedApplicationProtocol.Should().Be(SslApplicationProtocol.Http2);
        await tls.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [])], Stop);
        var ended = DrainAsync(tls);
        var sent = 0;
        try
        {
            for (; sent < atMost && !ended.IsCompleted; sent++)
                await tls.WriteAsync(frames((2 * sent) + 1), Stop).AsTask().WaitAsync(Patience, Stop);
        }
        catch (IOException)
        {
            // It has hung up: what was to be shown.
        }

        await ended.WaitAsync(Patience, Stop);
        sent.Should().BeLessThan(atMost);
        (await TellAsync("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).Should().StartWith("HTTP/1.1 200");
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    private static async Task DrainAsync(Stream stream)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, Stop) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: as good an end.
        }
    }

    /// <summary>All that comes until the other side hangs up, or says nothing more.</summary>
    private async Task<string> TellAsync(string bytes)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, house.Http, Stop);
        var stream = tcp.GetStream();
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), Stop);
            patience.CancelAfter(Quiet);
            while (await stream.ReadAsync(buffer, patience.Token) is > 0 and var read)
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (Exception over) when (over is IOException || (over is OperationCanceledException && !Stop.IsCancellationRequested))
        {
            // It hangs up before it has read all, or waits for more: what it has said until then counts.
        }

        return text.ToString();
    }
}
