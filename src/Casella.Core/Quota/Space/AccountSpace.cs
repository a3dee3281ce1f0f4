using System.Security.Cryptography;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Mime;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Quota.Space;

/// <summary>
/// Helps a full mailbox: says what takes the space, and makes room. Everything that goes is kept for its days as every
/// deleted message is, so each step can be undone by its number. Got from <see cref="MailAccount.Space"/>.
/// </summary>
public sealed class AccountSpace
{
    /// <summary>Messages in one transaction, so that no session waits.</summary>
    private const int UnitAtMost = 200;

    private readonly AccountState _state;
    private readonly MailAccount _account;
    private readonly MessageAppend _append;

    internal AccountSpace(AccountState state, MailAccount account, MessageAppend append) => (_state, _account, _append) = (state, account, append);

    public Task<SpaceReport> ReportAsync(SpaceFilter filter, CancellationToken cancellationToken) =>
        new SpaceSurvey(_account, _state.Time).RunAsync(filter, cancellationToken);

    /// <summary>Until when what is removed now can be brought back.</summary>
    public DateTimeOffset UndoableUntil => _state.Time.GetUtcNow().AddDays(_state.Policy.KeepDeletedDays);

    /// <summary>What is in Trash or SPAM for longer than so many days.</summary>
    public async Task<IReadOnlyList<Placement>> ExpiredAsync(SpecialUse use, int days, CancellationToken cancellationToken)
    {
        if ((await _account.GetTreeAsync(cancellationToken)).Find(use) is not { } folder)
            return [];
        var before = _state.Time.GetUtcNow().AddDays(-days).ToUnixTimeSeconds();
        var snapshot = await _account.GetSnapshotAsync(folder.Id, cancellationToken);
        return [.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Where(placement => placement.SavedAt <= before)];
    }

    /// <summary>
    /// Messages that are in one folder more than once: the same Message-ID, the same bytes below the header. A copy in
    /// another folder costs nothing, and is somebody's wish.
    /// </summary>
    public async Task<IReadOnlyList<DuplicateMessages>> DuplicatesAsync(CancellationToken cancellationToken)
    {
        var found = new List<DuplicateMessages>();
        foreach (var folder in (await _account.GetTreeAsync(cancellationToken)).Mailboxes.Where(folder => folder is { IsSelectable: true, Messages: > 1 }))
        {
            var snapshot = await _account.GetSnapshotAsync(folder.Id, cancellationToken);
            var placements = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).ToList();
            var byId = new Dictionary<string, List<(Placement Placement, string Subject)>>(StringComparer.Ordinal);
            await foreach (var data in _account.ReadAsync(placements, MessageNeeds.Envelope, cancellationToken))
                if (CompactForm.TryReadEnvelope(data.Envelope) is { MessageId: { } field } envelope && MessageIds.First(field.Span) is { } id)
                {
                    if (!byId.TryGetValue(id, out var same))
                        byId[id] = same = [];
                    same.Add((data.Placement, envelope.Subject is { } subject ? DecodedText.Header(subject.Span).Trim() : ""));
                }

            foreach (var same in byId.Values.Where(same => same.Count > 1))
                found.AddRange(await SurplusAsync(folder.Id, same, cancellationToken));
        }

        return [.. found.OrderByDescending(one => one.Size)];
    }

    /// <summary>Removes messages of a folder.</summary>
    /// <returns>By which each step can be undone, newest first.</returns>
    /// <exception cref="MailException">NoPermission.</exception>
    public async Task<IReadOnlyList<ModSeq>> RemoveAsync(MailboxId folder, IReadOnlyList<Uid> uids, CancellationToken cancellationToken)
    {
        var changes = new List<ModSeq>();
        foreach (var unit in uids.Order().Chunk(UnitAtMost))
            if ((await _account.ExpungeAsync(folder, unit, onlyDeleted: false, cancellationToken)).ModSeq is { } change)
                changes.Insert(0, change);
        return changes;
    }

    /// <summary>Puts a message in its own place without its attachments; text, names and dates stay.</summary>
    /// <param name="wordsFor">What stands in the place of an attachment.</param>
    /// <returns>By which it can be undone; null when it has nothing to take away.</returns>
    /// <exception cref="MailException">NoSuchMessage, NoPermission, OverQuota.</exception>
    public async Task<ModSeq?> StripAsync(
        MailboxId folder, Uid uid, Func<AttachedPart, string> wordsFor, MessageStaging staging, CancellationToken cancellationToken)
    {
        var snapshot = await _account.GetSnapshotAsync(folder, cancellationToken);
        if (snapshot.IndexOf(uid) is not (>= 0 and var at))
            throw new MailException(MailError.NoSuchMessage);
        var placement = snapshot[at];
        await foreach (var data in _account.ReadAsync([placement], MessageNeeds.Structure, cancellationToken))
        {
            if (CompactForm.TryReadStructure(data.Structure) is not { } root || StrippedMessage.Removable(root).Count == 0)
                return null;
            await using var message = await StrippedAsync(placement.Email, root, wordsFor, staging, cancellationToken);
            var kept = new NewMessage(message, snapshot.Keywords.NamesOf(placement.Flags), DateTimeOffset.FromUnixTimeSeconds(placement.ReceivedAt));
            return (await _append.ReplaceAsync(new PlacementName(folder, uid), folder, kept, cancellationToken)).ModSeq;
        }

        return null;
    }

    private async Task<StagedMessage> StrippedAsync(
        EmailId email, BodyPart root, Func<AttachedPart, string> wordsFor, MessageStaging staging, CancellationToken cancellationToken)
    {
        const int Step = 128 * 1024;
        await using var content = await _account.OpenAsync(email, cancellationToken);
        await using var stage = staging.Begin();
        foreach (var piece in StrippedMessage.Pieces(root, content.Size, wordsFor))
        {
            await stage.WriteAsync(piece.Own, cancellationToken);
            for (long at = 0; at < piece.Count; at += Step)
                await stage.WriteAsync(await content.ReadAsync(piece.Offset + at, Math.Min(Step, piece.Count - at), cancellationToken), cancellationToken);
        }

        return await stage.CompleteAsync(cancellationToken);
    }

    private async Task<IEnumerable<DuplicateMessages>> SurplusAsync(
        MailboxId folder, List<(Placement Placement, string Subject)> same, CancellationToken cancellationToken)
    {
        var byBody = new Dictionary<string, List<(Placement Placement, string Subject)>>(StringComparer.Ordinal);
        foreach (var one in same)
        {
            await using var content = await _account.OpenAsync(one.Placement.Email, cancellationToken);
            var hash = Convert.ToHexString(await HashAsync(content, cancellationToken));
            if (!byBody.TryGetValue(hash, out var equal))
                byBody[hash] = equal = [];
            equal.Add(one);
        }

        // What somebody has starred or answered stays before the others.
        return byBody.Values.Where(equal => equal.Count > 1).Select(equal => new DuplicateMessages(
            folder, equal[0].Subject,
            [.. equal.Select(one => one.Placement).OrderByDescending(one => one.Flags.HasAny(MessageFlags.Flagged | MessageFlags.Answered)).ThenBy(one => one.Uid.Value).Skip(1)]));
    }

    private static async Task<byte[]> HashAsync(MessageContent content, CancellationToken cancellationToken)
    {
        const int Step = 128 * 1024;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = content.HeaderSize; at < content.Size; at += Step)
            hash.AppendData((await content.ReadAsync(at, Math.Min(Step, content.Size - at), cancellationToken)).Span);
        return hash.GetHashAndReset();
    }
}
