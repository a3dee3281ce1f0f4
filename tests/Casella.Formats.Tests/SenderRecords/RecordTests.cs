using Casella.Formats.SenderRecords;

namespace Casella.Formats.Tests.SenderRecords;

public sealed class RecordTests
{
    [Theory]
    [InlineData("a=1; b = 2 ;c=3;", "a=1 b=2 c=3")]
    [InlineData("v=1; x=;", "v=1 x=")]
    [InlineData("a=b=c", "a=b=c")]
    public void Tags_are_read(string text, string expected)
    {
        var tags = TagList.Parse(text, StringComparer.Ordinal)!;
        string.Join(' ', expected.Split(' ').Select(one => one[..1]).Select(name => $"{name}={tags[name]}")).Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("a=1;;b=2")]
    [InlineData("a=1;a=2")]
    [InlineData("=1")]
    [InlineData("1a=1")]
    [InlineData("a b=1")]
    [InlineData("a")]
    public void What_is_no_list_is_none(string text) => TagList.Parse(text, StringComparer.Ordinal).Should().BeNull();

    [Theory]
    [InlineData("v=DMARC1; p=none", "None None None 100 r r")]
    [InlineData("v=DMARC1;p=reject;sp=quarantine;np=reject;pct=20;adkim=s;aspf=S", "Reject Quarantine Reject 20 s s")]
    [InlineData("V=DMARC1; P=Quarantine; pct=101", "Quarantine Quarantine Quarantine 100 r r")]
    [InlineData("v=DMARC1; p=bogus; rua=mailto:a@example.org", "None None None 100 r r")]
    [InlineData("v=DMARC1; rua=mailto:a@example.org", "None None None 100 r r")]
    [InlineData("v=DMARC1; p=reject; sp=bogus; rua=mailto:a@example.org", "None None None 100 r r")]
    public void A_dmarc_record_is_read(string text, string expected)
    {
        var record = DmarcRecord.Parse(text)!;
        $"{record.Policy} {record.Subdomains} {record.Nonexistent} {record.Percent} {(record.StrictDkim ? "s" : "r")} {(record.StrictSpf ? "s" : "r")}".Should().Be(expected);
    }

    [Theory]
    [InlineData("p=reject; v=DMARC1")]
    [InlineData("v=DMARC2; p=reject")]
    [InlineData("v=dmarc1; p=reject")]
    [InlineData("v=DMARC1; p=bogus")]
    [InlineData("v=DMARC1")]
    [InlineData("v=DMARC1; p=none; p=reject")]
    [InlineData("v=spf1 -all")]
    public void What_is_no_dmarc_record_is_none(string text) => DmarcRecord.Parse(text).Should().BeNull();

    [Theory]
    [InlineData("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "Ed25519 32")]
    [InlineData("p=AQID", "Rsa 3")]
    [InlineData("k=rsa; p=", "Rsa 0 revoked")]
    [InlineData("v=DKIM1; h=sha1:sha256; s=email; t=y:s; p=A Q I D", "Rsa 3 sha1,sha256 testing strict")]
    public void A_key_record_is_read(string text, string expected)
    {
        var key = DkimKeyRecord.Parse(text)!;
        $"{key.Type} {key.Key.Length}{(key.Hashes is { } h ? " " + string.Join(',', h) : "")}{(key.IsTesting ? " testing" : "")}{(key.IsStrict ? " strict" : "")}{(key.IsRevoked ? " revoked" : "")}"
            .Should().Be(expected);
    }

    [Theory]
    [InlineData("v=DKIM2; p=AQID")]
    [InlineData("p=AQID; v=DKIM1")]
    [InlineData("k=dsa; p=AQID")]
    [InlineData("k=rsa")]
    [InlineData("p=!!!")]
    [InlineData("s=tlsrpt; p=AQID")]
    public void What_is_no_key_is_none(string text) => DkimKeyRecord.Parse(text).Should().BeNull();

    [Fact]
    public void A_policy_of_mta_sts_is_read()
    {
        var policy = StsPolicy.Parse("version: STSv1\r\nmode: enforce\r\nmode: none\r\nmx: mail.example.com\r\nmx: *.Example.net\r\nmax_age: 99999999999999\r\nx-more: yes\r\n")!;
        policy.Mode.Should().Be(StsMode.Enforce);
        policy.MaxAge.Should().Be(31_557_600);
        policy.Allows("MAIL.example.com").Should().BeTrue();
        policy.Allows("mx1.example.net").Should().BeTrue();
        // RFC 8461 §4.1: the wildcard is one label, and not none.
        policy.Allows("a.mx1.example.net").Should().BeFalse();
        policy.Allows("example.net").Should().BeFalse();
        policy.Allows("mail.example.com.evil.test").Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 1")]
    [InlineData("version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: maybe\nmx: a.example\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -1")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.*.example\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: enforce\nmx: ..\nmax_age: 1")]
    [InlineData("<html>not found</html>")]
    public void What_is_no_policy_is_none(string text) => StsPolicy.Parse(text).Should().BeNull();

    [Theory]
    [InlineData("v=STSv1; id=20160831085700Z;", "20160831085700Z")]
    [InlineData("v=STSv1; id=;", null)]
    [InlineData("id=1; v=STSv1", null)]
    [InlineData("v=STSv1; id=a-b", null)]
    public void An_announcement_has_an_id(string text, string? id) => StsPolicy.ReadId(text).Should().Be(id);

    private const string List = """
        // ===BEGIN ICANN DOMAINS===
        com
        uk
        co.uk
        *.ck
        !www.ck
        香港
        公司.香港
        // ===BEGIN PRIVATE DOMAINS===
        github.io  and what is no rule
        """;

    // As the list's own tests have it.
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("a.b.example.com", "example.com")]
    [InlineData("co.uk", "co.uk")]
    [InlineData("a.example.co.uk", "example.co.uk")]
    [InlineData("b.test.ck", "b.test.ck")]
    [InlineData("a.b.test.ck", "b.test.ck")]
    [InlineData("www.ck", "www.ck")]
    [InlineData("www.www.ck", "www.ck")]
    [InlineData("a.user.github.io", "user.github.io")]
    [InlineData("a.example.unlisted", "example.unlisted")]
    [InlineData("unlisted", "unlisted")]
    [InlineData("a.b.xn--55qx5d.xn--j6w193g", "b.xn--55qx5d.xn--j6w193g")]
    public void An_organization_is_found(string domain, string organization) =>
        PublicSuffixes.Parse(List).OrganizationalDomain(domain).Should().Be(organization);

    [Fact]
    public void Without_the_list_an_organization_is_below_the_top() =>
        PublicSuffixes.Fallback.OrganizationalDomain("a.b.example.org").Should().Be("example.org");
}
