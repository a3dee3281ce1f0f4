using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// What each person has read of one account, in memory. There is one only while the account's read states are personal.
/// Changed only by <see cref="AccountState"/>, under its lock; the sets it hands out are immutable.
/// </summary>
internal sealed class ReadStates
{
    private readonly HashSet<PersonId> _readers;
    private readonly Dictionary<(MailboxId Mailbox, PersonId Person), UidBits> _seen = [];

    private ReadStates(IEnumerable<PersonId> readers) => _readers = [.. readers];

    public static ReadStates Load(IReadStateRows rows)
    {
        var states = new ReadStates(rows.Readers().Select(reader => reader.Person));
        states.Follow([], rows.Pages());
        return states;
    }

    /// <summary>False for somebody who has not begun to read here.</summary>
    public bool Knows(PersonId person) => _readers.Contains(person);

    public UidBits Of(MailboxId mailbox, PersonId person) => _seen.GetValueOrDefault((mailbox, person), UidBits.Empty);

    public void Follow(IEnumerable<PersonId> begun, IEnumerable<SeenPage> pages)
    {
        _readers.UnionWith(begun);
        foreach (var changed in pages.GroupBy(page => (page.Mailbox, page.Person)))
            _seen[changed.Key] = Of(changed.Key.Mailbox, changed.Key.Person).With(changed);
    }

    public void Forget(MailboxId mailbox)
    {
        foreach (var key in _seen.Keys.Where(key => key.Mailbox == mailbox).ToList())
            _seen.Remove(key);
    }
}
