using System.IO.Compression;
using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Reports.Aggregates;
using MimeKit;

namespace Casella.Formats.Tests.Reports.Aggregates;

/// <summary>Reports as we write them are read by us and by others' rules; what others write, and what attackers write, ends well.</summary>
public sealed class AggregateReportTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReportSource Source = new("example.org", "postmaster@example.org", "abc@example.org", Monday, Monday.AddDays(1));

    private static readonly DmarcReport Dmarc = new(
        Source,
        new DmarcPublishedPolicy("else.test", "r", "s", "reject", "quarantine", 100),
        [
            new(new DmarcFacts("192.0.2.1", "none", true, false, null, "else.test", "else.test", [new("else.test", "s1", "pass")], new("else.test", "mfrom", "fail")), 3),
            new(new DmarcFacts("2001:db8::1", "reject", false, false, null, "", "mail.else.test", [], new("evil.test", "helo", "pass")), 2),
            new(new DmarcFacts("192.0.2.9", "none", false, false, "trusted_forwarder", "list.test", "else.test", [], null), 1),
        ]);

    private static readonly TlsReport Tls = new(
        Source,
        [
            new(
                new TlsAppliedPolicy("sts", ["version: STSv1", "mode: enforce", "mx: *.else.test", "max_age: 86400"], "else.test", ["*.else.test"]), 5, 2,
                [new(new TlsFailure(TlsResultTypes.Expired, "mx.else.test", "mx", "192.0.2.7", "NotTimeValid"), 2)]),
            new(new TlsAppliedPolicy("no-policy-found", [], "else.test", []), 1, 0, []),
        ]);

    [Fact]
    public void A_dmarc_report_is_read_as_it_was_written()
    {
        var read = DmarcReportXml.Read(new MemoryStream(DmarcReportXml.Compose(Dmarc)));
        read.Should().BeEquivalentTo(Dmarc);
        (read!.Messages, read.Unproven).Should().Be((6, 3));
    }

    [Fact]
    public void A_tls_report_is_read_as_it_was_written()
    {
        var json = TlsReportJson.Compose(Tls);
        Encoding.UTF8.GetString(json).Should().Contain("\"end-datetime\": \"2026-03-02T23:59:59Z\"");
        var read = TlsReportJson.Read(json);
        read.Should().BeEquivalentTo(Tls with { Source = Source with { End = Monday.AddDays(1).AddSeconds(-1) } });
        (read!.Sessions, read.Failures).Should().Be((8, 2));
    }

    [Fact]
    public void The_mail_is_as_the_rfcs_want_it()
    {
        var mail = new ReportMail("else.test", Address("postmaster@example.org"), [Address("a@else.test")], Source, Monday.AddDays(1));

        var dmarc = MimeMessage.Load(new MemoryStream(mail.ComposeDmarc(DmarcReportXml.Compose(Dmarc))), TestContext.Current.CancellationToken);
        dmarc.Subject.Should().Be("Report Domain: else.test Submitter: example.org Report-ID: <abc@example.org>");
        dmarc.Attachments.Should().ContainSingle().Which.Should().BeOfType<MimePart>().Which.Should().BeEquivalentTo(
            new { FileName = "example.org!else.test!1772409600!1772496000.xml.gz", ContentType = new { MimeType = "application/gzip" } });
        dmarc.Headers[HeaderId.AutoSubmitted].Should().Be("auto-generated");

        var tls = MimeMessage.Load(new MemoryStream(mail.ComposeTls(TlsReportJson.Compose(Tls))), TestContext.Current.CancellationToken);
        tls.Body!.ContentType.Parameters["report-type"].Should().Be("tlsrpt");
        (tls.Headers["TLS-Report-Domain"], tls.Headers["TLS-Report-Submitter"]).Should().Be(("else.test", "example.org"));
        tls.Attachments.Should().ContainSingle().Which.ContentType.MimeType.Should().Be("application/tlsrpt+gzip");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zip")]
    [InlineData("plain")]
    public void A_report_is_found_however_it_is_packed(string how)
    {
        var xml = DmarcReportXml.Compose(Dmarc);
        ReportAttachment.Find(Mail(how switch { "gzip" => ReportMail.Pack(xml), "zip" => Zip(xml), _ => xml })).Dmarc!.Messages.Should().Be(6);
        var json = TlsReportJson.Compose(Tls);
        ReportAttachment.Find(Mail(how switch { "gzip" => ReportMail.Pack(json), "zip" => Zip(json), _ => json })).Tls!.Sessions.Should().Be(8);
    }

    [Fact]
    public void With_a_namespace_and_odd_rows_the_good_rows_are_read()
    {
        const string Xml = """
            <?xml version="1.0"?>
            <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"><version>2.0</version>
            <report_metadata><org_name>x</org_name><email>a@b.test</email><report_id>1</report_id><date_range><begin>1772409600</begin><end>1772496000</end></date_range></report_metadata>
            <policy_published><domain>Example.ORG</domain><p>none</p></policy_published>
            <record/><record><row><source_ip>192.0.2.1</source_ip><count>-4</count></row></record>
            <record><row><source_ip>192.0.2.1</source_ip><count>4</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row></record>
            <unknown><deep><deeper/></deep></unknown>
            </feedback>
            """;
        var read = DmarcReportXml.Read(new MemoryStream(Encoding.UTF8.GetBytes(Xml)))!;
        read.Policy.Domain.Should().Be("example.org");
        read.Rows.Should().ContainSingle().Which.Count.Should().Be(4);
    }

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "nothing", [] },
        { "a page", "<html><body>hello</body></html>"u8.ToArray() },
        { "an entity from a file", Encoding.UTF8.GetBytes("<!DOCTYPE feedback [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><feedback><report_metadata><org_name>&x;</org_name></report_metadata></feedback>") },
        { "a billion laughs", Encoding.UTF8.GetBytes("<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><feedback>&b;</feedback>") },
        { "elements without end", Encoding.UTF8.GetBytes("<feedback><record>" + string.Concat(Enumerable.Repeat("<a>", 100_000))) },
        { "no end", "<feedback><report_metadata>"u8.ToArray() },
        { "json without end", Encoding.UTF8.GetBytes("{\"policies\":" + new string('[', 100_000)) },
        { "json of other kinds", "{\"policies\":[1,null,{\"policy\":3}],\"date-range\":{\"start-datetime\":\"2026-01-01\",\"end-datetime\":\"x\"}}"u8.ToArray() },
        { "a gzip bomb", ReportMail.Pack(new byte[64 * 1024 * 1024]) },
        { "a zip bomb", Zip(new byte[64 * 1024 * 1024]) },
        { "half a gzip", ReportMail.Pack(DmarcReportXml.Compose(Dmarc))[..60] },
        { "half a zip", Zip(DmarcReportXml.Compose(Dmarc))[..60] },
        { "an empty zip", [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_is_no_report_is_none_and_costs_little(string what, byte[] attachment)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReportAttachment.Find(Mail(attachment)).Should().Be(((DmarcReport?)null, (TlsReport?)null), what);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(256L * 1024 * 1024, what);
    }

    [Fact]
    public void Control_characters_do_not_reach_a_terminal()
    {
        var read = TlsReportJson.Read(TlsReportJson.Compose(Tls with { Source = Source with { Organization = "\u001b[2Jevil\r\n" } }))!;
        read.Source.Organization.Should().Be(" [2Jevil");
    }

    [Theory]
    [InlineData("mailto:a@else.test", "a@else.test", null)]
    [InlineData("MAILTO:a@else.test!10m", "a@else.test", 10L * 1024 * 1024)]
    [InlineData("mailto:a@else.test!5", "a@else.test", 5L)]
    [InlineData("mailto:a%21b@else.test", "a!b@else.test", null)]
    [InlineData("mailto:a@else.test?subject=x", "a@else.test", null)]
    public void An_address_for_reports(string item, string address, long? size) =>
        ReportUri.Parse(item).Should().Be(new ReportUri(Address(address), size));

    [Theory]
    [InlineData("https://else.test/reports")]
    [InlineData("mailto:")]
    [InlineData("mailto:a@else.test!10x")]
    [InlineData("mailto:a@else.test!")]
    [InlineData("mailto:a@[127.0.0.1]")]
    public void What_is_none(string item) => ReportUri.Parse(item).Should().BeNull();

    [Fact]
    public void A_tls_record_names_addresses() =>
        ReportUri.OfTlsRecord("v=TLSRPTv1; rua=mailto:a@else.test, https://else.test/x,mailto:b@else.test")
            .Select(uri => uri.Address.ToString()).Should().Equal("a@else.test", "b@else.test");

    [Theory]
    [InlineData("https://else.test/x", "https://else.test/x")]
    [InlineData("mailto:a@else.test, https://else.test/x?y=z,HTTPS://other.test", "https://else.test/x?y=z https://other.test/")]
    [InlineData("http://else.test/x,https://else.test:8443/x,https://a:b@else.test/,https://127.0.0.1/,https://[::1]/,ftp://else.test/,//else.test/x,x", "")]
    public void A_tls_record_names_places(string rua, string places) =>
        string.Join(' ', ReportUri.PlacesOfTlsRecord($"v=TLSRPTv1; rua={rua}").Select(place => place.AbsoluteUri)).Should().Be(places);

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private static MemoryStream Mail(byte[] attachment) => new(Encoding.ASCII.GetBytes(
        "From: x@else.test\r\nSubject: Report Domain: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
        + "Content-Type: application/octet-stream; name=\"../../etc/x\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + Convert.ToBase64String(attachment, Base64FormattingOptions.InsertLineBreaks) + "\r\n--b--\r\n"));

    private static byte[] Zip(byte[] content)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("else.test!example.org.xml").Open())
            entry.Write(content);
        return output.ToArray();
    }
}
