using System.Globalization;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// What persons have read, inside one unit of work (ADR 0016); <see cref="UnitOfWork.ReadStates"/> is null where read
/// states are common. The flags of placements elsewhere in a unit are those that all see, with the \Seen of those who
/// are no person; only who answers a person asks here.
/// </summary>
internal sealed class ReadStateChanges(UnitOfWork unit, AccountUpdate update)
{
    private readonly Dictionary<(MailboxId Mailbox, uint Number), Dictionary<PersonId, ulong[]>> _pages = [];
    private readonly HashSet<(MailboxId Mailbox, uint Number, PersonId Person)> _changed = [];
    private readonly List<(MailboxId Mailbox, PersonId Person, Uid Uid)> _removed = [];
    private List<PersonId>? _readers;

    private IReadStateRows Rows => unit.Transaction.ReadStates;

    private List<PersonId> Readers => _readers ??= [.. Rows.Readers().Select(reader => reader.Person)];

    /// <summary>The person whose \Seen the actor reads and writes; null for the common password and the server.</summary>
    public PersonId? Reader
    {
        get
        {
            if (unit.Actor.Person is { } person)
                Begin(person);
            return unit.Actor.Person;
        }
    }

    public bool IsSeen(MailboxId mailbox, Uid uid, PersonId person) =>
        PagesAt(mailbox, uid).TryGetValue(person, out var page) && UidBits.Has(page, uid);

    public Placement ShownTo(PersonId person, PlacementAt at) => at.Placement.SeenAs(IsSeen(at.Mailbox, at.Placement.Uid, person));

    public bool IsSeenByAny(MailboxId mailbox, Uid uid) => PagesAt(mailbox, uid).Values.Any(page => UidBits.Has(page, uid));

    public bool IsSeenByAll(MailboxId mailbox, Uid uid) => Readers.TrueForAll(person => IsSeen(mailbox, uid, person));

    /// <summary>
    /// Sets a person's \Seen and gives the placement this unit's ModSeq: there is one for all (RFC 7162 §3), so that
    /// nobody's program can miss what concerns it.
    /// </summary>
    /// <returns>False when it was so before; then nothing has changed.</returns>
    public bool Set(MailboxId mailbox, Placement placement, PersonId person, bool isSeen)
    {
        if (IsSeen(mailbox, placement.Uid, person) == isSeen)
            return false;
        Write(mailbox, placement.Uid, person, isSeen);
        unit.SetFlags(mailbox, placement, placement.Flags);
        return true;
    }

    /// <summary>A message that comes in as read: for who puts it there, or for everybody.</summary>
    public void Appended(MailboxId mailbox, Uid uid, PersonId? reader)
    {
        foreach (var person in reader is { } only ? [only] : Readers)
            Write(mailbox, uid, person, true);
    }

    /// <summary>A copy: everybody has read it who has read what it is made from.</summary>
    public void Copied(PlacementName from, PlacementName to)
    {
        foreach (var person in Readers.Where(person => IsSeen(from.Mailbox, from.Uid, person)))
            Write(to.Mailbox, to.Uid, person, true);
    }

    /// <summary>A placement goes, and everybody's bit with it.</summary>
    public void Removed(MailboxId mailbox, Uid uid)
    {
        foreach (var person in Readers.Where(person => IsSeen(mailbox, uid, person)))
        {
            Write(mailbox, uid, person, false);
            _removed.Add((mailbox, person, uid));
        }
    }

    /// <summary>
    /// Who had read what this unit has expunged from a mailbox, for the change log: a line for each person,
    /// "person first-last first-last …". Null when nobody had.
    /// </summary>
    public string? ReadersOf(MailboxId mailbox, IReadOnlyList<ChangedItem> expunged)
    {
        if (_removed.Count == 0)
            return null;
        var uids = expunged.Select(item => item.Uid).ToHashSet();
        var lines = _removed.Where(one => one.Mailbox == mailbox && uids.Contains(one.Uid)).GroupBy(one => one.Person, one => one.Uid)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key.Value} {Ranges(one)}")).ToList();
        return lines.Count == 0 ? null : string.Join('\n', lines);

        static string Ranges(IEnumerable<Uid> read) => string.Join(' ', UidRange.Of([.. read.Order()]).Select(range =>
            string.Create(CultureInfo.InvariantCulture, $"{range.First.Value}-{range.Last.Value}")));
    }

    /// <summary>An undo puts an expunged message back: everybody has read it again who had.</summary>
    /// <param name="expunged">Its UID then.</param>
    /// <param name="text">From <see cref="ReadersOf"/>, by way of the log.</param>
    public void PutBack(PlacementName now, Uid expunged, string? text)
    {
        foreach (var line in text?.Split('\n') ?? [])
        {
            var parts = line.Split(' ');
            if (parts.Skip(1).Any(Holds))
                Write(now.Mailbox, now.Uid, new PersonId(long.Parse(parts[0], CultureInfo.InvariantCulture)), true);
        }

        bool Holds(string range) =>
            range.Split('-') is [var first, var last]
            && uint.Parse(first, CultureInfo.InvariantCulture) <= expunged.Value && expunged.Value <= uint.Parse(last, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// A person comes: what somebody has read before, is read; what nobody has read, is new to this person too.
    /// </summary>
    public void Begin(PersonId person)
    {
        if (Readers.Contains(person))
            return;
        foreach (var mailbox in unit.Transaction.Mailboxes())
            foreach (var placement in PlacementsOf(mailbox.Id))
                if (placement.Flags.Has(MessageFlags.Seen) || IsSeenByAny(mailbox.Id, placement.Uid))
                    Write(mailbox.Id, placement.Uid, person, true);
        Rows.Put(new Reader(person, null));
        Readers.Add(person);
        update.Readers.Add(person);
    }

    /// <summary>Forgets what a person has read of a mailbox, to be told anew.</summary>
    public void Clear(MailboxId mailbox, PersonId person, IEnumerable<SeenPage> pages)
    {
        foreach (var page in pages.Where(page => page.Mailbox == mailbox && page.Person == person))
        {
            PagesAt(mailbox, page.Number)[person].AsSpan().Clear();
            _changed.Add((mailbox, page.Number, person));
        }
    }

    public void Write(MailboxId mailbox, Uid uid, PersonId person, bool isSeen)
    {
        var pages = PagesAt(mailbox, uid);
        if (!pages.TryGetValue(person, out var page))
            pages[person] = page = new ulong[UidBits.WordsPerPage];
        UidBits.Set(page, uid, isSeen);
        _changed.Add((mailbox, UidBits.PageOf(uid), person));
    }

    /// <summary>Writes the pages; memory gets them too, for this unit is over.</summary>
    public void Finish()
    {
        foreach (var (mailbox, number, person) in _changed)
        {
            var page = new SeenPage(mailbox, person, number, _pages[(mailbox, number)][person]);
            Rows.Put(page);
            update.SeenPages.Add(page);
        }
    }

    public List<Placement> PlacementsOf(MailboxId mailbox)
    {
        var placements = new List<Placement>();
        unit.Transaction.Placements(mailbox, placements);
        return placements;
    }

    private Dictionary<PersonId, ulong[]> PagesAt(MailboxId mailbox, Uid uid) => PagesAt(mailbox, UidBits.PageOf(uid));

    private Dictionary<PersonId, ulong[]> PagesAt(MailboxId mailbox, uint number)
    {
        if (!_pages.TryGetValue((mailbox, number), out var pages))
            _pages[(mailbox, number)] = pages = Rows.Pages(mailbox, number).ToDictionary(page => page.Person, page => page.Words);
        return pages;
    }
}
