using System.Globalization;
using Casella.Core.Backups;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Repairs;

/// <summary>One repair of one account: looks, mends from the ground up (file, rows, content, index), and looks again.</summary>
internal sealed class MailboxRepair(RepairParts parts, AccountEntry account, Action<string> tell) : IAsyncDisposable
{
    /// <summary>A blob that is older and that no row names is nobody's: it gets its row within seconds.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromHours(1);

    private IBackedUpMailbox? _backup;
    private bool _isBackupUsed;

    public async Task<RepairOutcome> RunAsync(bool isTrial, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        var found = await LookAsync(findings, cancellationToken);
        if (isTrial)
            return new RepairOutcome(account.Address.ToString(), IsTrial: true, findings, findings);
        if (findings.Count > 0)
            await OpenBackupAsync(cancellationToken);
        var done = found.AreRowsSound
            ? new RepairOutcome(account.Address.ToString(), IsTrial: false, findings, [])
            : await MendRowsAsync(findings, cancellationToken);
        if (done.File is MendedFile.Lost)
            return done with { Remaining = findings };
        return await FinishAsync(done, found, cancellationToken);
    }

    public ValueTask DisposeAsync() => _backup?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task<AccountFindings> LookAsync(List<string> findings, CancellationToken cancellationToken) => parts.Store.VerifyAsync(
        account.Id,
        finding =>
        {
            findings.Add(finding);
            tell(finding);
        },
        cancellationToken);

    /// <summary>The last backup, where it has this mailbox; a repair goes without one too.</summary>
    private async Task OpenBackupAsync(CancellationToken cancellationToken)
    {
        if (parts.Backups.Last() is not { } last)
        {
            tell("there is no backup: only what is here can be used");
            return;
        }

        try
        {
            _backup = await parts.Backups.OpenMailboxAsync(last.Folder, account.Address.ToString(), at: null, cancellationToken);
            if (_backup.Account == account.Id)
                return;
            await _backup.DisposeAsync();
            _backup = null;
            tell("the last backup has another mailbox of that address: only what is here can be used");
        }
        catch (BackupException gone)
        {
            tell($"the last backup cannot be used: {gone.Message}");
        }
    }

    private async Task<RepairOutcome> MendRowsAsync(IReadOnlyList<string> findings, CancellationToken cancellationToken)
    {
        var mended = await parts.Store.MendAsync(account.Id, _backup, () => SendAwayAsync(cancellationToken), cancellationToken);
        tell(FileWords(mended));
        var outcome = new RepairOutcome(account.Address.ToString(), IsTrial: false, findings, [])
        {
            File = mended.File,
            SetAside = mended.SetAside,
            Corrected = mended.Corrected,
        };
        if (mended.File is MendedFile.Lost)
            return outcome;
        _isBackupUsed = mended.File is MendedFile.OfBackup;
        var mail = await parts.Accounts.OpenAsync(account.Id, Actor.Administrator, cancellationToken);
        var returned = mended.File is MendedFile.Salvaged || mended.Lost.Count > 0 ? await ReturnAsync(mail, cancellationToken) : 0;
        var strays = new StrayRecovery(parts, mail, account.Id, tell);
        var (recovered, folder) = await strays.RunAsync(mended.Strays, cancellationToken);
        return outcome with
        {
            Returned = returned,
            Recovered = recovered,
            RecoveredFolder = folder,
            Lost = await new LostMail(parts.Store, account.Id).PlacesAsync(mended.Lost, cancellationToken),
        };
    }

    /// <summary>Whoever works in the mailbox has a picture of it that is no longer so.</summary>
    private async Task SendAwayAsync(CancellationToken cancellationToken)
    {
        await parts.Accounts.RetireAsync(account.Id, cancellationToken);
        parts.Sessions.End(new SessionEnding(SessionEnd.AccountRepaired) { Account = account.Id });
        // Its members may see it from their other mailboxes (ADR 0017).
        foreach (var member in await parts.People.MembersAsync(account.Id, cancellationToken))
            parts.Sessions.End(new SessionEnding(SessionEnd.AccountRepaired) { Person = member.Person });
    }

