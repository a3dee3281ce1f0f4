using System.Security.Cryptography.X509Certificates;
using AwesomeAssertions;
using Casella.Net.Tls;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Net.Tests.Tls;

public sealed class LocalAuthorityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("casella-ca-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_client_that_trusts_the_authority_trusts_the_server_under_each_of_its_names()
    {
        var authority = new LocalAuthority(_folder, _time);
        var server = authority.GetServerCertificate(["mail.example.org", "localhost", "127.0.0.1"]);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authority.AuthorityFile));

        chain.Build(server.Certificate).Should().BeTrue();
        foreach (var name in new[] { "mail.example.org", "localhost", "127.0.0.1" })
            server.Certificate.MatchesHostname(name).Should().BeTrue();
        server.Certificate.MatchesHostname("mail.example.net").Should().BeFalse();
    }

    [Fact]
    public void It_stays_the_same_until_the_names_change_or_its_end_is_near()
    {
        var first = Thumbprint("mail.example.org");

        Thumbprint("mail.example.org").Should().Be(first);
        var renamed = Thumbprint("post.example.org");
        renamed.Should().NotBe(first);
        _time.Advance(TimeSpan.FromDays(380));
        Thumbprint("post.example.org").Should().NotBe(renamed);
    }

    [Fact]
    public void Keys_are_for_their_owner_only()
    {
        Thumbprint("mail.example.org");

        foreach (var key in Directory.GetFiles(_folder, "*.key"))
            File.GetUnixFileMode(key).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_folder, "*.key").Should().HaveCount(2);
    }

    private string Thumbprint(string name) => new LocalAuthority(_folder, _time).GetServerCertificate([name]).Certificate.Thumbprint;
}
