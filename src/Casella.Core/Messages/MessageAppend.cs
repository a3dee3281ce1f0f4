using System.Security.Cryptography;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Quota;
using Casella.Core.Storage;
using Casella.Formats.Mime;

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
                var placed = Append(unit, mailbox, prepared);
                return new AppendResult(unit.Selectable(mailbox).UidValidity, [.. placed.Select(item => item.Uid)]);
            },
            cancellationToken);
    }

    public void Check(MailboxId mailbox, long size)
    {
        var info = state.Tree.Find(mailbox) ?? throw new MailException(MailError.NoSuchMailbox);
        if (size > options.MessageSize)
            throw new MailException(MailError.MessageTooLarge);
        QuotaRule.Check(state.Quota, size, MayUseReserve(info.SpecialUse));
    }

    public async Task<bool> DeliverAsync(StagedMessage message, ReadOnlyMemory<byte> deliveryKey, CancellationToken cancellationToken)
    {
        var inbox = state.Tree.Find(MailboxName.Inbox) ?? throw new MailException(MailError.NoSuchMailbox, "INBOX");
        var prepared = await PrepareAsync(new NewMessage(message, FlagNames.None, null), cancellationToken);
        return await state.WriteAsync(
            actor,
            unit =>
            {
                if (!deliveryKey.IsEmpty && unit.Transaction.HasDelivery(deliveryKey.Span))
                    return false;
                var placed = Append(unit, inbox.Id, [prepared]);
                if (!deliveryKey.IsEmpty)
                    unit.Transaction.InsertDelivery(deliveryKey.Span, placed[0].Email, unit.Now);
                return true;
            },
            cancellationToken);
    }

    private async Task<PreparedMessage> PrepareAsync(NewMessage message, CancellationToken cancellationToken)
    {
        if (message.Content.Size > options.MessageSize)
            throw new MailException(MailError.MessageTooLarge);
        var parsed = message.Content.Parsed;
        var body = await state.Store.PrepareAsync(state.Id, message.Content, parsed.HeaderSize, cancellationToken);
        return new PreparedMessage(message, parsed, body, NewObjectId());
    }

    private List<ChangedItem> Append(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<PreparedMessage> messages)
    {
        var row = unit.Selectable(mailbox);
        var account = unit.Transaction.Account;
        QuotaRule.Check(
            new QuotaStatus(account.UsedBytes, account.QuotaLimit, account.UsedMessages),
            messages.Sum(message => message.Body.Size),
            MayUseReserve(row.SpecialUse));
        var (items, log) = (new List<ChangedItem>(messages.Count), new FlagChangeLog());
        foreach (var message in messages)
        {
            var email = unit.Transaction.InsertMessage(RowOf(unit, message), message.Body);
            var flags = unit.Resolve(message.New.Flags);
            var receivedAt = (message.New.ReceivedAt ?? unit.Now).ToUnixTimeSeconds();
            var reader = IsReadByAll(row.SpecialUse) ? null : unit.ReadStates.Reader;
            var placement = unit.Place(mailbox, email, new PlacementFacts(
                reader is null ? flags : flags.Without(MessageFlags.Seen), (uint)message.Body.Size, receivedAt));
            if (reader is { } person && flags.Has(MessageFlags.Seen) && unit.ReadStates.Set(mailbox, placement, person, isSeen: true))
                log.Seen.Add(FlagChangeLog.SeenItem(placement, isSeen: true));
            items.Add(new ChangedItem(placement.Uid, email, MessageFlags.None, placement.Flags, null));
        }

        unit.Log(actor.Protocol == AccessProtocol.Server ? ChangeKind.Delivered : ChangeKind.Added, mailbox, null, items);
        log.Write(unit, mailbox);
        return items;
    }

    private static NewMessageRow RowOf(UnitOfWork unit, PreparedMessage message)
    {
        var parsed = message.Parsed;
        IReadOnlyList<string> related = parsed.MessageId is { } own ? [.. parsed.References, own] : parsed.References;
        return new NewMessageRow(
            message.ObjectId, unit.Transaction.FindThread(related), parsed.MessageId, parsed.SentAt, parsed.HasAttachments,
            message.Envelope, message.Structure, parsed.Preview, parsed.BaseSubject);
    }

    /// <summary>
    /// What somebody writes need not be read by the others: \Seen of a draft or a sent message is everybody's also
    /// where read states are personal (ADR 0016).
    /// </summary>
    private static bool IsReadByAll(SpecialUse use) => use is SpecialUse.Drafts or SpecialUse.Sent;

    /// <summary>
    /// A full account can still be worked in: deleting, writing and sending use the reserve. Incoming mail does not.
    /// </summary>
    private bool MayUseReserve(SpecialUse use) =>
        actor.Protocol != AccessProtocol.Server && use is SpecialUse.Trash or SpecialUse.Drafts or SpecialUse.Sent;

    /// <summary>RFC 8474 §7: unguessable and never given again; POP3's UIDL is the same.</summary>
    private static string NewObjectId() => "M" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private sealed record PreparedMessage(NewMessage New, ParsedMessage Parsed, PreparedBody Body, string ObjectId)
    {
        public byte[] Envelope { get; } = CompactForm.Write(Parsed.Envelope);
        public byte[] Structure { get; } = CompactForm.Write(Parsed.Root);
    }
}
