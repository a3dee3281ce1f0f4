using System.Buffers;
using System.Net.Security;
using System.Text;
using AwesomeAssertions;
using Casella.Net.Acme;

namespace Casella.Net.Tests.Acme;

/// <summary>Who says "acme-tls/1" at the beginning of TLS, as .NET's own client says it.</summary>
public sealed class TlsAlpnProofTests
{
    private static readonly byte[] Wanted = Encoding.ASCII.GetBytes("acme-tls/1");

    [Fact]
    public async Task The_protocol_is_found_once_the_hello_is_there()
    {
        var hello = await HelloAsync("h2", "acme-tls/1");

        Look(hello).Should().BeTrue();
        for (var length = 0; length < hello.Length; length++)
            Look(hello.AsSpan(0, length).ToArray()).Should().BeNull();
    }

    [Fact]
    public async Task Others_are_left_alone()
    {
        Look(await HelloAsync("h2", "http/1.1")).Should().BeFalse();
        Look(await HelloAsync()).Should().BeFalse();
        Look("GET / HTTP/1.1\r\n\r\n"u8.ToArray()).Should().BeFalse();
    }

    [Fact]
    public async Task Lengths_that_lie_find_nothing()
    {
        var hello = await HelloAsync("acme-tls/1");
        for (var at = 5; at < hello.Length; at++)
        {
            var broken = hello.ToArray();
            broken[at] = 0xFF;
            FluentLook(broken).Should().NotThrow();
        }
    }

    private static Action FluentLook(byte[] bytes) => () => Look(bytes);

    private static bool? Look(byte[] bytes) => ClientHello.Look(new ReadOnlySequence<byte>(bytes), Wanted);

    /// <summary>What a client writes first.</summary>
    private static async Task<byte[]> HelloAsync(params string[] protocols)
    {
        using var wire = new OneWay();
        await using var tls = new SslStream(wire);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "mail.example.org",
            ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols.Select(name => new SslApplicationProtocol(name))],
        };
        await ((Func<Task>)(() => tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken))).Should().ThrowAsync<IOException>();
        return wire.Written.ToArray();
    }

    /// <summary>Takes everything and answers that it is over.</summary>
    private sealed class OneWay : MemoryStream
    {
        public MemoryStream Written { get; } = new();

        public override int Read(byte[] buffer, int offset, int count) => 0;
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);
        public override void Write(byte[] buffer, int offset, int count) => Written.Write(buffer, offset, count);
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Written.WriteAsync(buffer, cancellationToken);
    }
}
