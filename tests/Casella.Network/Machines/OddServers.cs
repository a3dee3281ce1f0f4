using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Casella.Network.Machines;

/// <summary>Mail servers that have something wrong with their TLS and take every message, and the web server of policies.</summary>
internal sealed class OddServers(Place place, TestAuthority authority)
{
    public const int Plain = 61;
    public const int Expired = 62;
    public const int Unknown = 63;
    public const int Broken = 64;
    public const int Good = 65;
    public const int Policies = 80;

    /// <summary>By domain: status, kind and text of its MTA-STS policy.</summary>
    public ConcurrentDictionary<string, (int Status, string Kind, string Text)> Texts { get; } = new(StringComparer.Ordinal);

    /// <summary>Domains whose policy server shows a certificate of nobody's.</summary>
    public ConcurrentDictionary<string, bool> Untrusted { get; } = new(StringComparer.Ordinal);

    public void Start()
    {
        foreach (var number in new[] { Plain, Expired, Unknown, Broken, Good })
            _ = AcceptAsync(place.Listen(number, 25), client => MailAsync(client, number));
        _ = AcceptAsync(place.Listen(Policies, 443), WebAsync);
    }

    private static async Task AcceptAsync(Socket listener, Func<Stream, Task> serve)
    {
        while (true)
        {
            var client = await listener.AcceptAsync();
            _ = Task.Run(async () =>
            {
                await using var stream = new NetworkStream(client, ownsSocket: true);
                try
                {
                    await serve(stream);
                }
                catch (Exception gone) when (gone is IOException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
                {
                    // The other side has hung up, which is what most cases are about.
                    return;
                }
            });
        }
    }

    private async Task MailAsync(Stream stream, int number)
    {
        await SayAsync(stream, "220 odd.test ESMTP");
        for (var isSecure = false; await LineAsync(stream) is { } line;)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await SayAsync(stream, number == Plain || isSecure ? "250 odd.test" : "250-odd.test\r\n250 STARTTLS");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go ahead");
                    if (number == Broken)
                    {
                        await SayAsync(stream, "this is not TLS at all, whatever you may think");
                        return;
                    }

                    var tls = new SslStream(stream);
                    await AuthenticateAsync(tls, name => authority.For(name, number switch
                    {
                        Expired => CertificateKind.Expired,
                        Unknown => CertificateKind.Unknown,
                        _ => CertificateKind.Good,
                    }));
                    (stream, isSecure) = (tls, true);
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go ahead");
                    while (await LineAsync(stream) is not ("." or null))
                        continue;
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private async Task WebAsync(Stream stream)
    {
        var host = "";
        await using var tls = new SslStream(stream);
        await AuthenticateAsync(tls, name =>
        {
            host = name["mta-sts.".Length..];
            return authority.For(name, Untrusted.ContainsKey(host) ? CertificateKind.Unknown : CertificateKind.Good);
        });
        while (await LineAsync(tls) is { Length: > 0 })
            continue;
        var (status, kind, text) = Texts.GetValueOrDefault(host, (404, "text/plain", ""));
        var more = status == 301 ? "Location: https://mta-sts.sts-good.test/.well-known/mta-sts.txt\r\n" : "";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\n{more}Content-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}")));
    }

    /// <summary>With the certificate for the name that the client asks for, and the one above it.</summary>
    private Task AuthenticateAsync(SslStream tls, Func<string, X509Certificate2> certificate) => tls.AuthenticateAsServerAsync(
        (_, hello, _, _) => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(
                certificate(hello.ServerName.Length > 0 ? hello.ServerName : "odd.test"), [authority.Authority], offline: true),
        }),
        null);

    private static async Task SayAsync(Stream stream, string line)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n"));
        await stream.FlushAsync();
    }

    private static async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) > 0)
            if (one[0] == '\n')
                return Encoding.Latin1.GetString(line.ToArray()).TrimEnd('\r');
            else
                line.Add(one[0]);
        return null;
    }
}
