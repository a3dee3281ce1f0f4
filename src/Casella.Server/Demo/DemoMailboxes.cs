using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Quota;
using Casella.Server.Administration;
using Casella.Server.Hosting;

namespace Casella.Server.Demo;

/// <summary>
/// serve --demo: the domain example.test (RFC 2606 §2) with a section's shared mailbox and two personal ones, and a few
/// messages. What is there already stays as it is, so a second start changes nothing. The passwords are random and kept
/// in demo.json of the data folder, because they must be shown again; nobody else's are.
/// </summary>
internal sealed class DemoMailboxes
{
    private const string Domain = "example.test";
    private const string Section = "sezione@example.test";
    private const string President = "presidente@example.test";
    private const string Treasurer = "tesoriere@example.test";

    private static readonly (string Address, string Name)[] Accounts =
        [(Section, "Sezione Alta Valle"), (President, "Presidente"), (Treasurer, "Tesoriere")];

    private static readonly DemoMessage[] Messages =
    [
        new(Section, SpecialUse.None, "benvenuto", HoursAgo: 24 * 9, ["\\Seen"]),
        new(Section, SpecialUse.None, "turni", HoursAgo: 24 * 6, ["\\Seen", "\\Flagged"]),
        new(Section, SpecialUse.Sent, "note", HoursAgo: 24 * 5, ["\\Seen"]),
        new(Section, SpecialUse.None, "training", HoursAgo: 24 * 3, ["\\Seen", "$Forwarded"]),
        new(Section, SpecialUse.None, "preventivo", HoursAgo: 30, ["\\Seen", "\\Answered"]),
        new(Section, SpecialUse.None, "risposta", HoursAgo: 26, []),
        new(Section, SpecialUse.None, "radio", HoursAgo: 2, []),
        new(President, SpecialUse.None, "note", HoursAgo: 24 * 5, ["\\Seen"]),
        new(President, SpecialUse.None, "preventivo", HoursAgo: 30, ["\\Answered", "\\Seen"]),
        new(Treasurer, SpecialUse.None, "note", HoursAgo: 24 * 5, ["\\Seen"]),
        new(Treasurer, SpecialUse.None, "risposta", HoursAgo: 26, []),
    ];

    private readonly MailDirectory _directory;
    private readonly Devices _devices;
    private readonly MailAccounts _accounts;
    private readonly TimeProvider _time;

    private DemoMailboxes(IServiceProvider services)
    {
        _directory = services.GetRequiredService<MailDirectory>();
        _devices = services.GetRequiredService<Devices>();
        _accounts = services.GetRequiredService<MailAccounts>();
        _time = services.GetRequiredService<TimeProvider>();
    }

    /// <exception cref="CommandException">The store or the disk does not allow it.</exception>
    public static async Task<DemoSummary> PrepareAsync(MailServer server, DataFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            var demo = new DemoMailboxes(server.Services);
            var passwords = await demo.PasswordsAsync(folder.DemoFile, cancellationToken);
            await demo.PrepareDomainAsync(cancellationToken);
            foreach (var (address, name) in Accounts)
                await demo.PrepareAccountAsync(address, name, passwords[address], cancellationToken);
            return new DemoSummary([.. Accounts.Select(a => new DemoAccount(a.Address, a.Name, passwords[a.Address]))]);
        }
        catch (MailException failure)
        {
            throw new CommandException(failure.Error.ToString(), Errors.Text(failure));
        }
    }

    private async Task<Dictionary<string, string>> PasswordsAsync(string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
            return JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(file, cancellationToken))!;
        var passwords = Accounts.ToDictionary(a => a.Address, _ => MailDirectory.GeneratePassword(), StringComparer.Ordinal);
        // Accounts of an earlier demo whose file is gone get the new passwords: they exist only to be shown.
        var existing = (await _directory.AccountsAsync(cancellationToken)).Select(a => a.Address.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var (address, password) in passwords)
            if (existing.Contains(address))
                await _devices.SetCommonPasswordAsync(address, password, cancellationToken);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using var stream = new FileStream(file, options);
        await JsonSerializer.SerializeAsync(stream, passwords, ControlFrames.Json, cancellationToken);
        return passwords;
    }

    private async Task PrepareDomainAsync(CancellationToken cancellationToken)
    {
        var domains = await _directory.DomainsAsync(cancellationToken);
        if (!domains.Any(d => d.Name is Domain))
            await _directory.AddDomainAsync(Domain, cancellationToken);
    }

    private async Task PrepareAccountAsync(string address, string name, string password, CancellationToken cancellationToken)
    {
        var known = (await _directory.AccountsAsync(cancellationToken))
            .FirstOrDefault(a => string.Equals(a.Address.ToString(), address, StringComparison.Ordinal));
        var account = known ?? await _directory.AddAccountAsync(new AccountToAdd(address, password, QuotaStatus.DefaultLimit, name), cancellationToken);
        var mail = await _accounts.OpenAsync(account.Id, Actor.Server, cancellationToken);
        var tree = await mail.GetTreeAsync(cancellationToken);
        foreach (var folder in Messages.Where(m => string.Equals(m.Account, address, StringComparison.Ordinal)).GroupBy(m => m.Folder))
        {
            var mailbox = folder.Key is SpecialUse.None ? tree.Find(MailboxName.Inbox) : tree.Find(folder.Key);
            // A mailbox that has ever held a message is somebody's by now, even when it is empty.
            if (mailbox is { UidNext.Value: 1 })
                await AppendAsync(mail, mailbox.Id, [.. folder], cancellationToken);
        }
    }

    // All in one transaction: a kill in between leaves none, and the next start appends them.
    private async Task AppendAsync(MailAccount mail, MailboxId mailbox, IReadOnlyList<DemoMessage> messages, CancellationToken cancellationToken)
    {
        var staged = new List<NewMessage>();
        try
        {
            foreach (var message in messages)
            {
                var date = _time.GetLocalNow().AddHours(-message.HoursAgo);
                staged.Add(new NewMessage(MessageStaging.FromBytes(message.Render(date)), message.Flags, date));
            }
            await mail.AppendAsync(mailbox, staged, cancellationToken);
        }
        finally
        {
            foreach (var message in staged)
                await message.Content.DisposeAsync();
        }
    }

    private sealed record DemoMessage(string Account, SpecialUse Folder, string Name, int HoursAgo, string[] FlagTexts)
    {
        public FlagNames Flags => new(
            FlagTexts.Aggregate(MessageFlags.None, (flags, text) => flags | SystemFlag(text)),
            [.. FlagTexts.Where(text => !text.StartsWith('\\'))]);

        public byte[] Render(DateTimeOffset date)
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Demo.{Name}.eml")!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            // RFC 5322 §3.3: the zone without a colon.
            var zone = date.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
            return Encoding.UTF8.GetBytes(reader.ReadToEnd()
                .ReplaceLineEndings("\r\n")
                .Replace("{{DATE}}", $"{date.ToString("ddd, d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} {zone}", StringComparison.Ordinal));
        }

        private static MessageFlags SystemFlag(string text) => text switch
        {
            "\\Seen" => MessageFlags.Seen,
            "\\Answered" => MessageFlags.Answered,
            "\\Flagged" => MessageFlags.Flagged,
            _ => MessageFlags.None,
        };
    }
}
