using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Storage;

namespace Casella.Core.Repairs;

/// <summary>
/// Content that damage has left without a folder comes back: into its own where that is known, else into one for what was
/// found. Changes by the administrator like any other.
/// </summary>
internal sealed class StrayRecovery(RepairParts parts, MailAccount mail, AccountId account, Action<string> tell)
{
    private HashSet<string> _known = [];
    private MailboxId? _folder;

    public async Task<(int Recovered, string? Folder)> RunAsync(IReadOnlyList<StrayMessage> strays, CancellationToken cancellationToken)
    {
        if (strays.Count == 0)
            return (0, null);
        _known = [.. (await mail.Intake.KnownAsync(cancellationToken)).Select(message => message.Sha256)];
        var recovered = 0;
        foreach (var stray in strays)
            if (await TryRecoverAsync(stray, cancellationToken))
                recovered++;
        await DropAsync([.. strays.Where(stray => !stray.IsKnown && stray.Blob is null).Select(stray => stray.Email)], cancellationToken);
        return (recovered, _folder is null ? null : FolderName.Value);
    }

    private MailboxName FolderName => field ??= MailboxName.Parse(NoticeText.RecoveredFolder(mail.Policy.Language));

    private async Task<bool> TryRecoverAsync(StrayMessage stray, CancellationToken cancellationToken)
    {
        try
        {
            return stray.IsKnown ? await PlaceAsync(stray, cancellationToken) : await TakeAsync(stray, cancellationToken);
        }
        catch (MailException failure) when (failure.Error is MailError.Damaged or MailError.NoSuchMessage or MailError.OverQuota)
        {
            tell($"content without a folder could not be filed: {failure.Error} {failure.Detail}");
            return false;
        }
    }

    private async Task<bool> PlaceAsync(StrayMessage stray, CancellationToken cancellationToken)
    {
        // The backup may have put it back in the meantime.
        var places = await parts.Store.ReadAsync(account, reader => reader.PlacementsOf(stray.Email), cancellationToken);
        return places.Count == 0 && await PlaceAsync(stray, new MessageToTake(stray.Email, null, FlagNames.None, stray.ReceivedAt), cancellationToken);
    }

    private async Task<bool> TakeAsync(StrayMessage stray, CancellationToken cancellationToken)
    {
        await using var content = await parts.Store.OpenStrayAsync(account, stray, cancellationToken);
        await using var staged = await parts.Staging.CopyAsync(content, cancellationToken);
        var prepared = await mail.Intake.PrepareAsync(new NewMessage(staged, FlagNames.None, stray.ReceivedAt), null, cancellationToken);
        // What the backup had, or what came twice.
        return _known.Add(Convert.ToHexStringLower(prepared.Body.Sha256.Span))
            && await PlaceAsync(stray, new MessageToTake(null, prepared, FlagNames.None, stray.ReceivedAt), cancellationToken);
    }

    private async Task<bool> PlaceAsync(StrayMessage stray, MessageToTake message, CancellationToken cancellationToken)
    {
        var keywords = new KeywordList(await parts.Store.ReadAsync(account, reader => reader.Keywords(), cancellationToken));
        var target = stray.Mailbox ?? await FolderAsync(cancellationToken);
        var taken = await mail.Intake.TakeAsync(target, [message with { Flags = keywords.NamesOf(stray.Flags) }], cancellationToken);
        return taken[0] is not null;
    }

    private async Task<MailboxId> FolderAsync(CancellationToken cancellationToken)
    {
        if (_folder is { } made)
            return made;
        var tree = await mail.GetTreeAsync(cancellationToken);
        if (tree.Find(FolderName) is { } there)
            return (_folder = there.Id).Value;
        _folder = (await mail.CreateMailboxAsync(FolderName, SpecialUse.None, cancellationToken)).Id;
        await mail.SetSubscribedAsync(FolderName, true, cancellationToken);
        return _folder.Value;
    }

    /// <summary>Its message has a body of its own now.</summary>
    private async Task DropAsync(IReadOnlyList<EmailId> strays, CancellationToken cancellationToken)
    {
        if (strays.Count == 0)
            return;
        var blobs = await parts.Store.WriteAsync(account, transaction => transaction.Destroy(strays), null, cancellationToken);
        await parts.Store.EraseAsync(account, blobs, cancellationToken);
    }
}
