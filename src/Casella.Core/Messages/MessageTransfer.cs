using System.IO.Pipelines;

namespace Casella.Core.Messages;

/// <summary>A mailbox, by the door to the account that it is in.</summary>
public readonly record struct MailboxAt(MailAccount Account, MailboxId Mailbox);

/// <summary>
/// COPY, MOVE and REPLACE from one account into another, for a person who works in both: the bytes are appended there
/// by the one door, with its rights, quota and log; what moves is removed here only after that is durable. A crash in
/// between leaves a message in both accounts and never in none.
/// </summary>
/// <remarks>
/// Failures are those of <see cref="MailAccount.AppendAsync"/> and <see cref="MailAccount.ExpungeAsync"/>.
/// </remarks>
public sealed class MessageTransfer(MessageStaging staging)
{
    /// <summary>A COPY is all or nothing (RFC 9051 §6.4.7), so all of it is staged at once.</summary>
    public const int CopiedAtMost = 5_000;

    /// <summary>A MOVE is all or nothing for each message only (RFC 6851 §3.3).</summary>
    private const int MovedAtOnce = 200;

    /// <summary>Octets of small messages that wait in memory; from there on they wait in files.</summary>
    private const long InMemory = 16 * 1024 * 1024;

    /// <exception cref="MailException">TooExpensive: more than <see cref="CopiedAtMost"/> messages.</exception>
    public async Task<CopyResult> CopyAsync(
        MailboxAt source, IReadOnlyList<Uid> uids, MailboxAt target, CancellationToken cancellationToken)
    {
        if (uids.Count > CopiedAtMost)
            throw new MailException(MailError.TooExpensive, $"{uids.Count} messages to another account");
        var (from, appended) = await AppendAsync(source, uids, target, cancellationToken);
        return new CopyResult(appended.UidValidity, from, appended.Uids);
    }

    /// <summary>Of two sessions that move the same message one gets it, as within one account.</summary>
    /// <exception cref="MailException">NoPermission when the actor may not remove them.</exception>
    public async Task<CopyResult> MoveAsync(
        MailboxAt source, IReadOnlyList<Uid> uids, MailboxAt target, CancellationToken cancellationToken)
    {
        if (!source.Account.Rights.HasFlag(Directory.MemberRights.Work))
            throw new MailException(MailError.NoPermission);
        var (validity, from, to) = (0u, new List<Uid>(), new List<Uid>());
        foreach (var some in uids.Chunk(MovedAtOnce))
        {
            var moved = await MoveSomeAsync(source, some, target, cancellationToken);
            validity = moved.UidValidity;
            from.AddRange(moved.Source);
            to.AddRange(moved.Target);
        }
        return new CopyResult(validity, from, to);
    }

    /// <summary>Appends there, then removes here.</summary>
    /// <exception cref="MailException">NoSuchMessage: it was gone; nothing is left of the new one either.</exception>
    public static async Task<AppendResult> ReplaceAsync(
        MailboxAt source, Uid replaced, MailboxAt target, NewMessage message, CancellationToken cancellationToken)
    {
        if (!source.Account.Rights.HasFlag(Directory.MemberRights.Work))
            throw new MailException(MailError.NoPermission);
        var appended = await target.Account.AppendAsync(target.Mailbox, [message], cancellationToken);
        var removed = await source.Account.ExpungeAsync(source.Mailbox, [replaced], onlyDeleted: false, CancellationToken.None);
        if (removed.Expunged.Count > 0)
            return appended;
        await target.Account.ExpungeAsync(target.Mailbox, appended.Uids, onlyDeleted: false, CancellationToken.None);
        throw new MailException(MailError.NoSuchMessage);
    }