    private async Task<int> ReturnAsync(MailAccount mail, CancellationToken cancellationToken)
    {
        if (_backup is null)
            return 0;
        var counts = await new MailboxReturn(_backup, mail, parts.Staging, isHome: true, tell).RunAsync(null, cancellationToken);
        _isBackupUsed |= counts.Restored > 0;
        return counts.Restored;
    }

    private async Task<RepairOutcome> FinishAsync(RepairOutcome done, AccountFindings found, CancellationToken cancellationToken)
    {
        var isNewFile = done.File is not MendedFile.Sound;
        // What was put right may show more: the bodies of a file that could not be read before.
        var bodies = isNewFile ? (await parts.Store.VerifyAsync(account.Id, _ => { }, cancellationToken)).Bodies : found.Bodies;
        var refilled = await RefillAsync(bodies, cancellationToken);
        if (isNewFile || !found.IsIndexSound)
            await parts.Accounts.Indexing.RebuildAsync(account.Id, (_, _) => { }, cancellationToken);
        var swept = await parts.Store.SweepAsync(account.Id, OnItsWay, cancellationToken);
        if (done.Findings.Count == 0)
            return done with { Swept = swept };
        tell("what is left:");
        var remaining = new List<string>();
        var left = await LookAsync(remaining, cancellationToken);
        return done with
        {
            Remaining = remaining,
            Refilled = refilled,
            Swept = swept,
            IsIndexRebuilt = isNewFile || !found.IsIndexSound,
            Backup = _isBackupUsed ? _backup!.Backup : null,
            Lost = [.. done.Lost, .. await new LostMail(parts.Store, account.Id).MessagesAsync(left.Bodies, cancellationToken)],
        };
    }

    /// <summary>Gives messages their bytes again, where the backup has the very same.</summary>
    private async Task<int> RefillAsync(IReadOnlyList<EmailId> bodies, CancellationToken cancellationToken)
    {
        if (_backup is null || bodies.Count == 0)
            return 0;
        var refilled = 0;
        foreach (var row in await parts.Store.ReadAsync(account.Id, reader => reader.Messages(bodies, MessageNeeds.Facts), cancellationToken))
            if (await TryRefillAsync(_backup, row.Id, row.Facts!, cancellationToken))
                refilled++;
        _isBackupUsed |= refilled > 0;
        return refilled;
    }

    private async Task<bool> TryRefillAsync(IBackedUpMailbox backup, EmailId message, MessageFacts facts, CancellationToken cancellationToken)
    {
        if (await backup.Store.ReadAsync(backup.Account, reader => reader.FindByObjectId(facts.ObjectId), cancellationToken) is not { } there)
            return false;
        try
        {
            await using var content = await backup.Store.OpenAsync(backup.Account, there, cancellationToken);
            await using var staged = await parts.Staging.CopyAsync(content, cancellationToken);
            var body = await parts.Store.PrepareAsync(account.Id, staged, content.HeaderSize, cancellationToken);
            if (!body.Sha256.Span.SequenceEqual(facts.Sha256.Span))
                return false;
            await parts.Store.WriteAsync(
                account.Id,
                transaction =>
                {
                    transaction.ReplaceBody(message, body);
                    return true;
                },
                null, cancellationToken);
            return true;
        }
        catch (MailException damaged) when (damaged.Error is MailError.Damaged or MailError.NoSuchMessage)
        {
            tell(string.Create(CultureInfo.InvariantCulture, $"message {message.Value}: the backup's copy is damaged too: {damaged.Detail}"));
            return false;
        }
    }

    private static string FileWords(MendedAccount mended) => mended.File switch
    {
        MendedFile.Sound => string.Create(CultureInfo.InvariantCulture, $"{mended.Corrected} counters and rows put right"),
        MendedFile.Salvaged => $"what could be read of the file is in a new one; the damaged one is kept as {mended.SetAside}",
        MendedFile.OfBackup => $"nothing of the file could be read: it is as the last backup has it; the damaged one is kept as {mended.SetAside}",
        MendedFile.Lost => "nothing of the file could be read, and there is no backup of it: it was left as it is",
    };
}
