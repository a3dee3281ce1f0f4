using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Casella.Smtp.Tests.World;

namespace Casella.Clients.Thunderbird;

/// <summary>
/// Somebody has just installed Thunderbird and types a name, an address and a password, as everybody does: the rest it
/// finds out from DNS and from the server. The ports are the real ones, at an address of this machine that nothing else
/// uses.
/// </summary>
public sealed class FirstStartTests
{
    private const string Address = "127.77.0.1";
    private const string Host = "mail.example.test";

    [Theory]
    [InlineData("https")]
    // The certificate has none of the domain's names: Thunderbird goes on to HTTP, as it does at most providers.
    [InlineData("http")]
    public async Task It_sets_itself_up_from_an_address_alone(string scheme)
    {
        Assert.SkipUnless(ThunderbirdProgram.IsInstalled, "Thunderbird, Xvfb or certutil is not installed (Debian's thunderbird, xvfb, libnss3-tools)");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root has port 53 and an /etc/resolv.conf of its own");
        using var folder = new TestFolder();
        var authority = MakeCertificates(folder, scheme is "https" ? [Host, "autoconfig.example.test"] : [Host]);
        using var names = new NameServer(new IPEndPoint(IPAddress.Parse(Address), 53)).With(
            $"""
             {Host} A {Address}
             autoconfig.example.test A {Address}
             example.test MX 10 {Host}.
             """);
        await using var server = await StartServerAsync(folder);
        var anna = await server.AddMailboxAsync("anna");
        await using var thunderbird = await ThunderbirdProgram.StartNewAsync(authority, Address);

        var found = await SetUpAsync(thunderbird, anna);

        found.Should().Be($"imap {Host}:993 tls {anna.Address}; smtp {Host}:465 tls {anna.Address}");
        await SendsAndReceivesAsync(thunderbird, anna);
    }

    /// <summary>Through its own window, by the fields and buttons that a person has.</summary>
    /// <returns>What it has written into its account.</returns>
    private static async Task<string?> SetUpAsync(ThunderbirdProgram thunderbird, Mailbox anna) => (await thunderbird.RunAsync(
        """
        const main = Services.wm.getMostRecentWindow("mail:3pane");
        await main.openAccountHub("MAIL");
        const hub = () => main.document.querySelector("account-hub-container").shadowRoot;
        const shown = name => [...hub().querySelectorAll(name)].find(one => one.checkVisibility?.() ?? !one.hidden);
        const type = (field, text) => {
          field.value = text;
          field.dispatchEvent(new main.Event("input", { bubbles: true }));
        };
        const goOn = async () => (await until("it may go on", () => [...hub().querySelectorAll("#forward")].find(one => !one.disabled && !one.hidden))).click();

        const form = await until("the form for the address", () => shown("email-auto-form")?.querySelector("#email") && shown("email-auto-form"));
        type(form.querySelector("#realName"), "Anna");
        type(form.querySelector("#email"), args[0]);
        await goOn();
        const settings = await until("settings are found", () => shown("email-config-found"));
        await until("IMAP is chosen", () => settings.captureState()?.incoming?.type == "imap");
        const source = settings.captureState().subSource;
        await goOn();
        const password = await until("it asks for the password", () => shown("email-password-form"));
        type(password.querySelector("#password"), args[1]);
        await goOn();
        const imap = () => MailServices.accounts.accounts.map(account => account.incomingServer).find(one => one.type == "imap");
        await until("the account is made", () => imap() && MailServices.outgoingServer.defaultServer);
        const smtp = MailServices.outgoingServer.defaultServer.QueryInterface(Ci.nsISmtpServer);
        const tls = Ci.nsMsgSocketType.SSL;
        const words = (name, host, port, type, user) => `${name} ${host}:${port} ${type == tls ? "tls" : type} ${user}`;
        return `${words("imap", imap().hostname, imap().port, imap().socketType, imap().username)}; `
          + words("smtp", smtp.hostname, smtp.port, smtp.socketType, smtp.username);
        """,
        anna.Address,
        anna.Password)).GetString();

    /// <summary>A mail to oneself goes out by the one, comes in by the other.</summary>
    private static Task<JsonElement> SendsAndReceivesAsync(ThunderbirdProgram thunderbird, Mailbox anna) => thunderbird.RunAsync(
            """
            const account = MailServices.accounts.accounts.find(one => one.incomingServer.type == "imap");
            const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
            fields.to = args[0];
            fields.from = account.defaultIdentity.fullAddress;
            fields.subject = "prima prova";
            fields.body = "Ci sono.";
            const parameters = Cc["@mozilla.org/messengercompose/composeparams;1"].createInstance(Ci.nsIMsgComposeParams);
            parameters.composeFields = fields;
            parameters.identity = account.defaultIdentity;
            parameters.type = Ci.nsIMsgCompType.New;
            parameters.format = Ci.nsIMsgCompFormat.PlainText;
            const compose = MailServices.compose.initCompose(parameters);
            await compose.sendMsg(Ci.nsIMsgCompDeliverMode.Now, account.defaultIdentity, account.key, null, null);
            server.rootFolder.getFolderWithFlags(flag.Inbox).QueryInterface(Ci.nsIMsgImapMailFolder).updateFolderWithListener(view, null);
            await until("it comes in", () => message(inbox(), "prima prova"));
            const copies = server.rootFolder.getFolderWithFlags(flag.SentMail).QueryInterface(Ci.nsIMsgImapMailFolder);
            // It shows what it has put there beside what is there, until it has looked.
            await updated("the server's copy and its own are one", copies, () => count(copies) == 1);
            """,
            anna.Address);

    private static Task<CasellaServer> StartServerAsync(TestFolder folder) => CasellaServer.StartAsync(
        $"--HostName={Host}",
        $"--Listeners:Https={Address}:443", $"--Listeners:Http={Address}:80", $"--Listeners:Imaps={Address}:993", $"--Listeners:Submissions={Address}:465",
        $"--Listeners:Pop3s={Address}:995",
        $"--Tls:Certificate={Path.Join(folder.Path, "server.pem")}", $"--Tls:Key={Path.Join(folder.Path, "server.key")}");

    /// <returns>The file of the authority that has signed it.</returns>
    private static string MakeCertificates(TestFolder folder, IReadOnlyList<string> names)
    {
        var (from, to) = (DateTimeOffset.Parse("2026-01-01", CultureInfo.InvariantCulture), DateTimeOffset.Parse("2036-01-01", CultureInfo.InvariantCulture));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Example Authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var signer = authority.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var certificate = request.Create(signer, from, from.AddDays(390), [1, 2, 3, 4]);
        folder.Write("server.pem", certificate.ExportCertificatePem());
        folder.Write("server.key", key.ExportPkcs8PrivateKeyPem());
        folder.Write("ca.pem", signer.ExportCertificatePem());
        return Path.Join(folder.Path, "ca.pem");
    }
}
