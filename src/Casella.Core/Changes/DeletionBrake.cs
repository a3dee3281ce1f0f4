using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>
/// Notices when one device deletes a large part of a mailbox within minutes: a program set up wrongly, or a hand that
/// slipped. It is obeyed; the members are told once, with the way back. Emptying Trash and SPAM is what these are for
/// and does not count. See <see cref="AccountWatch"/>, also on how it remembers.
/// </summary>
internal sealed class DeletionBrake
{
    /// <summary>Fewer are an ordinary tidying, whatever their share.</summary>
    private const int AtLeast = 50;

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Burst> _bursts = new(StringComparer.Ordinal);

    public void Look(UnitOfWork unit)
    {
        if (unit.Removals.Count == 0 || unit.Policy.BrakePercent is not { } percent || !Counts(unit.Actor))
            return;
        var deletions = unit.Removals.Where(removal => IsDeletion(unit.Transaction, removal)).ToList();
        if (deletions.Count == 0)
            return;
        var (burst, modSeq) = (BurstOf(unit), unit.Transaction.ModSeq);
        foreach (var removal in deletions)
        {
            var deleted = burst.Add(removal, unit.Now, modSeq);
            var total = deleted + removal.From.Messages;
            if (burst.IsTold || deleted < AtLeast || deleted * 100L <= (long)percent * total)
                continue;
            Tell(unit, removal, (deleted, total), burst.Since);
            burst.Tell(modSeq);
        }
    }

    /// <summary>The server tidies by rules that the mailbox knows; who sits at its command line knows what he does.</summary>
    private static bool Counts(Actor actor) => actor.Protocol is not (AccessProtocol.Server or AccessProtocol.CommandLine);

    /// <summary>Trash and SPAM are also those that a program has made for itself ("Elementi eliminati").</summary>
    private static bool IsDeletion(IMailTransaction transaction, Removal removal) =>
        UseOf(removal.From) is not (SpecialUse.Trash or SpecialUse.Junk)
        && (removal.To is not { } target || (transaction.Mailbox(target) is { } row && UseOf(row) == SpecialUse.Trash));

    private static SpecialUse UseOf(MailboxRow row) => FolderNames.UseOf(row.Name, row.SpecialUse);

    private Burst BurstOf(UnitOfWork unit)
    {
        foreach (var over in _bursts.Where(burst => burst.Value.IsOver(unit.Now)).Select(burst => burst.Key).ToList())
            _bursts.Remove(over);
        var actor = unit.Actor.Identity;
        if (!_bursts.TryGetValue(actor, out var burst))
            _bursts[actor] = burst = new Burst();
        burst.Forget(unit.Now, unit.Transaction.ModSeq);
        return burst;
    }

    private static void Tell(UnitOfWork unit, Removal removal, (int Deleted, int Total) messages, DateTimeOffset since)
    {
        var (actor, mailbox) = (unit.Actor, removal.From);
        unit.AddNotice(NoticeKind.Brake, new BrakeFacts(
            actor.Name, actor.Device is not null || actor.Person is null, actor.Client, mailbox.Name.Value, messages.Deleted, messages.Total,
            since, since.AddDays(unit.Policy.KeepDeletedDays), actor.Device is null ? actor.Person?.Value : null));
        unit.Log(
            ChangeKind.BrakeWarned, mailbox.Id, null, [],
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{messages.Deleted}\n{messages.Total}"));
    }

    /// <summary>What one device has deleted lately; it lasts until the device has been quiet for ten minutes.</summary>
    private sealed class Burst
    {
        private readonly LinkedList<Deletion> _deletions = [];
        private readonly Dictionary<MailboxId, int> _sums = [];
        private DateTimeOffset _last;
        private ModSeq? _told;

        public bool IsTold => _told is not null;

        /// <summary>The first deletion that counts.</summary>
        public DateTimeOffset Since => _deletions.First!.Value.At;

        public bool IsOver(DateTimeOffset now) => now - _last > Within;

        /// <summary>What is too long ago, and what was never committed.</summary>
        public void Forget(DateTimeOffset now, ModSeq present)
        {
            while (_deletions.Last is { Value: var undone } && undone.By >= present)
            {
                _deletions.RemoveLast();
                _sums[undone.Mailbox] -= undone.Messages;
            }

            while (_deletions.First is { Value: var old } && now - old.At > Within)
            {
                _deletions.RemoveFirst();
                _sums[old.Mailbox] -= old.Messages;
            }

            if (_told >= present)
                _told = null;
        }

        /// <returns>How many of that mailbox now count.</returns>
        public int Add(Removal removal, DateTimeOffset now, ModSeq by)
        {
            _deletions.AddLast(new Deletion(removal.From.Id, removal.Messages, now, by));
            _last = now;
            return _sums[removal.From.Id] = _sums.GetValueOrDefault(removal.From.Id) + removal.Messages;
        }

        public void Tell(ModSeq by) => _told = by;
    }

    private readonly record struct Deletion(MailboxId Mailbox, int Messages, DateTimeOffset At, ModSeq By);
}
