using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AwesomeAssertions;
using Casella.Net.Tls;

namespace Casella.Net.Tests.Tls;

/// <summary>Both ends of a TLS connection see the same bindings: the client's end is asked by the same means.</summary>
public sealed class ChannelBindingTests : IAsyncLifetime
{
    private readonly TestConnection _connection = new();
    private SslStream _client = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        await _connection.DisposeAsync();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Tls_exporter_is_one_secret_of_both_ends(SslProtocols protocol)
    {
        var server = await HandshakeAsync(protocol);

        server.Find("tls-exporter").Should().HaveCount(32)
            .And.Equal(KeyingMaterial.Export(_client, "EXPORTER-Channel-Binding"u8, 32));
        KeyingMaterial.Export(_client, "another label"u8, 32).Should().NotEqual(server.Find("tls-exporter"));
    }

    [Fact]
    public async Task Tls_server_end_point_is_the_hash_of_the_certificate_that_was_shown()
    {
        var server = await HandshakeAsync(SslProtocols.Tls13);

        server.AreSupported.Should().BeTrue();
        server.Find("tls-server-end-point").Should().Equal(SHA256.HashData(_client.RemoteCertificate!.GetRawCertData()));
    }

    [Fact]
    public async Task Tls_unique_is_of_TLS_1_2_only()
    {
        var server = await HandshakeAsync(SslProtocols.Tls12);
        var unique = server.Find("tls-unique");

        unique.Should().HaveCount(12);
        server.Find("tls-unique").Should().Equal(unique);
        server.Find("tls-something").Should().BeNull();
    }

    [Fact]
    public async Task Tls_unique_is_not_defined_for_TLS_1_3() => (await HandshakeAsync(SslProtocols.Tls13)).Find("tls-unique").Should().BeNull();

    private async Task<ChannelBindings> HandshakeAsync(SslProtocols protocol)
    {
        _client = new SslStream(_connection.Client, leaveInnerStreamOpen: true);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
#pragma warning disable CA5359 // a test server in memory
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        await Task.WhenAll(
            _connection.Server.HandshakeAsync(TestContext.Current.CancellationToken),
            _client.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken));
        return _connection.Server.ChannelBindings!;
    }
}
