using Casella.Core.Changes;
using Casella.Core.Filtering;
using Casella.Core.Filtering.Events;
using Casella.Core.Mailboxes;
using Casella.Core.Quota;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Work;

namespace Casella.Core.Messages;

/// <summary>
/// How a message gets in: parsed and its body prepared before the unit, placed and counted inside it, with the exact
/// quota check there.
/// </summary>
internal sealed class MessageAppend(AccountState state, Actor actor, MessageOptions options)
{
    public async Task<AppendResult> AppendAsync(
        MailboxId mailbox, IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        var prepared = new List<PreparedMessage>(messages.Count);
        foreach (var message in messages)
            prepared.Add(await PrepareAsync(message, cancellationToken));
        return await state.WriteAsync(
            actor,
            unit =>
            {
                var row = unit.Selectable(mailbox);
                if (row.SpecialUse is SpecialUse.Sent && prepared is [var only] && AppendToSent(unit, mailbox, only) is { } kept)
                    return new AppendResult(row.UidValidity, [kept]);
                var placed = Append(unit, mailbox, prepared);
                if (row.SpecialUse is SpecialUse.Drafts)
                    FollowDrafts(unit, prepared, placed);
                return new AppendResult(row.UidValidity, [.. placed.Select(item => item.Uid)]);
            },
            cancellationToken);
    }

    /// <summary>
    /// Files what the actor has sent, once, and marks what it answers, in one unit. A full account keeps nobody from
    /// sending: then only the marks are made.
    /// </summary>
    public async Task<SentFiling> FileSentAsync(SentMail mail, CancellationToken cancellationToken)
    {
        var isWanted = state.Policy.FilesSent;
        var prepared = isWanted && mail.Copy.Size <= options.MessageSize
            ? await PrepareAsync(new NewMessage(mail.Copy, new FlagNames(MessageFlags.Seen, []), null), cancellationToken)
            : null;
        return await state.WriteAsync(
            actor,
            unit =>
            {
                var outcome = prepared is not null ? FileSent(unit, prepared) : isWanted ? SentOutcome.NoRoom : SentOutcome.NotWanted;
                Originals.Mark(unit, mail.Originals);
                return new SentFiling(outcome, unit.Logged);
            },
            cancellationToken);
    }

    /// <summary>What was sent and called back is a draft again, and what it answers is not answered any more, in one unit.</summary>
    /// <param name="instead">Where no copy was filed; else null.</param>
    public async Task<PlacementName> CallBackAsync(HeldCopy held, StagedMessage? instead, CancellationToken cancellationToken)
    {
        var prepared = instead is null
            ? null
            : await PrepareAsync(new NewMessage(instead, new FlagNames(MessageFlags.Draft | MessageFlags.Seen, []), null), cancellationToken);
        return await state.WriteAsync(
            actor,
            unit =>
            {
                CallingBack.Unmark(unit, held);
                if (CallingBack.ToDrafts(unit, held) is { } placed)
                    return placed;
                if (prepared is null)
                    throw new MailException(MailError.NoSuchMessage, held.MessageId ?? "");
                var drafts = TreeChanges.OfUse(unit, SpecialUse.Drafts).Id;
                var made = Append(unit, drafts, [prepared]);
                FollowDrafts(unit, [prepared], made);
                return new PlacementName(drafts, made[0].Uid);
            },
            cancellationToken);
    }

    public async Task<AppendResult> ReplaceAsync(
        PlacementName replaced, MailboxId target, NewMessage message, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(message, cancellationToken);
        return await state.WriteAsync(
            actor,
            unit =>
            {
                var removed = PlacementChanges.Expunge(unit, replaced.Mailbox, [replaced.Uid], onlyDeleted: false);
                if (removed.Expunged.Count == 0)
                    throw new MailException(MailError.NoSuchMessage);
                var placed = Append(unit, target, [prepared]);
                return new AppendResult(unit.Selectable(target).UidValidity, [placed[0].Uid]) { ModSeq = unit.Transaction.ModSeq };
            },
            cancellationToken);
    }

