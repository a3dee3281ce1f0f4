using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Xml;
using System.Xml.Linq;
using Casella.Formats.Addresses;
using Casella.Formats.Setup;

namespace Casella.Formats.Tests.Setup;

/// <summary>What an iPhone installs.</summary>
public sealed class AppleProfileTests
{
    private static readonly ClientSettings Settings = new("mail.example.org",
    [
        new ClientService(ClientProtocol.Imap, 993, ClientTls.Implicit), new ClientService(ClientProtocol.Submission, 465, ClientTls.Implicit),
    ]);

    private static readonly AppleProfileTexts Texts = new("Posta di info@example.org", "Imposta la casella <info> & l’invio");

    [Fact]
    public void It_has_one_mail_account_with_both_servers()
    {
        var profile = Read(new AppleProfile(Settings, Texts).Write(Mailbox(7, "mq4x-7hd2")));

        profile["PayloadType"].Should().Be("Configuration");
        profile["PayloadDescription"].Should().Be("Imposta la casella <info> & l’invio");
        var account = ((List<object>)profile["PayloadContent"]).Should().ContainSingle().Which.Should().BeOfType<Dictionary<string, object>>().Which;
        account.Should().Contain(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["PayloadType"] = "com.apple.mail.managed",
            ["EmailAccountType"] = "EmailTypeIMAP",
            ["EmailAddress"] = "info@example.org",
            ["EmailAccountName"] = "Sezione",
            ["IncomingMailServerHostName"] = "mail.example.org",
            ["IncomingMailServerPortNumber"] = 993,
            ["IncomingMailServerUseSSL"] = true,
            ["IncomingMailServerUsername"] = "info@example.org",
            ["IncomingPassword"] = "mq4x-7hd2",
            ["OutgoingMailServerPortNumber"] = 465,
            ["OutgoingMailServerUseSSL"] = true,
            ["OutgoingPasswordSameAsIncomingPassword"] = true,
        });
    }

    [Fact]
    public void Without_a_password_the_device_asks_for_it() =>
        Account(Mailbox(null, null)).Should().NotContainKey("IncomingPassword");

    [Fact]
    public void Its_identifiers_are_the_same_each_time_and_other_ones_for_other_devices()
    {
        var first = Account(Mailbox(7, "a"));

        Account(Mailbox(7, "b"))["PayloadUUID"].Should().Be(first["PayloadUUID"]);
        Account(Mailbox(8, "a"))["PayloadUUID"].Should().NotBe(first["PayloadUUID"]);
        Account(Mailbox(8, "a"))["PayloadIdentifier"].Should().NotBe(first["PayloadIdentifier"]);
        Guid.TryParseExact((string)first["PayloadUUID"], "D", out _).Should().BeTrue();
        ((string)first["PayloadIdentifier"]).Should().StartWith("org.example.mail.casella.mail.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_is_signed_by_the_server(bool isElliptic)
    {
        using var certificate = Certificate(isElliptic);
        var profile = new AppleProfile(Settings, Texts).Write(Mailbox(7, "a"));

        var signed = SignedProfile.Sign(profile, certificate, [], new DateTimeOffset(2026, 11, 26, 7, 0, 0, TimeSpan.Zero));

        var cms = new SignedCms();
        cms.Decode(signed);
        cms.CheckSignature(verifySignatureOnly: true);
        cms.ContentInfo.Content.Should().Equal(profile);
        cms.SignerInfos[0].Certificate!.Thumbprint.Should().Be(certificate.Thumbprint);
    }

    private static AppleMailbox Mailbox(long? device, string? password)
    {
        EmailAddress.TryParse("info@example.org", out var address).Should().BeTrue();
        return new AppleMailbox(address, "Sezione", device, password);
    }

    private static Dictionary<string, object> Account(AppleMailbox mailbox) =>
        (Dictionary<string, object>)((List<object>)Read(new AppleProfile(Settings, Texts).Write(mailbox))["PayloadContent"])[0];

    /// <summary>A property list, as strictly as Apple's own reader: a dictionary is keys and values in turn.</summary>
    private static Dictionary<string, object> Read(byte[] profile)
    {
        using var reader = XmlReader.Create(new MemoryStream(profile), new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, XmlResolver = null });
        var document = XDocument.Load(reader);
        document.DocumentType!.PublicId.Should().Be("-//Apple//DTD PLIST 1.0//EN");
        document.Root!.Attribute("version")!.Value.Should().Be("1.0");
        return (Dictionary<string, object>)Value(document.Root.Elements().Single());
    }

    private static object Value(XElement element) => element.Name.LocalName switch
    {
        "dict" => element.Elements().Chunk(2).ToDictionary(pair => KeyOf(pair[0]), pair => Value(pair[1]), StringComparer.Ordinal),
        "array" => element.Elements().Select(Value).ToList(),
        "string" => element.Value,
        "integer" => int.Parse(element.Value, System.Globalization.CultureInfo.InvariantCulture),
        "true" => true,
        "false" => false,
        var other => throw new InvalidOperationException(other),
    };

    private static string KeyOf(XElement element) => element.Name.LocalName is "key" ? element.Value : throw new InvalidOperationException("no key");

    private static X509Certificate2 Certificate(bool isElliptic)
    {
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var request = isElliptic
            ? new CertificateRequest("CN=mail.example.org", elliptic, HashAlgorithmName.SHA256)
            : new CertificateRequest("CN=mail.example.org", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
