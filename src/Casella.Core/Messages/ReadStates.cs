using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// The personal read states of one account in memory: how each mailbox began for everybody, and where each person is of
/// another mind. There is one only while the account's policy is personal. Changed only by <see cref="AccountState"/>,
/// under its lock; what it hands out is immutable.
/// </summary>
internal sealed class ReadStates
{
    private readonly Dictionary<(MailboxId Mailbox, PersonId Person), UidBits> _bits = [];

    public static ReadStates Load(IMailReader reader)
    {
        var rows = new List<SeenRow>();
        reader.SeenBy(rows);
        var states = new ReadStates();
        states.Follow(rows.Select(row => new SeenChange(row, true)));
        return states;
    }

    /// <summary>What a person has read of a mailbox.</summary>
    public PersonalSeen Of(MailboxId mailbox, PersonId person) => new(Bits(mailbox, SeenRow.Start), Bits(mailbox, person));

    public void Follow(IEnumerable<SeenChange> changes)
    {
        foreach (var one in changes.GroupBy(change => (change.Row.Mailbox, change.Row.Person)))
            _bits[one.Key] = Bits(one.Key.Mailbox, one.Key.Person).With(one.Select(change => (change.Row.Uid, change.IsIn)));
    }

    public void Forget(MailboxId mailbox)
    {
        foreach (var key in _bits.Keys.Where(key => key.Mailbox == mailbox).ToList())
            _bits.Remove(key);
    }

    private UidBits Bits(MailboxId mailbox, PersonId person) => _bits.GetValueOrDefault((mailbox, person), UidBits.Empty);
}

/// <summary>A row of read states that has come or gone.</summary>
internal readonly record struct SeenChange(SeenRow Row, bool IsIn);

/// <summary>One person's \Seen in one mailbox as of one commit.</summary>
/// <param name="start">What everybody began with as read.</param>
/// <param name="other">Where this person is of another mind.</param>
internal sealed class PersonalSeen(UidBits start, UidBits other)
{
    /// <summary>Rows go with their placements, so every one counts.</summary>
    public int Count => start.CountOfDifference(other);

    /// <summary>The placement as the person sees it.</summary>
    public Placement Of(Placement placement) => placement.SeenAs(start.Contains(placement.Uid) != other.Contains(placement.Uid));
}