    public void CheckRoom(MailboxId mailbox, long octets)
    {
        state.Room.Check();
        var info = state.Tree.Find(mailbox) ?? throw new MailException(MailError.NoSuchMailbox);
        QuotaRule.Check(state.Quota, new QuotaDemand(octets, Messages: 1), MayUseReserve(info.Name, info.SpecialUse));
    }

    /// <param name="sender">Hash of whom the mailbox knows from now on, or null.</param>
    public async Task<bool> DeliverAsync(
        StagedMessage message, ReadOnlyMemory<byte> deliveryKey, SpecialUse folder, long? sender, CancellationToken cancellationToken)
    {
        var inbox = state.Tree.Find(MailboxName.Inbox) ?? throw new MailException(MailError.NoSuchMailbox, "INBOX");
        var prepared = await PrepareAsync(new NewMessage(message, FlagNames.None, null), cancellationToken);
        return await state.WriteAsync(
            actor,
            unit =>
            {
                if (!deliveryKey.IsEmpty && unit.Transaction.HasDelivery(deliveryKey.Span))
                    return false;
                var placed = Append(unit, folder is SpecialUse.None ? inbox.Id : TreeChanges.OfUse(unit, folder).Id, [prepared]);
                if (!deliveryKey.IsEmpty)
                    unit.Transaction.InsertDelivery(deliveryKey.Span, placed[0].Email, unit.Now);
                if (sender is { } met)
                    unit.Transaction.Spam.MeetSender(met, default, unit.Now);
                return true;
            },
            cancellationToken);
    }

    /// <summary>What a script wants stored, once, with what it wants remembered; a failure is told to the members.</summary>
    public async Task<bool> DeliverFilteredAsync(FilteredMail mail, CancellationToken cancellationToken)
    {
        var inbox = state.Tree.Find(MailboxName.Inbox) ?? throw new MailException(MailError.NoSuchMailbox, "INBOX");
        // One content is prepared once, in however many mailboxes it is to be.
        var prepared = new Dictionary<StagedMessage, PreparedMessage>(ReferenceEqualityComparer.Instance);
        foreach (var content in mail.Stores.Select(store => store.Content))
            if (!prepared.ContainsKey(content))
                prepared[content] = await PrepareAsync(new NewMessage(content, FlagNames.None, null), cancellationToken);
        var handledKey = mail.DeliveryKey.IsEmpty ? [] : FilterKeys.OfDelivery(mail.DeliveryKey.Span);
        return await state.WriteAsync(
            actor,
            unit =>
            {
                var rows = unit.Transaction.Filters;
                if (!mail.DeliveryKey.IsEmpty && (unit.Transaction.HasDelivery(mail.DeliveryKey.Span) || rows.IsRemembered(handledKey, unit.Now)))
                    return false;
                var first = Store(unit, inbox.Id, mail, prepared);
                if (!mail.DeliveryKey.IsEmpty && first is { } email)
                    unit.Transaction.InsertDelivery(mail.DeliveryKey.Span, email, unit.Now);
                else if (!mail.DeliveryKey.IsEmpty)
                    rows.Remember(handledKey, unit.Now + FilterNotices.RemembersHandled);
                foreach (var (key, time) in mail.Remember)
                    rows.Remember(key, unit.Now + time);
                if (mail.Sender is { } met)
                    unit.Transaction.Spam.MeetSender(met, default, unit.Now);
                if (mail.Failure is { } failure)
                    FilterNotices.Tell(unit, failure);
                return true;
            },
            cancellationToken);
    }

    /// <summary>What a script wants done with a message that is here (RFC 6785).</summary>
    public async Task ApplyEventAsync(EventEffects effects, CancellationToken cancellationToken)
    {
        var prepared = new Dictionary<StagedMessage, PreparedMessage>(ReferenceEqualityComparer.Instance);
        foreach (var changed in effects.Copies.Select(copy => copy.Changed).OfType<StagedMessage>().Distinct())
            prepared[changed] = await PrepareAsync(new NewMessage(changed, FlagNames.None, null), cancellationToken);
        await state.WriteAsync(
            actor,
            unit =>
            {
                effects.Apply(unit, state.Id, (target, copy, flags) =>
                    Append(unit, target, [prepared[copy.Changed!] with { New = prepared[copy.Changed!].New with { Flags = flags } }]));
                return true;
            },
            cancellationToken);
    }

