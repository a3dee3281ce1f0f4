using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Core.Push;
using Casella.Formats.Push;
using Casella.Web.Push;

namespace Casella.Web.Tests.Push;

/// <summary>What a push service gets, what only the browser can read of it, and what its answers mean.</summary>
public sealed class PushTransportTests : IDisposable
{
    private static readonly PushNotice Notice = new(new AccountId(7), "info@example.test", 3, null);

    private readonly ECDiffieHellman _browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly PushSigner _signer = new(PushSigner.NewKey());
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(16);

    public void Dispose()
    {
        _browser.Dispose();
        _signer.Dispose();
    }

    [Fact]
    public async Task The_service_gets_what_only_the_browser_can_read()
    {
        await using var service = new TestPushService("201 Created");

        var outcome = await SendAsync(service);

        outcome.Should().Be(PushOutcome.Sent);
        service.Head.Should().StartWith("POST /p/1 HTTP/1.1").And.Contain("Content-Encoding: aes128gcm").And.Contain("TTL: 86400").And.Contain("Topic: mailbox7")
            .And.Contain("Authorization: vapid t=").And.NotContain("example.test");
        var text = JsonDocument.Parse(Decrypt(service.Body)).RootElement;
        text.GetProperty("title").GetString().Should().Be("info@example.test");
        text.GetProperty("body").GetString().Should().Be("3 nuovi messaggi");
    }

    [Theory]
    [InlineData("404 Not Found", PushOutcome.Gone)]
    [InlineData("410 Gone", PushOutcome.Gone)]
    [InlineData("429 Too Many Requests", PushOutcome.Later)]
    [InlineData("503 Service Unavailable", PushOutcome.Later)]
    [InlineData("403 Forbidden", PushOutcome.Refused)]
    [InlineData("302 Found", PushOutcome.Refused)]
    public async Task An_answer_means_what_the_standard_says(string status, PushOutcome expected)
    {
        await using var service = new TestPushService(status);

        (await SendAsync(service)).Should().Be(expected);
    }

    [Fact]
    public async Task A_place_that_is_not_public_is_not_called()
    {
        await using var service = new TestPushService("201 Created");
        using var transport = new PushTransport(Site, TimeProvider.System);

        (await transport.SendAsync(Subscription($"http://127.0.0.1:{service.Port}/"), Notice, _signer, TestContext.Current.CancellationToken)).Should().Be(PushOutcome.Later);

        service.Head.Should().BeEmpty();
    }

    private static WebSite Site { get; } = new("mail.example.test", () => 443, "", false) { Clients = () => throw new NotSupportedException() };

    private async Task<PushOutcome> SendAsync(TestPushService service)
    {
        using var transport = new PushTransport(Site, TimeProvider.System, service.ConnectAsync);
        return await transport.SendAsync(Subscription("http://push.example.net/p/1"), Notice, _signer, TestContext.Current.CancellationToken);
    }

    private PushSubscription Subscription(string endpoint)
    {
        var point = _browser.ExportParameters(includePrivateParameters: false).Q;
        var keys = new PushKeys([4, .. point.X!, .. point.Y!], _secret);
        return new PushSubscription(new WebSessionId(1), null, null, Language.Italian, new PushWish(endpoint, keys, [new AccountId(7)], WithContent: false));
    }

    /// <summary>As a browser does it: RFC 8291 §3.4, RFC 8188 §2.</summary>
    private byte[] Decrypt(byte[] body)
    {
        var (salt, sender, record) = (body[..16], body[21..86], body[86..]);
        using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] } });
        var point = _browser.ExportParameters(includePrivateParameters: false).Q;
        var input = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, _browser.DeriveRawSecretAgreement(other.PublicKey), 32, _secret, [.. "WebPush: info\0"u8, 4, .. point.X!, .. point.Y!, .. sender]);
        using var aes = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]), 16);
        var text = new byte[record.Length - 16];
        aes.Decrypt(HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, [.. "Content-Encoding: nonce\0"u8]), record.AsSpan(0, text.Length), record.AsSpan(text.Length), text);
        text[^1].Should().Be(2);
        return text[..^1];
    }

    /// <summary>Takes one message.</summary>
    private sealed class TestPushService : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public TestPushService(string status)
        {
            _listener.Start();
            _serving = ServeAsync(status);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
        public string Head { get; private set; } = "";
        public byte[] Body { get; private set; } = [];

        public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _serving;
        }

        private async Task ServeAsync(string status)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var (all, buffer) = (new List<byte>(), new byte[8_192]);
                while (true)
                {
                    var end = Encoding.Latin1.GetString([.. all]).IndexOf("\r\n\r\n", StringComparison.Ordinal);
                    if (end >= 0)
                    {
                        Head = Encoding.Latin1.GetString([.. all])[..end];
                        var length = int.Parse(Head.Split("Content-Length: ")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
                        Body = [.. all[(end + 4)..]];
                        if (Body.Length >= length)
                            break;
                    }

                    all.AddRange(buffer[..await client.GetStream().ReadAsync(buffer)]);
                }

                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                // Nobody has called.
            }
        }
    }
}
