using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Casella.Server.Tests;

/// <summary>Speaks to a port of a running server, TLS from the first byte. What comes in one piece is one answer.</summary>
internal sealed class TlsClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _tcp;
    private readonly SslStream _tls;

    private TlsClient(TcpClient tcp, SslStream tls) => (_tcp, _tls) = (tcp, tls);

    /// <param name="service">As in the start table: "IMAP", "POP3", "SMTP submission".</param>
    /// <param name="certificate">The client's own; null for none.</param>
    public static async Task<TlsClient> ConnectAsync(RunningServer server, string service, X509Certificate2? certificate = null)
    {
        var port = server.Server.Status().Listeners
            .Single(l => string.Equals(l.Service, service, StringComparison.Ordinal) && l.Encryption is "SSL/TLS").Port;
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
#pragma warning disable CA5359 // a test server on loopback
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        });
        return new TlsClient(tcp, tls);
    }

    public async Task<string> ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        var read = await _tls.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    public async Task<string> AskAsync(string line)
    {
        await _tls.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        return await ReadAsync();
    }

    /// <summary>An IMAP command, up to its tagged reply.</summary>
    public async Task<string> CommandAsync(string line)
    {
        var tag = line[..(line.IndexOf(' ', StringComparison.Ordinal) + 1)];
        var answer = await AskAsync(line);
        while (!answer.StartsWith(tag, StringComparison.Ordinal) && !answer.Contains("\r\n" + tag, StringComparison.Ordinal))
            answer += await ReadAsync();
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _tcp.Dispose();
    }
}