    /// <returns>The first message that was stored, or null.</returns>
    private EmailId? Store(UnitOfWork unit, MailboxId inbox, FilteredMail mail, Dictionary<StagedMessage, PreparedMessage> prepared)
    {
        var placed = new Dictionary<StagedMessage, EmailId>(ReferenceEqualityComparer.Instance);
        var used = new HashSet<(MailboxId, StagedMessage)>();
        EmailId? first = null;
        foreach (var store in mail.Stores)
        {
            var target = store.IsSpam ? TreeChanges.OfUse(unit, SpecialUse.Junk).Id
                : store.Mailbox is null ? inbox
                : FilterTargets.Find(unit, state.Id, store.Mailbox);
            if (target is null)
                FilterNotices.Tell(unit, FilterNotices.NoSuchFolder(store.Mailbox!.Name));
            var mailbox = target ?? inbox;
            if (!used.Add((mailbox, store.Content)))
                continue;
            var flags = FilterTargets.Flags(unit, store.Flags);
            var message = prepared[store.Content];
            if (placed.TryGetValue(store.Content, out var email))
                PlaceAgain(unit, mailbox, email, (message, flags));
            else
                placed[store.Content] = email = Append(unit, mailbox, [message with { New = message.New with { Flags = flags } }])[0].Email;
            first ??= email;
        }

        return first;
    }

    /// <summary>A message of this unit in one more mailbox, with flags of its own.</summary>
    private static void PlaceAgain(UnitOfWork unit, MailboxId mailbox, EmailId email, (PreparedMessage Message, FlagNames Flags) what)
    {
        var flags = unit.Resolve(what.Flags);
        var placement = unit.Place(mailbox, email, new PlacementFacts(flags, (uint)what.Message.Body.Size, unit.Now.ToUnixTimeSeconds(), what.Message.SentAt));
        unit.Log(ChangeKind.Delivered, mailbox, null, [new ChangedItem(placement.Uid, email, MessageFlags.None, flags, null)]);
    }

    private static void FollowDrafts(UnitOfWork unit, List<PreparedMessage> drafts, List<ChangedItem> placed)
    {
        for (var i = 0; i < drafts.Count; i++)
            if (drafts[i].Parsed.Envelope.InReplyTo is { } original && !placed[i].After.Has(MessageFlags.Deleted))
                WorkRules.DraftSaved(unit, placed[i].Email, original.Span);
    }

    private SentOutcome FileSent(UnitOfWork unit, PreparedMessage message)
    {
        var sent = TreeChanges.OfUse(unit, SpecialUse.Sent).Id;
        if (message.Parsed.MessageId is { } id && SentCopies.FindRecent(unit, sent, id) is { } known)
        {
            SentCopies.Unite(unit, sent, known, message.New.Flags);
            return SentOutcome.AlreadyThere;
        }

        try
        {
            SentCopies.Remember(unit, Append(unit, sent, [message])[0].Email);
            return SentOutcome.Filed;
        }
        catch (MailException full) when (full.Error is MailError.OverQuota)
        {
            // Asked before anything is written.
            return SentOutcome.NoRoom;
        }
    }

    /// <summary>
    /// A program files what it has sent a moment ago, which the server has filed already: one copy stays. Ours is what
    /// went out; the program's tells more when it has the Bcc that was not sent.
    /// </summary>
    /// <returns>The UID of the copy that stays, or null when there is none of ours.</returns>
    private Uid? AppendToSent(UnitOfWork unit, MailboxId sent, PreparedMessage message)
    {
        if (message.Parsed.MessageId is not { } id || SentCopies.FindFiled(unit, sent, id) is not { } filed)
            return null;
        var kept = filed.Placement;
        if (filed.HasBcc || message.Parsed.Envelope.Bcc.Count == 0)
        {
            SentCopies.Unite(unit, sent, kept, message.New.Flags);
            return kept.Uid;
        }

        unit.Remove(sent, kept);
        unit.Log(ChangeKind.Expunged, sent, null, [ChangedItem.Gone(kept)]);
        var placed = Append(unit, sent, [message], kept.Flags)[0];
        SentCopies.Remember(unit, placed.Email);
        return placed.Uid;
    }

