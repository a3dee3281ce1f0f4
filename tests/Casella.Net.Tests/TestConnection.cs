using System.IO.Pipelines;
using System.Net;
using System.Text;
using Casella.Net.Connections;
using Casella.Net.Tls;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Net.Tests;

/// <summary>A server's connection over two pipes in memory, and the client's end of it.</summary>
internal sealed class TestConnection : IAsyncDisposable
{
    private static readonly Lazy<ServerCertificate> Certificate = new(static () =>
        new LocalAuthority(Directory.CreateTempSubdirectory("casella-net-").FullName, TimeProvider.System).GetServerCertificate(["localhost"]));

    // Without a limit: a test sends all it has before anybody reads.
    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _toClient = new();
    private readonly DeadlineWheel _wheel;

    /// <param name="clients">Whose certificates are asked for; null for nobody's.</param>
    public TestConnection(ClientTrust? clients = null)
    {
        var certificate = Certificate.Value;
        if (clients is not null)
        {
            certificate = new ServerCertificate(certificate.Certificate, []);
            certificate.AskClients(clients);
        }

        _wheel = new DeadlineWheel(Time);
        var nowhere = new IPEndPoint(IPAddress.Loopback, 1);
        Server = new MailConnection(
            new ConnectionFacts("test", nowhere, nowhere, CancellationToken.None, CancellationToken.None),
            new Duplex(_toServer.Reader, _toClient.Writer), new ConnectionServices(certificate, _wheel, new NetOptions()));
        Client = new DuplexPipeStream(_toClient.Reader, _toServer.Writer);
    }

    /// <summary>Begins now, as certificates are made and looked at by the clock of the machine too.</summary>
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);
    public MailConnection Server { get; }

    /// <summary>What the peer reads and writes.</summary>
    public Stream Client { get; }

    /// <summary>Sends in pieces of these lengths, the rest at once; each arrives as a segment of its own.</summary>
    public async Task SendAsync(byte[] octets, params int[] cuts)
    {
        var at = 0;
        foreach (var cut in cuts.Where(cut => cut > 0))
        {
            var length = Math.Min(cut, octets.Length - at);
            await Client.WriteAsync(octets.AsMemory(at, length));
            at += length;
        }
        await Client.WriteAsync(octets.AsMemory(at));
    }

    public Task SendAsync(string text, params int[] cuts) => SendAsync(Encoding.Latin1.GetBytes(text), cuts);

    /// <summary>The peer closes its side.</summary>
    public ValueTask CloseAsync() => _toServer.Writer.CompleteAsync();

    public async ValueTask DisposeAsync()
    {
        await _toServer.Writer.CompleteAsync();
        await _toClient.Reader.CompleteAsync();
        await Server.DisposeAsync();
        _wheel.Dispose();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
