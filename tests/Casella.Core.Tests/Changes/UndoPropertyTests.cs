using Casella.Core.Changes;
using Casella.Core.Messages;
using CsCheck;

namespace Casella.Core.Tests.Changes;

/// <summary>
/// Random changes by two devices; then all that one of them did since some moment is undone, and then since another.
/// Every message that the other has not touched after the first touch of the one must be exactly as it was before that
/// touch, and there as often.
/// </summary>
public sealed class UndoPropertyTests
{
    private const int Messages = 6;
    private static readonly Actor One = new(new PersonId(1), new DeviceId(1), AccessProtocol.Imap, "one");
    private static readonly Actor Other = new(new PersonId(2), new DeviceId(2), AccessProtocol.Imap, "other");

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Bool, Gen.Int[0, 5], Gen.Int[0, 20], Gen.Int[0, 3], (isOne, kind, which, where) => new Step(isOne, kind, which, where));

    private static readonly Gen<(List<Step> Steps, int First, int Second)> AnyStory =
        Gen.Select(AnyStep.List[1, 25], Gen.Int[0, 25], Gen.Int[0, 25]);

    [Fact]
    public async Task An_undo_leaves_what_nobody_else_touched_as_if_the_device_had_never_been_there() =>
        await AnyStory.SampleAsync(story => RunAsync(story.Steps, story.First % story.Steps.Count, story.Second % story.Steps.Count), iter: 80, threads: 1);

    /// <param name="first">The first step of the time that is undone first.</param>
    /// <param name="second">Of the second undo's: a wider one must go on, a narrower one must find nothing.</param>
    private static async Task RunAsync(List<Step> steps, int first, int second)
    {
        await using var house = await House.OpenAsync("info");
        var (one, other) = (await house.DoorAsync("info", One), await house.DoorAsync("info", Other));
        var mailboxes = (await other.GetTreeAsync(House.Cancelled)).Mailboxes.Take(4).Select(mailbox => mailbox.Id).ToList();
        for (var i = 0; i < Messages; i++)
            await other.AppendAsync(mailboxes[0], [Step.New(i)], House.Cancelled);

        var touches = new List<Touch>();
        for (var i = 0; i < steps.Count; i++)
        {
            house.Time.Advance(TimeSpan.FromHours(5));
            var state = await MailboxState.ReadAsync(other);
            if (await steps[i].RunAsync(steps[i].IsOne ? one : other, mailboxes) is { } email)
                touches.Add(new Touch(i, steps[i].IsOne, email, house.Time.GetUtcNow(), MailboxState.Of(state, email)));
        }

        var undone = await UndoAsync(house, other, touches, first);
        var after = await MailboxState.ReadAsync(other);
        (await other.UndoAsync(Request(touches, first), House.Cancelled)).Restored.Should().Be(0, "it is the same undo");
        (await MailboxState.ReadAsync(other)).Should().Equal(after);

        if (second < first || undone.Change is null)
            await UndoAsync(house, other, touches, second);
        else if (undone.Conflicts.Count == 0)
        {
            (await other.UndoAsync(Request(touches, second), House.Cancelled)).Restored.Should().Be(0, "it is part of what was undone");
            (await MailboxState.ReadAsync(other)).Should().Equal(after);
        }
    }

    private static async Task<UndoResult> UndoAsync(House house, MailAccount other, List<Touch> touches, int from)
    {
        var before = await MailboxState.ReadAsync(other);
        var trial = await other.UndoAsync(Request(touches, from) with { IsTrial = true }, House.Cancelled);
        (await MailboxState.ReadAsync(other)).Should().Equal(before);

        var undone = await other.UndoAsync(Request(touches, from), House.Cancelled);

        undone.Should().BeEquivalentTo(trial, options => options.Excluding(result => result.Change));
        var after = await MailboxState.ReadAsync(other);
        var hasShared = false;
        foreach (var touched in touches.Where(touch => touch.Step >= from).GroupBy(touch => touch.Email))
        {
            if (touched.FirstOrDefault(touch => touch.IsOne) is not { } first)
                continue;
            if (touched.Any(touch => !touch.IsOne && touch.Step > first.Step))
                hasShared = true;
            else
                MailboxState.Of(after, first.Email).Should().Equal(first.Before);
        }

        if (!hasShared)
            undone.Conflicts.Should().BeEmpty();
        (await house.VerifyAsync("info")).Should().BeEmpty();
        return undone;
    }

    private static UndoRequest Request(List<Touch> touches, int from) => new()
    {
        Device = One.Device,
        Since = touches.Find(touch => touch.Step >= from)?.At ?? DateTimeOffset.MaxValue,
    };

    private sealed record Touch(int Step, bool IsOne, EmailId Email, DateTimeOffset At, List<string> Before);

    /// <param name="Which">Of the placements that there are, taken round.</param>
    /// <param name="Where">Target mailbox, or flag.</param>
    private sealed record Step(bool IsOne, int Kind, int Which, int Where)
    {
        public static NewMessage New(int number) => new(House.Message($"Subject: {number}\r\n\r\n{number}\r\n"), FlagNames.None, null);

        /// <returns>The message that was touched; null when there is none.</returns>
        public async Task<EmailId?> RunAsync(MailAccount account, List<MailboxId> mailboxes)
        {
            var all = await PlacementsAsync(account, mailboxes);
            if (Kind == 5)
                return await AppendAsync(account, mailboxes[Where]);
            if (all.Count == 0)
                return null;
            var (from, placement) = all[Which % all.Count];
            IReadOnlyList<Uid> uids = [placement.Uid];
            switch (Kind)
            {
                case 0 or 1:
                    var flag = new MessageFlags(UInt128.One << Where);
                    await account.StoreFlagsAsync(
                        from, uids, Kind == 0 ? FlagOperation.Add : FlagOperation.Remove, new FlagNames(flag, []), null, House.Cancelled);
                    return placement.Flags.Has(flag) == (Kind == 0) ? null : placement.Email;
                case 2:
                    await account.MoveAsync(from, uids, mailboxes[Where], House.Cancelled);
                    return placement.Email;
                case 3:
                    await account.CopyAsync(from, uids, mailboxes[Where], House.Cancelled);
                    return placement.Email;
                default:
                    await account.ExpungeAsync(from, uids, onlyDeleted: false, House.Cancelled);
                    return placement.Email;
            }
        }

        private async Task<EmailId> AppendAsync(MailAccount account, MailboxId mailbox)
        {
            await account.AppendAsync(mailbox, [New(Which)], House.Cancelled);
            var snapshot = await account.GetSnapshotAsync(mailbox, House.Cancelled);
            return snapshot[snapshot.Count - 1].Email;
        }

        private static async Task<List<(MailboxId Mailbox, Placement Placement)>> PlacementsAsync(MailAccount account, List<MailboxId> mailboxes)
        {
            var all = new List<(MailboxId, Placement)>();
            foreach (var mailbox in mailboxes)
            {
                var snapshot = await account.GetSnapshotAsync(mailbox, House.Cancelled);
                for (var i = 0; i < snapshot.Count; i++)
                    all.Add((mailbox, snapshot[i]));
            }

            return all;
        }
    }
}
