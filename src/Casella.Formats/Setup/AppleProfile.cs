using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Casella.Formats.Addresses;

namespace Casella.Formats.Setup;

/// <summary>
/// A configuration profile (".mobileconfig") that sets up one mailbox in Mail of an iPhone, iPad or Mac: a property list
/// with a com.apple.mail.managed payload. Installing it again replaces it, because its identifiers stay the same.
/// </summary>
/// <param name="settings">Of this server; with IMAP and submission.</param>
/// <param name="texts">What the device shows of it, in its owner's language.</param>
public sealed class AppleProfile(ClientSettings settings, AppleProfileTexts texts)
{
    public const string ContentType = "application/x-apple-aspen-config";

    private static readonly XDocumentType PropertyList =
        new("plist", "-//Apple//DTD PLIST 1.0//EN", "http://www.apple.com/DTDs/PropertyList-1.0.dtd", null);

    /// <summary>True when the services that a profile needs are there.</summary>
    public static bool CanDescribe(ClientSettings settings) =>
        settings.Find(ClientProtocol.Imap) is not null && settings.Find(ClientProtocol.Submission) is not null;

    public byte[] Write(AppleMailbox mailbox) => SetupXml.Write(
        new XElement(
            "plist",
            new XAttribute("version", "1.0"),
            Dictionary(
                ("PayloadContent", new XElement("array", Account(mailbox))),
                ("PayloadDescription", Text(texts.Description)),
                ("PayloadDisplayName", Text(texts.Title)),
                ("PayloadIdentifier", Text(Identifier(mailbox, "profile"))),
                ("PayloadOrganization", Text(mailbox.Address.Domain)),
                ("PayloadRemovalDisallowed", Truth(false)),
                ("PayloadType", Text("Configuration")),
                ("PayloadUUID", Text(Uuid(mailbox, "profile"))),
                ("PayloadVersion", Number(1)))),
        PropertyList);

    private XElement Account(AppleMailbox mailbox)
    {
        var (imap, submission) = (settings.Find(ClientProtocol.Imap)!, settings.Find(ClientProtocol.Submission)!);
        var address = mailbox.Address.ToString();
        List<(string Key, XElement Value)> entries =
        [
            ("EmailAccountDescription", Text(address)),
            ("EmailAccountName", Text(mailbox.Name)),
            ("EmailAccountType", Text("EmailTypeIMAP")),
            ("EmailAddress", Text(address)),
            ("IncomingMailServerAuthentication", Text("EmailAuthPassword")),
            ("IncomingMailServerHostName", Text(settings.HostName)),
            ("IncomingMailServerPortNumber", Number(imap.Port)),
            // Also where it is STARTTLS: the program sees which it is.
            ("IncomingMailServerUseSSL", Truth(true)),
            ("IncomingMailServerUsername", Text(address)),
            ("OutgoingMailServerAuthentication", Text("EmailAuthPassword")),
            ("OutgoingMailServerHostName", Text(settings.HostName)),
            ("OutgoingMailServerPortNumber", Number(submission.Port)),
            ("OutgoingMailServerUseSSL", Truth(true)),
            ("OutgoingMailServerUsername", Text(address)),
            ("OutgoingPasswordSameAsIncomingPassword", Truth(true)),
            ("PayloadDescription", Text(texts.Description)),
            ("PayloadDisplayName", Text(address)),
            ("PayloadIdentifier", Text(Identifier(mailbox, "mail"))),
            ("PayloadType", Text("com.apple.mail.managed")),
            ("PayloadUUID", Text(Uuid(mailbox, "mail"))),
            ("PayloadVersion", Number(1)),
            ("SMIMEEnabled", Truth(false)),
        ];
        if (mailbox.Password is { } password)
            entries.Insert(entries.FindIndex(entry => entry.Key is "OutgoingMailServerAuthentication"), ("IncomingPassword", Text(password)));
        return Dictionary([.. entries]);
    }

    private string Identifier(AppleMailbox mailbox, string part) =>
        $"{string.Join('.', settings.HostName.Split('.').Reverse())}.casella.{part}.{Uuid(mailbox, part)}";

    /// <summary>Made of what it names: the same for the same device, for ever.</summary>
    private string Uuid(AppleMailbox mailbox, string part)
    {
        var name = $"casella\0{settings.HostName}\0{mailbox.Address}\0{mailbox.Device?.ToString(CultureInfo.InvariantCulture)}\0{part}";
        var octets = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16);
        // Version 8: made from a hash of our own.
        octets[6] = (byte)((octets[6] & 0x0f) | 0x80);
        octets[8] = (byte)((octets[8] & 0x3f) | 0x80);
        return new Guid(octets, bigEndian: true).ToString("D").ToUpperInvariant();
    }

    private static XElement Dictionary(params (string Key, XElement Value)[] entries) =>
        new("dict", entries.SelectMany(entry => new[] { new XElement("key", entry.Key), entry.Value }));

    private static XElement Text(string value) => new("string", value);

    private static XElement Number(int value) => new("integer", value.ToString(CultureInfo.InvariantCulture));

    private static XElement Truth(bool value) => new(value ? "true" : "false");
}

/// <param name="Title">"Mail of info@example.org".</param>
public sealed record AppleProfileTexts(string Title, string Description);

/// <summary>Whom a profile is for.</summary>
/// <param name="Name">The sender's name in new mail.</param>
/// <param name="Device">Number of the device that it is for; null for a profile without a password.</param>
/// <param name="Password">Null: the device asks for it.</param>
public sealed record AppleMailbox(EmailAddress Address, string Name, long? Device, string? Password)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => Address.ToString();
}
