using System.Globalization;
using System.Xml.Linq;

namespace Casella.Formats.Setup;

/// <summary>
/// The file by which Thunderbird, K-9, Evolution, KMail and others set themselves up from an address alone
/// ("config-v1.1.xml", draft-ietf-mailmaint-autoconfig). It is the same for everybody of a domain, so it tells nobody
/// which addresses exist.
/// </summary>
/// <param name="settings">Of this server.</param>
/// <param name="webmail">Its page, or null where there is none.</param>
/// <param name="help">The help page by its language, as its readers call it; empty for none.</param>
public sealed class AutoconfigDocument(ClientSettings settings, string? webmail, IReadOnlyList<HelpLink> help)
{
    /// <param name="domain">Of ours.</param>
    public byte[] Write(string domain)
    {
        var provider = new XElement(
            "emailProvider",
            new XAttribute("id", domain),
            new XElement("domain", domain),
            new XElement("displayName", domain),
            new XElement("displayShortName", domain),
            Servers("incomingServer", "imap", ClientProtocol.Imap),
            Servers("incomingServer", "pop3", ClientProtocol.Pop3),
            Servers("outgoingServer", "smtp", ClientProtocol.Submission),
            help.GroupBy(link => link.Url, StringComparer.Ordinal).Select(page => new XElement(
                "documentation",
                new XAttribute("url", page.Key),
                page.Select(link => new XElement("descr", new XAttribute("lang", link.Language), link.Title)))));
        return SetupXml.Write(new XElement(
            "clientConfig",
            new XAttribute("version", "1.1"),
            provider,
            webmail is null ? null : new XElement("webMail", new XElement("loginPage", new XAttribute("url", webmail)))));
    }

    private IEnumerable<XElement> Servers(string element, string type, ClientProtocol protocol) =>
        from service in settings.Services
        where service.Protocol == protocol
        orderby service.Tls
        select new XElement(
            element,
            new XAttribute("type", type),
            new XElement("hostname", settings.HostName),
            new XElement("port", service.Port.ToString(CultureInfo.InvariantCulture)),
            new XElement("socketType", service.Tls is ClientTls.Implicit ? "SSL" : "STARTTLS"),
            // The program's word for a password that TLS protects.
            new XElement("authentication", "password-cleartext"),
            new XElement("username", "%EMAILADDRESS%"));
}

/// <param name="Language">Two letters.</param>
public sealed record HelpLink(string Url, string Language, string Title);
