using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Casella.Journeys.Clients;

/// <summary>MailKit as a user's program: TLS with a checked certificate, signed in.</summary>
internal static class MailKitClients
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>993, signed in, INBOX open for reading and writing.</summary>
    public static async Task<ImapClient> ImapAsync(CasellaServer server, Mailbox mailbox)
    {
        var client = new ImapClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Trust(server) };
        await client.ConnectAsync("127.0.0.1", server.Ports.Imaps, SecureSocketOptions.SslOnConnect, Stop);
        await client.AuthenticateAsync(mailbox.Address, mailbox.Password, Stop);
        await client.Inbox!.OpenAsync(FolderAccess.ReadWrite, Stop);
        return client;
    }

    /// <summary>465, signed in.</summary>
    public static async Task<SmtpClient> SubmissionAsync(CasellaServer server, Mailbox mailbox)
    {
        var client = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Trust(server) };
        await client.ConnectAsync("127.0.0.1", server.Ports.Submissions, SecureSocketOptions.SslOnConnect, Stop);
        await client.AuthenticateAsync(mailbox.Address, mailbox.Password, Stop);
        return client;
    }

    /// <summary>25 with STARTTLS, as another mail server connects.</summary>
    public static async Task<SmtpClient> ServerToServerAsync(CasellaServer server)
    {
        var client = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Trust(server), LocalDomain = "mx.example.org" };
        await client.ConnectAsync("127.0.0.1", server.Ports.Smtp, SecureSocketOptions.StartTls, Stop);
        return client;
    }

    /// <summary>Delivers one message from outside.</summary>
    public static async Task DeliverAsync(CasellaServer server, MimeMessage message, params string[] recipients)
    {
        using var client = await ServerToServerAsync(server);
        await client.SendAsync(message, MailboxAddress.Parse("mario@example.org"), recipients.Select(MailboxAddress.Parse), Stop);
        await client.DisconnectAsync(quit: true, Stop);
    }

    public static MimeMessage Message(string from, string to, string subject, string text = "Ci vediamo alle nove.\r\n")
    {
        var message = new MimeMessage { Subject = subject, Body = new TextPart("plain") { Text = text } };
        message.From.Add(MailboxAddress.Parse(from));
        message.To.Add(MailboxAddress.Parse(to));
        return message;
    }

    /// <summary>Trusts the server's own authority and nothing else, and only under the right name.</summary>
    public static RemoteCertificateValidationCallback Trust(CasellaServer server) => (_, certificate, _, errors) =>
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(server.AuthorityFile);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf);
    };
}
