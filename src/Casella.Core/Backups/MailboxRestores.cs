using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Backups;

/// <summary>
/// Brings one mailbox, or one folder of it, back from a backup while the service runs (ADR 0031). What the mailbox
/// lacks is put back; nothing that it has is taken away or changed. All of it are changes by the administrator, so they
/// can be undone.
/// </summary>
public sealed class MailboxRestores
{
    private readonly IBackupStore _backups;
    private readonly MailDirectory _directory;
    private readonly MailAccounts _accounts;
    private readonly MessageStaging _staging;

    internal MailboxRestores(IBackupStore backups, MailDirectory directory, MailAccounts accounts, MessageStaging staging) =>
        (_backups, _directory, _accounts, _staging) = (backups, directory, accounts, staging);

    /// <exception cref="BackupException"/>
    /// <exception cref="MailException">NoSuchMailbox (the folder), NoSuchDomain, OverQuota.</exception>
    public async Task<MailboxRestored> RunAsync(MailboxToRestore request, Action<string> tell, CancellationToken cancellationToken)
    {
        var from = DirectoryRules.Address(request.Mailbox).ToString();
        var to = DirectoryRules.Address(request.As ?? request.Mailbox).ToString();
        await using var backup = await _backups.OpenMailboxAsync(request.Backups, from, request.At, cancellationToken);
        if (request.Folder is { } folder)
            await MailboxReturn.RequireAsync(backup, folder, cancellationToken);
        var made = await FindOrMakeAsync(backup, to, cancellationToken);
        var mail = await _accounts.OpenAsync(made.Account.Id, Actor.Administrator, cancellationToken);
        // A message keeps its EMAILID where it comes home, and only there: one id is never in two mailboxes.
        var isHome = string.Equals(from, to, StringComparison.Ordinal);
        var run = new MailboxReturn(backup, mail, _staging, isHome, tell);
        var counts = await run.RunAsync(request.Folder, cancellationToken);
        if (made.Password is not null)
            await BringRulesAsync(backup, mail, cancellationToken);
        return new MailboxRestored(backup.Backup, to, made.Password, counts);
    }

    private async Task<(AccountEntry Account, string? Password)> FindOrMakeAsync(
        IBackedUpMailbox backup, string address, CancellationToken cancellationToken)
    {
        var all = await _directory.AccountsAsync(cancellationToken);
        if (all.FirstOrDefault(account => string.Equals(account.Address.ToString(), address, StringComparison.Ordinal)) is { } known)
            return (known, null);
        var quota = await backup.Store.ReadAsync(backup.Account, reader => reader.Account.QuotaLimit, cancellationToken);
        var password = MailDirectory.GeneratePassword();
        return (await _directory.AddAccountAsync(new AccountToAdd(address, password, quota, null), cancellationToken), password);
    }

    /// <summary>A mailbox that is made anew gets its policies and filters too; one that is there has its own.</summary>
    private static async Task BringRulesAsync(IBackedUpMailbox backup, MailAccount mail, CancellationToken cancellationToken)
    {
        var settings = await backup.Store.ReadAsync(backup.Account, reader => reader.Settings(), cancellationToken);
        var policies = settings.Where(setting => PolicyTable.Find(setting.Key) is not null).ToDictionary(StringComparer.Ordinal);
        if (policies.Count > 0)
            await mail.SetPolicyAsync(policies, cancellationToken);
        // The copy is ours alone, so its writer may be asked.
        var scripts = await backup.Store.WriteAsync(
            backup.Account,
            transaction => transaction.Filters.Scripts().Select(row => (row.Name, row.IsActive, Content: transaction.Filters.Content(row.Name)!)).ToList(),
            null, cancellationToken);
        foreach (var (name, isActive, content) in scripts)
        {
            await mail.Filters.PutAsync(name, content, cancellationToken);
            if (isActive)
                await mail.Filters.ActivateAsync(name, cancellationToken);
        }
    }
}

/// <param name="Backups">Folder of the backups.</param>
/// <param name="As">Another mailbox that gets the mail; made when there is none.</param>
/// <param name="Folder">Only this one and those below it.</param>
/// <param name="At">The last backup before; null for the newest.</param>
public sealed record MailboxToRestore(string Backups, string Mailbox, string? As, MailboxName? Folder, DateTimeOffset? At);

/// <param name="Password">Of a mailbox that was made for it: the one time it can be read.</param>
public sealed record MailboxRestored(BackupInfo Backup, string Address, string? Password, ReturnCounts Counts);

/// <summary>What became of the messages of the backup.</summary>
/// <param name="Present">Still there.</param>
/// <param name="Elsewhere">Somebody has moved them since; they stay where they are.</param>
/// <param name="Destroyed">Destroyed on purpose since; they stay gone.</param>
public sealed record ReturnCounts(int Restored, int Present, int Elsewhere, int Destroyed, IReadOnlyList<string> NewFolders);
