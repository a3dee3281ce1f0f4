using Casella.Core.Changes;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// How messages come in that were kept elsewhere, in a backup or in a file: many at a time, with the flags and dates
/// they had, and without doubling what the account has. Changes like any other, by the actor, so they can be undone.
/// </summary>
internal sealed class MessageIntake(AccountState state, Actor actor)
{
    private const int Batch = 500;

    /// <summary>What the account has, placed or kept, and where.</summary>
    public async Task<IReadOnlyList<KnownMessage>> KnownAsync(CancellationToken cancellationToken)
    {
        var known = new List<KnownMessage>();
        for (var after = new EmailId(0); ;)
        {
            var from = after;
            var some = await state.Store.ReadAsync(state.Id, reader => Next(reader, from), cancellationToken);
            if (some.Count == 0)
                return known;
            known.AddRange(some);
            after = some[^1].Email;
        }
    }

    /// <param name="objectId">The EMAILID that it had, or null for a new one.</param>
    /// <exception cref="MailException">DiskFull.</exception>
    public Task<PreparedMessage> PrepareAsync(NewMessage message, string? objectId, CancellationToken cancellationToken)
    {
        state.Room.Check();
        return PreparedMessage.MakeAsync(state, message, objectId ?? PreparedMessage.NewObjectId(), cancellationToken);
    }

    /// <summary>Places messages in one unit, all or none.</summary>
    /// <returns>What each has become; null for a known one whose content has gone meanwhile.</returns>
    /// <exception cref="MailException">OverQuota.</exception>
    public Task<IReadOnlyList<EmailId?>> TakeAsync(
        MailboxId mailbox, IReadOnlyList<MessageToTake> messages, CancellationToken cancellationToken) =>
        state.WriteAsync<IReadOnlyList<EmailId?>>(actor, unit => Take(unit, mailbox, messages), cancellationToken);

    private static List<KnownMessage> Next(IMailReader reader, EmailId after)
    {
        var rows = reader.Messages(reader.MessagesAfter(after, Batch), MessageNeeds.Facts);
        return [.. rows.Select(row => new KnownMessage(
            row.Id, row.Facts!.ObjectId, Convert.ToHexStringLower(row.Facts.Sha256.Span),
            [.. reader.PlacementsOf(row.Id).Select(place => place.Mailbox)]))];
    }

    private static EmailId?[] Take(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<MessageToTake> messages)
    {
        var (taken, items) = (new EmailId?[messages.Count], new List<ChangedItem>(messages.Count));
        for (var i = 0; i < messages.Count; i++)
        {
            if (TakenMessage.Find(unit, messages[i].Known, messages[i].New) is not { } found)
                continue;
            found.CheckRoom(unit);
            var flags = unit.ResolveWhatFits(messages[i].Flags);
            var placement = unit.Place(mailbox, found.Email, found.Placed(flags, messages[i].ReceivedAt ?? unit.Now));
            items.Add(new ChangedItem(placement.Uid, found.Email, MessageFlags.None, flags, null));
            taken[i] = found.Email;
        }

        if (items.Count > 0)
            unit.Log(ChangeKind.Added, mailbox, null, items);
        return taken;
    }
}

/// <param name="Sha256">Of its bytes, in hexadecimal.</param>
/// <param name="Places">The mailboxes that it is in; none when it was deleted and is still kept.</param>
internal sealed record KnownMessage(EmailId Email, string ObjectId, string Sha256, IReadOnlyList<MailboxId> Places);

/// <summary>One of the two is set.</summary>
/// <param name="Known">A message of the account that is to be in one more mailbox.</param>
/// <param name="ReceivedAt">Null for now.</param>
internal sealed record MessageToTake(EmailId? Known, PreparedMessage? New, FlagNames Flags, DateTimeOffset? ReceivedAt);