    private async Task<CopyResult> MoveSomeAsync(
        MailboxAt source, IReadOnlyList<Uid> uids, MailboxAt target, CancellationToken cancellationToken)
    {
        var (from, appended) = await AppendAsync(source, uids, target, cancellationToken);
        if (from.Count == 0)
            return new CopyResult(appended.UidValidity, [], []);
        // Begun is done: it must not stay in both because somebody has hung up.
        var removed = await source.Account.ExpungeAsync(source.Mailbox, from, onlyDeleted: false, CancellationToken.None);
        if (removed.Expunged.Count == from.Count)
            return new CopyResult(appended.UidValidity, from, appended.Uids);

        // Somebody else was first with some: theirs is the message, and ours would be a second one.
        var mine = removed.Expunged.ToHashSet();
        var pairs = from.Zip(appended.Uids).ToList();
        List<Uid> second = [.. pairs.Where(pair => !mine.Contains(pair.First)).Select(pair => pair.Second)];
        await target.Account.ExpungeAsync(target.Mailbox, second, onlyDeleted: false, CancellationToken.None);
        pairs.RemoveAll(pair => !mine.Contains(pair.First));
        return new CopyResult(appended.UidValidity, [.. pairs.Select(pair => pair.First)], [.. pairs.Select(pair => pair.Second)]);
    }

    /// <summary>Messages that are gone are left out.</summary>
    private async Task<(IReadOnlyList<Uid> From, AppendResult Appended)> AppendAsync(
        MailboxAt source, IReadOnlyList<Uid> uids, MailboxAt target, CancellationToken cancellationToken)
    {
        var snapshot = await source.Account.GetSnapshotAsync(source.Mailbox, cancellationToken);
        var validity = (await target.Account.GetSnapshotAsync(target.Mailbox, cancellationToken)).UidValidity;
        List<Placement> placements = [.. uids.Select(snapshot.IndexOf).Where(index => index >= 0).Select(index => snapshot[index])];
        var octets = placements.Sum(placement => (long)placement.Size);
        // Before anything is read: who may not, or has no room, is told at once. The exact check is in the append.
        if (!target.Account.Rights.HasFlag(Directory.MemberRights.Work))
            throw new MailException(MailError.NoPermission);
        target.Account.CheckRoom(target.Mailbox, octets);

        var (from, messages) = (new List<Uid>(placements.Count), new List<NewMessage>(placements.Count));
        try
        {
            foreach (var placement in placements)
                if (await StageAsync(source.Account, placement, inFiles: octets > InMemory, cancellationToken) is { } content)
                {
                    from.Add(placement.Uid);
                    messages.Add(new NewMessage(
                        content, Named(placement.Flags, snapshot.Keywords), DateTimeOffset.FromUnixTimeSeconds(placement.ReceivedAt)));
                }
            return messages.Count == 0
                ? (from, new AppendResult(validity, []))
                : (from, await target.Account.AppendAsync(target.Mailbox, messages, cancellationToken));
        }
        finally
        {
            foreach (var message in messages)
                await message.Content.DisposeAsync();
        }
    }

    /// <summary>The message's bytes, or null when it is gone.</summary>
    private async Task<StagedMessage?> StageAsync(
        MailAccount account, Placement placement, bool inFiles, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await account.OpenAsync(placement.Email, cancellationToken);
            await using var stage = inFiles ? new MessageStage(staging.Options with { MemoryLimit = 0 }) : staging.Begin();
            var writer = PipeWriter.Create(stage, new StreamPipeWriterOptions(leaveOpen: true));
            await content.CopyToAsync(writer, 0, content.Size, cancellationToken);
            await writer.CompleteAsync();
            return await stage.CompleteAsync(cancellationToken);
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchMessage)
        {
            return null;
        }
    }

    /// <summary>Keywords have other numbers in another account.</summary>
    private static FlagNames Named(MessageFlags flags, KeywordList keywords)
    {
        var names = new List<string>();
        for (var i = 0; i < keywords.Names.Count; i++)
            if (flags.Has(MessageFlags.Keyword(i)))
                names.Add(keywords.Names[i]);
        const uint SystemBits = (1u << MessageFlags.FirstKeywordBit) - 1;
        return new FlagNames(new MessageFlags(flags.Bits & SystemBits), names);
    }
}
