using Casella.Core.Changes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Submission;

/// <summary>
/// Rules of the Sent mailbox within one unit: what is the same message, and which of two copies stays (ADR 0012).
/// </summary>
internal static class SentCopies
{
    /// <summary>
    /// A program files its own copy right after it has sent, or tries again after a lost answer, within this time.
    /// Later the same Message-ID is somebody's wish: an import, a copy.
    /// </summary>
    private static readonly TimeSpan SameWithin = TimeSpan.FromMinutes(15);

    /// <summary>
    /// A copy of this message that came into Sent a moment ago, whoever put it there: the program that files before it
    /// sends, or an earlier attempt.
    /// </summary>
    public static Placement? FindRecent(UnitOfWork unit, MailboxId sent, string messageId)
    {
        foreach (var (message, _) in MessageLookup.ByMessageId(unit.Transaction, messageId))
            if (RecentPlacement(unit, sent, message) is { } placement)
                return placement;
        return null;
    }

    /// <summary>The copy that the server has filed of this message for the acting person or device.</summary>
    public static SentCopy? FindFiled(UnitOfWork unit, MailboxId sent, string messageId)
    {
        var filed = unit.Transaction.SentCopies();
        if (filed.Count == 0)
            return null;
        foreach (var (message, envelope) in MessageLookup.ByMessageId(unit.Transaction, messageId))
            if (filed.FirstOrDefault(row => row.Email == message) is { } row && IsSame(row, unit.Actor)
                && RecentPlacement(unit, sent, message) is { } placement)
                return new SentCopy(placement, HasBcc: envelope.Bcc.Count > 0);
        return null;
    }

    /// <summary>The server has filed a copy for the acting person or device; older ones are forgotten.</summary>
    public static void Remember(UnitOfWork unit, EmailId message)
    {
        unit.Transaction.DeleteSentCopies(unit.Now - SameWithin);
        unit.Transaction.PutSentCopy(new SentCopyRow(message, unit.Now, unit.Actor.Person, unit.Actor.Device));
    }

    /// <summary>The copy that stays has the flags of both.</summary>
    public static void Unite(UnitOfWork unit, MailboxId sent, Placement kept, FlagNames flags)
    {
        var after = kept.Flags | unit.Resolve(flags);
        if (after == kept.Flags)
            return;
        unit.SetFlags(sent, kept, after);
        if (after.Has(MessageFlags.Seen))
            unit.ReadStates?.Appended(sent, kept.Uid, reader: null);
        unit.Log(ChangeKind.FlagsChanged, sent, null, [new ChangedItem(kept.Uid, kept.Email, kept.Flags, after, null)]);
    }

    private static Placement? RecentPlacement(UnitOfWork unit, MailboxId sent, EmailId message)
    {
        var since = (unit.Now - SameWithin).ToUnixTimeSeconds();
        return unit.Transaction.PlacementsOf(message)
            .Where(at => at.Mailbox == sent && at.Placement.SavedAt >= since)
            .Select(at => (Placement?)at.Placement)
            .FirstOrDefault();
    }

    private static bool IsSame(SentCopyRow row, Actor actor) => actor.Person is { } person
        ? row.Person == person
        : actor.Device is { } device && row.Device == device;
}

/// <summary>A copy that the server has filed.</summary>
internal readonly record struct SentCopy(Placement Placement, bool HasBcc);

/// <summary>What was sent, on its way into the sender's account.</summary>
/// <param name="Copy">As the recipients get it, with Bcc.</param>
internal sealed record SentMail(StagedMessage Copy, AnsweredMessages Originals);

/// <param name="ModSeq">Of what was filed and marked; null when that was nothing.</param>
internal readonly record struct SentFiling(SentOutcome Outcome, ModSeq? ModSeq);

/// <summary>What became of the Sent copy.</summary>
internal enum SentOutcome
{
    Filed,
    /// <summary>It is in Sent already: filed by the program, or by an earlier attempt.</summary>
    AlreadyThere,
    /// <summary>The account is full to the end of its reserve.</summary>
    NoRoom,
    /// <summary>The mailbox leaves filing to its programs.</summary>
    NotWanted,
}
