using System.Globalization;
using System.Xml.Linq;
using Casella.Formats.Addresses;

namespace Casella.Formats.Setup;

/// <summary>
/// The answer to autodiscover.xml ([MS-OXDSCLI] §2.2.4): IMAP, POP3 and SMTP for Outlook. Exchange and ActiveSync are
/// not spoken here, and who asks for them is told so.
/// </summary>
public static class AutodiscoverResponse
{
    /// <summary>What an Outlook asks for that can do IMAP.</summary>
    public const string OutlookSchema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    private static readonly XNamespace Envelope = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    private static readonly XNamespace Outlook = OutlookSchema;

    /// <summary>The settings, in the order in which the documentation has the elements: some clients need it.</summary>
    public static byte[] Settings(ClientSettings settings, EmailAddress address)
    {
        ClientProtocol[] wanted = [ClientProtocol.Imap, ClientProtocol.Pop3, ClientProtocol.Submission];
        var protocols = wanted.Select(settings.Find).OfType<ClientService>().Select(service => Protocol(service, settings.HostName, address));
        return SetupXml.Write(new XElement(
            Envelope + "Autodiscover",
            new XElement(
                Outlook + "Response",
                new XElement(Outlook + "User", new XElement(Outlook + "DisplayName", address.ToString())),
                new XElement(
                    Outlook + "Account",
                    new XElement(Outlook + "AccountType", "email"),
                    new XElement(Outlook + "Action", "settings"),
                    protocols))));
    }

    /// <summary>An answer of 200 with an error in it, as clients expect.</summary>
    public static byte[] Error(AutodiscoverError error, DateTimeOffset now)
    {
        var (code, message) = error switch
        {
            AutodiscoverError.InvalidRequest => ("600", "Invalid Request"),
            AutodiscoverError.NoSuchService => ("601", "The requested service is not provided: this server speaks IMAP, POP3 and SMTP."),
        };
        return SetupXml.Write(new XElement(
            Envelope + "Autodiscover",
            new XElement(
                Envelope + "Response",
                new XElement(
                    Envelope + "Error",
                    new XAttribute("Time", now.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture)),
                    new XAttribute("Id", "0"),
                    new XElement(Envelope + "ErrorCode", code),
                    new XElement(Envelope + "Message", message),
                    new XElement(Envelope + "DebugData")))));
    }

    private static XElement Protocol(ClientService service, string host, EmailAddress address)
    {
        var isImplicit = service.Tls is ClientTls.Implicit;
        return new XElement(
            Outlook + "Protocol",
            Value("Type", service.Protocol switch { ClientProtocol.Imap => "IMAP", ClientProtocol.Pop3 => "POP3", _ => "SMTP" }),
            Value("Server", host),
            Value("Port", service.Port.ToString(CultureInfo.InvariantCulture)),
            Value("LoginName", address.ToString()),
            Value("DomainRequired", "off"),
            // SPA is NTLM, which nobody needs under TLS.
            Value("SPA", "off"),
            Value("SSL", isImplicit ? "on" : "off"),
            // Where it is there it outweighs SSL, which cannot say STARTTLS.
            Value("Encryption", isImplicit ? "SSL" : "TLS"),
            Value("AuthRequired", "on"),
            service.Protocol is ClientProtocol.Submission ? Value("UsePOPAuth", "on") : null,
            service.Protocol is ClientProtocol.Submission ? Value("SMTPLast", "off") : null);
    }

    private static XElement Value(string name, string value) => new(Outlook + name, value);
}

public enum AutodiscoverError
{
    /// <summary>No request, or one that nobody can read.</summary>
    InvalidRequest,

    /// <summary>For Exchange or ActiveSync.</summary>
    NoSuchService,
}
