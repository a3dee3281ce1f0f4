using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Casella.Server;
using Casella.Server.Administration;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;

namespace Casella.Network.Machines;

/// <summary>The product on a machine of its own, as a technician would set it up.</summary>
internal sealed class CasellaMachine(string folder, Place place, string hostName) : IAsyncDisposable
{
    public const string Password = "correct-horse-battery-9";

    private readonly string _data = Path.Join(folder, "data");
    private Process? _process;

    public Place Place => place;
    public string HostName => hostName;
    public string Log => Path.Join(folder, "log");

    /// <summary>The mailbox that stands behind all addresses here.</summary>
    public string Mailbox { get; private set; } = "";

    public X509Certificate2 Certificate { get; private set; } = null!;

    public async Task StartAsync(TestAuthority authority, IReadOnlyList<string> names, IReadOnlyDictionary<string, string> settings)
    {
        Directory.CreateDirectory(folder);
        Certificate = await authority.WriteAsync(folder, [hostName, .. names]);
        await File.WriteAllTextAsync(Path.Join(folder, "ca.pem"), authority.Pem);
        var environment = new Dictionary<string, string>(settings, StringComparer.Ordinal)
        {
            ["HostName"] = hostName,
            ["Dns__Server"] = "127.0.0.1",
            ["Dns__Time"] = "3s",
            ["Tls__Certificate"] = Path.Join(folder, "cert.pem"),
            ["Tls__Key"] = Path.Join(folder, "key.pem"),
            ["Outbound__TrustedRoots"] = Path.Join(folder, "ca.pem"),
            ["Outbound__ConnectTime"] = "3s",
            ["Inbound__TrustedNetworks"] = "",
        };
        _process = Tool.Start(
            Log, environment.ToDictionary(one => $"CASELLA_{one.Key}", one => one.Value, StringComparer.Ordinal),
            place.Command(Path.Join(AppContext.BaseDirectory, "casella"), "serve", "--data", _data));
        await Tool.SaysAsync(Log, "Ctrl+C", _process);
    }

    public async Task<T> AskAsync<T>(AdminRequest<T> request)
        where T : notnull
    {
        await using var control = await ControlClient.TryConnectAsync(_data, ProductVersion.Text, TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException($"{hostName} does not answer");
        return await control.SendAsync(request, static _ => { }, TestContext.Current.CancellationToken);
    }

    public async Task AddMailboxAsync(string address)
    {
        await AskAsync(new AddDomain(address.Split('@')[1]));
        await AskAsync(new AddAccount(address, Password, null, null));
        Mailbox = address;
    }

    /// <summary>Another domain whose only address leads to the mailbox.</summary>
    public async Task AddDomainAsync(string address)
    {
        await AskAsync(new AddDomain(address.Split('@')[1]));
        await AskAsync(new AddAlias(address, Mailbox));
    }

    /// <summary>As a mail program of somebody here; the answer.</summary>
    public async Task<string> SubmitAsync(string from, string to, string message, string more = "")
    {
        await using var wire = await MailWire.SignInAsync(await place.ConnectAsync(place.Address, 465), Mailbox, Password);
        return await wire.SendAsync(from, to, message, more);
    }

    /// <summary>Where a sent message is, once something is known: "HandedOver Dane", "Waiting 4.7.5 …".</summary>
    public async Task<string> FateAsync(string messageId)
    {
        for (var i = 0; i < 400; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            if ((await FindAsync(messageId))?.Recipients is not [var recipient] || recipient is { State: "Waiting", Attempts: 0 })
                continue;
            return recipient.State is "HandedOver" ? $"HandedOver {recipient.Security}"
                : recipient.State is "Waiting" ? $"Waiting {recipient.Diagnostic}"
                : $"{recipient.State} {recipient.Status} {recipient.Diagnostic}";
        }

        return "nothing happened";
    }

    /// <summary>The folder and header of a message, or null when it does not come.</summary>
    public async Task<(string Folder, string Text)?> FindMailAsync(string messageId, double seconds = 10)
    {
        using var imap = new ImapClient();
#pragma warning disable CA5359 // a test server with a certificate of its own
        imap.ServerCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        await imap.ConnectAsync(await place.ConnectAsync(place.Address, 993), "imap", 993, SecureSocketOptions.SslOnConnect, TestContext.Current.CancellationToken);
        await imap.AuthenticateAsync(Mailbox, Password, TestContext.Current.CancellationToken);
        for (var i = 0; i < seconds * 5; i++)
        {
            foreach (var opened in new[] { imap.Inbox!, imap.GetFolder(MailKit.SpecialFolder.Junk)! })
            {
                await opened.OpenAsync(MailKit.FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
                if (await opened.SearchAsync(SearchQuery.HeaderContains("Message-ID", messageId), TestContext.Current.CancellationToken) is not [var uid, ..])
                    continue;
                await using var stream = await opened.GetStreamAsync(uid, TestContext.Current.CancellationToken);
                using var reader = new StreamReader(stream);
                return (opened == imap.Inbox ? "INBOX" : "SPAM", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<TracedMailView?> FindAsync(string messageId)
    {
        try
        {
            return await AskAsync(new TraceMail(messageId)) is [var mail, ..] ? mail : null;
        }
        catch (CommandException unknown) when (unknown.Code is "NoSuchMessage")
        {
            return null;
        }
    }
}
