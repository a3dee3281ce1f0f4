using System.Text;
using System.Xml.Linq;
using Casella.Formats.Addresses;
using Casella.Formats.Setup;

namespace Casella.Formats.Tests.Setup;

/// <summary>What Outlook sends and reads.</summary>
public sealed class AutodiscoverTests
{
    private static readonly XNamespace Outlook = AutodiscoverResponse.OutlookSchema;

    [Fact]
    public async Task A_request_is_read()
    {
        var request = await ReadAsync("""
            <?xml version="1.0" encoding="utf-8"?>
            <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
              <Request>
                <EMailAddress>Info@example.org</EMailAddress>
                <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006</AcceptableResponseSchema>
              </Request>
            </Autodiscover>
            """);

        request.Should().Be(new AutodiscoverRequest("Info@example.org", "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no xml")]
    [InlineData("<Autodiscover><Request><EMailAddress>info@example.org")]
    [InlineData("<Autodiscover><Request/></Autodiscover>")]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><Autodiscover><EMailAddress>&b;</EMailAddress></Autodiscover>")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;\">]><Autodiscover><EMailAddress>&c;</EMailAddress></Autodiscover>")]
    public async Task What_is_no_request_is_none(string text) => (await ReadAsync(text)).Should().BeNull();

    [Fact]
    public async Task Deep_and_endless_documents_end()
    {
        (await ReadAsync(string.Concat(Enumerable.Repeat("<a>", 100_000)))).Should().BeNull();
        (await ReadAsync($"<a><EMailAddress>{new string('x', 100_000)}</EMailAddress></a>")).Should().BeNull();
    }

    [Fact]
    public void The_answer_has_the_best_port_of_each_service()
    {
        var settings = new ClientSettings("mail.example.org",
        [
            new ClientService(ClientProtocol.Imap, 143, ClientTls.StartTls), new ClientService(ClientProtocol.Imap, 993, ClientTls.Implicit),
            new ClientService(ClientProtocol.Submission, 587, ClientTls.StartTls),
        ]);
        EmailAddress.TryParse("info@example.org", out var address).Should().BeTrue();

        var answer = Parse(AutodiscoverResponse.Settings(settings, address));

        var protocols = answer.Descendants(Outlook + "Protocol").ToList();
        protocols.Select(protocol => (Of(protocol, "Type"), Of(protocol, "Port"), Of(protocol, "SSL"), Of(protocol, "Encryption")))
            .Should().Equal(("IMAP", "993", "on", "SSL"), ("SMTP", "587", "off", "TLS"));
        protocols.Should().AllSatisfy(protocol => (Of(protocol, "Server"), Of(protocol, "LoginName")).Should().Be(("mail.example.org", "info@example.org")));
        // [MS-OXDSCLI] §2.2.4.1.1.2.
        protocols[1].Elements().Select(element => element.Name.LocalName).Should().Equal(
            "Type", "Server", "Port", "LoginName", "DomainRequired", "SPA", "SSL", "Encryption", "AuthRequired", "UsePOPAuth", "SMTPLast");
        answer.Descendants(Outlook + "Account").Single().Elements().Select(element => element.Name.LocalName).Distinct(StringComparer.Ordinal)
            .Should().Equal("AccountType", "Action", "Protocol");
    }

    [Theory]
    [InlineData(AutodiscoverError.InvalidRequest, "600")]
    [InlineData(AutodiscoverError.NoSuchService, "601")]
    public void An_error_is_an_answer(AutodiscoverError error, string code)
    {
        var answer = Parse(AutodiscoverResponse.Error(error, new DateTimeOffset(2026, 11, 26, 7, 0, 0, TimeSpan.Zero)));

        var element = answer.Descendants().Single(element => element.Name.LocalName is "Error");
        element.Attribute("Time")!.Value.Should().Be("07:00:00.0000000");
        element.Elements().Single(child => child.Name.LocalName is "ErrorCode").Value.Should().Be(code);
    }

    private static Task<AutodiscoverRequest?> ReadAsync(string text) => AutodiscoverRequest.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static string? Of(XElement protocol, string name) => protocol.Element(Outlook + name)?.Value;

    private static XElement Parse(byte[] document)
    {
        using var stream = new MemoryStream(document);
        return XDocument.Load(stream).Root!;
    }
}
