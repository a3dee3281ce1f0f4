using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using CsCheck;

namespace Casella.Core.Tests.Messages;

/// <summary>
/// Random commands against an account and against a model that fits on a page; what they hold must be the same, and
/// verify must find nothing.
/// </summary>
public sealed class MailAccountModelTests
{
    private static readonly string[] Names = ["INBOX", "Archive", "Trash"];

    private static readonly Gen<Command[]> Commands = Gen.Select(
        Gen.Enum<Kind>(), Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 30], (kind, from, to, pick) => new Command(kind, from, to, pick)).Array[1, 60];

    [Fact]
    public async Task Any_commands_leave_what_the_model_says()
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var tree = await anna.GetTreeAsync(House.Cancelled);
        var ids = Names.Select(name => tree.Find(MailboxName.Parse(name))!.Id).ToArray();
        var model = new Model();
        // One account for all rounds: what a round leaves is where the next begins.
        await Commands.SampleAsync(
            async commands =>
            {
                foreach (var command in commands)
                    await RunAsync(anna, ids, model, command);
                for (var box = 0; box < ids.Length; box++)
                    model.Mailboxes[box].Should().Equal(await HeldAsync(anna, ids[box]));
            },
            iter: 30, threads: 1);
        (await house.VerifyAsync("anna")).Should().BeEmpty();
        await house.ReopenAsync();
        anna = await house.DoorAsync("anna");
        for (var box = 0; box < ids.Length; box++)
            model.Mailboxes[box].Should().Equal(await HeldAsync(anna, ids[box]), "what was acknowledged is on the disk");
    }

    [Fact]
    public async Task Of_many_who_move_the_same_messages_each_is_moved_once()
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var tree = await anna.GetTreeAsync(House.Cancelled);
        var (inbox, archive) = (tree.Find(MailboxName.Inbox)!.Id, tree.Find(SpecialUse.Archive)!.Id);
        await using var message = House.Message("Subject: x\r\n\r\nx\r\n");
        var appended = await anna.AppendAsync(inbox, [.. Enumerable.Repeat(new NewMessage(message, FlagNames.None, null), 100)], House.Cancelled);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => anna.MoveAsync(inbox, appended.Uids, archive, House.Cancelled), House.Cancelled)));
        results.Sum(result => result.Source.Count).Should().Be(100);
        (await anna.GetSnapshotAsync(archive, House.Cancelled)).Count.Should().Be(100);
        (await anna.GetSnapshotAsync(inbox, House.Cancelled)).Count.Should().Be(0);
        (await house.VerifyAsync("anna")).Should().BeEmpty();
    }

    private static async Task RunAsync(MailAccount anna, MailboxId[] ids, Model model, Command command)
    {
        var (from, to) = (command.From, command.To);
        var before = (await anna.GetSnapshotAsync(ids[from], House.Cancelled)).HighestModSeq;
        var uids = model.Pick(from, command.Pick);
        switch (command.Kind)
        {
            case Kind.Append:
                await using (var message = House.Message($"Subject: {command.Pick}\r\n\r\n{command.Pick}\r\n"))
                    model.Append(from, (await anna.AppendAsync(ids[from], [new NewMessage(message, FlagNames.None, Day(command.Pick))], House.Cancelled)).Uids);
                break;
            case Kind.Flag or Kind.Delete:
                var flag = command.Kind == Kind.Flag ? MessageFlags.Flagged : MessageFlags.Deleted;
                await anna.StoreFlagsAsync(ids[from], uids, FlagOperation.Add, new FlagNames(flag, []), null, House.Cancelled);
                model.Flag(from, uids, flag);
                break;
            case Kind.Copy:
                model.Copy(from, to, await anna.CopyAsync(ids[from], uids, ids[to], House.Cancelled));
                break;
            case Kind.Move:
                model.Move(from, to, await anna.MoveAsync(ids[from], uids, ids[to], House.Cancelled));
                break;
            case Kind.Expunge:
                await anna.ExpungeAsync(ids[from], null, onlyDeleted: true, House.Cancelled);
                model.Expunge(from);
                break;
            case Kind.ExpungeSome:
                await anna.ExpungeAsync(ids[from], uids, onlyDeleted: false, House.Cancelled);
                model.Remove(from, uids);
                break;
        }

        (await anna.GetSnapshotAsync(ids[from], House.Cancelled)).HighestModSeq.Should().BeGreaterThanOrEqualTo(before);
    }

    private static async Task<List<Held>> HeldAsync(MailAccount anna, MailboxId mailbox)
    {
        var snapshot = await anna.GetSnapshotAsync(mailbox, House.Cancelled);
        var held = new List<Held>();
        for (var i = 0; i < snapshot.Count; i++)
            held.Add(new Held(snapshot[i].Uid, snapshot[i].Flags));
        TellsWhatItHolds(snapshot);
        return held;
    }

    /// <summary>What a snapshot knows of its chunks is what looking at each placement tells.</summary>
    private static void TellsWhatItHolds(MailboxSnapshot snapshot)
    {
        var all = snapshot.Between(0, snapshot.Count).ToList();
        snapshot.IsInOrderOfTime.Should().Be(all.Zip(all.Skip(1)).All(pair => pair.First.ReceivedAt <= pair.Second.ReceivedAt));
        if (all.Count < 2)
            return;
        var (start, end) = (1, all.Count);
        var range = snapshot.EmailsBetween(start, end);
        all[start..end].Should().OnlyContain(one => one.Email.Value >= range.First.Value && one.Email.Value <= range.Last.Value);
        snapshot.Where(start, end, email => email.Value % 2 == 0).Should().Equal(Enumerable.Range(start, end - start).Where(at => all[at].Email.Value % 2 == 0));
    }

    private static DateTimeOffset Day(int number) => DateTimeOffset.UnixEpoch.AddDays(20_000 + (number % 3));

    private enum Kind { Append, Flag, Delete, Copy, Move, Expunge, ExpungeSome }

    private sealed record Command(Kind Kind, int From, int To, int Pick);

    private readonly record struct Held(Uid Uid, MessageFlags Flags);

    private sealed class Model
    {
        public List<Held>[] Mailboxes { get; } = [[], [], []];

        /// <summary>Up to three of the messages there, or one that is not.</summary>
        public List<Uid> Pick(int box, int pick) => Mailboxes[box].Count == 0
            ? [new Uid(1_000_000)]
            : [.. Mailboxes[box].Skip(pick % Mailboxes[box].Count).Take(3).Select(held => held.Uid)];

        public void Append(int box, IReadOnlyList<Uid> uids) => Mailboxes[box].AddRange(uids.Select(uid => new Held(uid, MessageFlags.None)));

        public void Flag(int box, List<Uid> uids, MessageFlags flag) =>
            Mailboxes[box] = Mailboxes[box].ConvertAll(held => uids.Contains(held.Uid) ? held with { Flags = held.Flags | flag } : held);

        public void Copy(int from, int to, CopyResult result)
        {
            for (var i = 0; i < result.Source.Count; i++)
                Mailboxes[to].Add(new Held(result.Target[i], Mailboxes[from].Single(held => held.Uid == result.Source[i]).Flags));
        }

        public void Move(int from, int to, CopyResult result)
        {
            Copy(from, to, result);
            Remove(from, [.. result.Source]);
        }

        public void Expunge(int box) => Mailboxes[box].RemoveAll(held => held.Flags.Has(MessageFlags.Deleted));

        public void Remove(int box, List<Uid> uids) => Mailboxes[box].RemoveAll(held => uids.Contains(held.Uid));
    }
}
