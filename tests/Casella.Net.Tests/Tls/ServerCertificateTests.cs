using System.Security.Cryptography.X509Certificates;
using AwesomeAssertions;
using Casella.Net.Tls;

namespace Casella.Net.Tests.Tls;

/// <summary>Which certificate is shown to whom (SNI).</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("casella-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "mail.example.org")]
    [InlineData(null, "mail.example.org")]
    [InlineData("mail.example.org", "mail.example.org")]
    [InlineData("IMAP.example.net", "imap.example.net")]
    [InlineData("anything.example.com", "*.example.com")]
    [InlineData("two.labels.example.com", "mail.example.org")]
    [InlineData("localhost", "mail.example.org")]
    public void A_name_gets_its_own_certificate(string? asked, string shown)
    {
        var certificate = Load("mail.example.org");
        certificate.ShowOthers([Files("imap.example.net"), Files("*.example.com")]);

        var found = certificate.ShownFor(asked);

        found.Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false).Should().Be(shown);
        certificate.HttpOptions(asked).Should().BeSameAs(found.HttpOptions);
    }

    [Fact]
    public void The_others_may_go_again()
    {
        var certificate = Load("mail.example.org");
        certificate.ShowOthers([Files("imap.example.net")]);
        certificate.HasOthers.Should().BeTrue();

        certificate.ShowOthers([]);

        (certificate.HasOthers, certificate.ShownFor("imap.example.net")).Should().Be((false, certificate.Shown));
    }

    private ServerCertificate Load(string name) => ServerCertificate.Load(Files(name).Item1, Files(name).Item2);

    private (string, string) Files(string name)
    {
        var authority = new LocalAuthority(Path.Join(_folder, name.Replace('*', '_')), TimeProvider.System);
        authority.RenewServerCertificate([name]);
        return (authority.ServerFile, authority.ServerKeyFile);
    }
}
