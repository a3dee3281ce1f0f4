using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AwesomeAssertions;
using Casella.Net.Dns;
using Casella.Smtp.Outbound;
using Xunit;

namespace Casella.Smtp.Tests.Outbound;

public sealed class DaneCheckTests
{
    private static readonly X509Certificate2 Authority = Make("CN=Authority", null);
    private static readonly X509Certificate2 Other = Make("CN=Other", null);
    private static readonly X509Certificate2 Server = Make("CN=mx.there.test", Authority);

    [Theory]
    [InlineData(3, 1, 1, true)]
    [InlineData(3, 1, 2, true)]
    [InlineData(3, 0, 0, true)]
    [InlineData(3, 0, 1, true)]
    public void The_server_itself_whatever_its_name(int usage, int selector, int matching, bool fits) =>
        Fits(Record(usage, selector, matching, Server), "other.test").Should().Be(fits);

    [Fact]
    public void An_authority_stands_for_what_it_has_signed_under_the_right_name()
    {
        Fits(Record(2, 0, 1, Authority), "mx.there.test").Should().BeTrue();
        Fits(Record(2, 1, 1, Authority), "mx.there.test").Should().BeTrue();
        Fits(Record(2, 1, 1, Authority), "mx.evil.test").Should().BeFalse();
    }

    [Fact]
    public void An_authority_that_has_signed_nothing_does_not_count()
    {
        DaneCheck.Fits([Record(2, 1, 1, Other)], [Server, Other], ["mx.there.test"]).Should().BeFalse();
        DaneCheck.Fits([Record(2, 1, 1, Authority)], [Server], ["mx.there.test"]).Should().BeFalse("it must be shown, too");
        DaneCheck.Fits([Record(3, 1, 1, Authority)], [Server, Authority], ["mx.there.test"]).Should().BeFalse("an authority is not the server");
        DaneCheck.Fits([Record(3, 1, 1, Server)], [], ["mx.there.test"]).Should().BeFalse();
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(3, 1, 3)]
    [InlineData(255, 255, 255)]
    public void What_we_do_not_know_is_not_used(int usage, int selector, int matching) =>
        DaneCheck.IsUsable(Record(usage, selector, matching, Server)).Should().BeFalse();

    private static bool Fits(TlsaRecord record, string name) => DaneCheck.Fits([record], [Server, Authority], [name]);

    private static TlsaRecord Record(int usage, int selector, int matching, X509Certificate2 certificate)
    {
        var content = selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return new TlsaRecord(usage, selector, matching, matching switch { 0 => content, 2 => SHA512.HashData(content), _ => SHA256.HashData(content) });
    }

    private static X509Certificate2 Make(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        if (issuer is null)
            return request.CreateSelfSigned(from, to);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("mx.there.test");
        request.CertificateExtensions.Add(names.Build());
        return request.Create(issuer, from.AddHours(1), to.AddDays(-1), [1, 2, 3]);
    }
}
