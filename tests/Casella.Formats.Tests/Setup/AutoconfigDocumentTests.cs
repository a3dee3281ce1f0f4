using System.Xml.Linq;
using Casella.Formats.Setup;

namespace Casella.Formats.Tests.Setup;

/// <summary>What Thunderbird reads.</summary>
public sealed class AutoconfigDocumentTests
{
    private static readonly ClientSettings Settings = new("mail.example.org",
    [
        new ClientService(ClientProtocol.Submission, 587, ClientTls.StartTls),
        new ClientService(ClientProtocol.Submission, 10465, ClientTls.Implicit),
        new ClientService(ClientProtocol.Imap, 143, ClientTls.StartTls),
        new ClientService(ClientProtocol.Imap, 10993, ClientTls.Implicit),
        new ClientService(ClientProtocol.Pop3, 995, ClientTls.Implicit),
        new ClientService(ClientProtocol.ManageSieve, 4190, ClientTls.StartTls),
    ]);

    [Fact]
    public void Servers_come_with_the_ports_that_are_open_the_encrypted_ones_first()
    {
        var provider = Read(Settings, "https://mail.example.org/").Element("emailProvider")!;

        provider.Attribute("id")!.Value.Should().Be("example.org");
        Servers(provider).Should().Equal(
            "imap mail.example.org 10993 SSL", "imap mail.example.org 143 STARTTLS", "pop3 mail.example.org 995 SSL",
            "smtp mail.example.org 10465 SSL", "smtp mail.example.org 587 STARTTLS");
    }

    [Fact]
    public void A_service_that_is_off_is_left_out()
    {
        var withoutPop = Settings with { Services = [.. Settings.Services.Where(service => service.Protocol is not ClientProtocol.Pop3)] };

        Servers(Read(withoutPop, null).Element("emailProvider")!).Should().NotContain(server => server.StartsWith("pop3", StringComparison.Ordinal));
    }

    /// <summary>wiki.mozilla.org, Thunderbird:Autoconfiguration:ConfigFileFormat.</summary>
    [Fact]
    public void Elements_stand_in_the_documented_order()
    {
        var document = Read(Settings, "https://mail.example.org/", new HelpLink("https://mail.example.org/help", "it", "Come si imposta"));

        document.Attribute("version")!.Value.Should().Be("1.1");
        document.Elements().Select(Name).Should().Equal("emailProvider", "webMail");
        document.Element("emailProvider")!.Elements().Select(Name).Distinct(StringComparer.Ordinal).Should().Equal(
            "domain", "displayName", "displayShortName", "incomingServer", "outgoingServer", "documentation");
        document.Descendants("incomingServer").First().Elements().Select(Name).Should().Equal("hostname", "port", "socketType", "authentication", "username");
        document.Descendants("descr").Single().Attribute("lang")!.Value.Should().Be("it");
        document.Descendants("username").Select(name => name.Value).Distinct(StringComparer.Ordinal).Should().Equal("%EMAILADDRESS%");
    }

    private static XElement Read(ClientSettings settings, string? webmail, params HelpLink[] help)
    {
        using var stream = new MemoryStream(new AutoconfigDocument(settings, webmail, help).Write("example.org"));
        return XDocument.Load(stream).Root!;
    }

    private static IEnumerable<string> Servers(XElement provider) =>
        provider.Elements().Where(element => element.Name.LocalName.EndsWith("Server", StringComparison.Ordinal)).Select(server =>
            $"{server.Attribute("type")!.Value} {server.Element("hostname")!.Value} {server.Element("port")!.Value} {server.Element("socketType")!.Value}");

    private static string Name(XElement element) => element.Name.LocalName;
}
