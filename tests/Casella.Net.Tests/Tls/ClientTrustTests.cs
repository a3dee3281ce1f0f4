using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AwesomeAssertions;
using Casella.Net.Tls;

namespace Casella.Net.Tests.Tls;

/// <summary>A client that has a certificate shows it when it is asked; one that has none is served all the same.</summary>
public sealed class ClientTrustTests : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly string _file = Path.GetTempFileName();
    private readonly X509Certificate2 _authority = Authority("CN=members");
    private readonly X509Certificate2 _stranger = Authority("CN=stranger");

    public void Dispose()
    {
        File.Delete(_file);
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_certificate_of_the_authority_is_known_by_address_and_fingerprint(SslProtocols protocol)
    {
        using var certificate = Issue(_authority, ClientAuthentication);

        var shown = await HandshakeAsync(certificate, protocol);

        shown!.Addresses.Should().Equal("info@example.org", "altri@example.org");
        shown.Fingerprint.Should().Be(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
    }

    [Fact]
    public async Task Without_a_certificate_and_with_a_strangers_the_client_is_served_as_ever()
    {
        using var certificate = Issue(_stranger, ClientAuthentication);

        (await HandshakeAsync(null, SslProtocols.Tls13)).Should().BeNull();
        (await HandshakeAsync(certificate, SslProtocols.Tls13)).Should().BeNull();
    }

    [Fact]
    public void A_certificate_for_servers_and_one_out_of_date_are_no_sign_in()
    {
        using var forServers = Issue(_authority, ServerAuthentication);
        using var good = Issue(_authority, ClientAuthentication);
        var trust = Trust();

        trust.Verify(good, DateTimeOffset.Now).Should().NotBeNull();
        trust.Verify(forServers, DateTimeOffset.Now).Should().BeNull();
        trust.Verify(good, DateTimeOffset.Now.AddDays(60)).Should().BeNull();
        trust.Verify(null, DateTimeOffset.Now).Should().BeNull();
    }

    private ClientTrust Trust()
    {
        File.WriteAllText(_file, _authority.ExportCertificatePem());
        return ClientTrust.Load(_file);
    }

    private async Task<Casella.Core.Directory.ClientCertificate?> HandshakeAsync(X509Certificate2? certificate, SslProtocols protocol)
    {
        await using var connection = new TestConnection(Trust());
        await using var client = new SslStream(connection.Client, leaveInnerStreamOpen: true);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
            ClientCertificates = certificate is null ? null : [certificate],
#pragma warning disable CA5359 // a test server in memory
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        await Task.WhenAll(
            connection.Server.HandshakeAsync(TestContext.Current.CancellationToken),
            client.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken));
        return connection.Server.ClientCertificate;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now.AddDays(365));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Anna", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress("info@example.org");
        names.AddDnsName("example.org");
        names.AddEmailAddress("altri@example.org");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        using var certificate = request.Create(
            authority, DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now.AddDays(30), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