    /// <summary>
    /// Puts a notice into INBOX, into a full account too, and marks it as sent in the same transaction: it is there
    /// once, whatever happens in between.
    /// </summary>
    /// <returns>False when it was there already.</returns>
    public async Task<bool> DeliverNoticeAsync(StagedMessage message, long notice, CancellationToken cancellationToken)
    {
        var inbox = state.Tree.Find(MailboxName.Inbox) ?? throw new MailException(MailError.NoSuchMailbox, "INBOX");
        var prepared = await PrepareAsync(new NewMessage(message, FlagNames.None, null), cancellationToken);
        return await state.WriteAsync(
            actor,
            unit =>
            {
                unit.IsNotice = true;
                if (unit.Transaction.Care.PendingNotices().All(pending => pending.Id != notice))
                    return false;
                Append(unit, inbox.Id, [prepared]);
                unit.Transaction.Care.SetNoticeSent(notice, unit.Now);
                return true;
            },
            cancellationToken);
    }

    private async Task<PreparedMessage> PrepareAsync(NewMessage message, CancellationToken cancellationToken)
    {
        state.Room.Check();
        if (message.Content.Size > options.MessageSize)
            throw new MailException(MailError.MessageTooLarge);
        return await PreparedMessage.MakeAsync(state, message, PreparedMessage.NewObjectId(), cancellationToken);
    }

    /// <param name="more">Flags that they get besides their own.</param>
    private List<ChangedItem> Append(
        UnitOfWork unit, MailboxId mailbox, List<PreparedMessage> messages, MessageFlags more = default)
    {
        var row = unit.Selectable(mailbox);
        var account = unit.Transaction.Account;
        QuotaRule.Check(
            new QuotaStatus(account.UsedBytes, account.QuotaLimit, account.UsedMessages) { MessageLimit = unit.Policy.MaxMessages },
            new QuotaDemand(messages.Sum(message => message.Body.Size), messages.Count),
            unit.IsNotice || MayUseReserve(row.Name, row.SpecialUse));
        var (items, log) = (new List<ChangedItem>(messages.Count), new FlagChangeLog());
        var reader = IsReadByAll(row.SpecialUse) ? null : unit.ReadStates?.Reader;
        foreach (var message in messages)
        {
            var email = unit.Transaction.InsertMessage(message.RowIn(unit), message.Body);
            var flags = unit.Resolve(message.New.Flags) | more;
            var receivedAt = (message.New.ReceivedAt ?? unit.Now).ToUnixTimeSeconds();
            var common = reader is null ? flags : flags.Without(MessageFlags.Seen);
            var placement = unit.Place(mailbox, email, new PlacementFacts(common, (uint)message.Body.Size, receivedAt, message.SentAt));
            items.Add(new ChangedItem(placement.Uid, email, MessageFlags.None, common, null));
            if (flags.Has(MessageFlags.Seen) && (reader is not null || IsReadByAll(row.SpecialUse)))
                unit.ReadStates?.Appended(mailbox, placement.Uid, reader);
            if (common != flags)
                log.Seen(placement, isSeen: true);
        }

        unit.Log(actor.Protocol == AccessProtocol.Server ? ChangeKind.Delivered : ChangeKind.Added, mailbox, null, items);
        log.Write(unit, mailbox, reader);
        return items;
    }

    /// <summary>
    /// What a member writes, or the server files as read, nobody else need read: there \Seen is everybody's also where
    /// read states are personal (ADR 0016).
    /// </summary>
    private bool IsReadByAll(SpecialUse use) => use is SpecialUse.Drafts or SpecialUse.Sent || actor.Protocol is AccessProtocol.Server;

    /// <summary>
    /// A full account can still be worked in: deleting, writing and sending use the reserve, also by a program that has
    /// made folders of its own for it ("Sent Messages"). Incoming mail does not.
    /// </summary>
    private bool MayUseReserve(MailboxName name, SpecialUse use) =>
        actor.Protocol != AccessProtocol.Server
        && FolderNames.UseOf(name, use) is SpecialUse.Trash or SpecialUse.Drafts or SpecialUse.Sent;
}

/// <summary>A message in a mailbox, by name.</summary>
internal readonly record struct PlacementName(MailboxId Mailbox, Uid Uid);
