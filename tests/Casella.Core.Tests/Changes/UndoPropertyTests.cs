using Casella.Core.Changes;
using Casella.Core.Messages;
using CsCheck;

namespace Casella.Core.Tests.Changes;

/// <summary>
/// Random changes by two devices; then all that one of them did is undone. Every message that the other has not touched
/// after the first touch of the one must be exactly as it was before that touch.
/// </summary>
public sealed class UndoPropertyTests
{
    private const int Messages = 6;
    private static readonly Actor One = new(new PersonId(1), new DeviceId(1), AccessProtocol.Imap, "one");
    private static readonly Actor Other = new(new PersonId(2), new DeviceId(2), AccessProtocol.Imap, "other");

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Bool, Gen.Int[0, 4], Gen.Int[0, 20], Gen.Int[0, 3], (isOne, kind, which, where) => new Step(isOne, kind, which, where));

    [Fact]
    public async Task An_undo_leaves_what_nobody_else_touched_as_if_the_device_had_never_been_there() =>
        await AnyStep.List[1, 25].SampleAsync(RunAsync, iter: 60, threads: 1);

    private static async Task RunAsync(List<Step> steps)
    {
        await using var house = await House.OpenAsync("info");
        var (one, other) = (await house.DoorAsync("info", One), await house.DoorAsync("info", Other));
        var mailboxes = (await other.GetTreeAsync(House.Cancelled)).Mailboxes.Take(4).Select(mailbox => mailbox.Id).ToList();
        for (var i = 0; i < Messages; i++)
            await other.AppendAsync(mailboxes[0], [new NewMessage(House.Message($"Subject: {i}\r\n\r\n{i}\r\n"), FlagNames.None, null)], House.Cancelled);
        house.Time.Advance(TimeSpan.FromMinutes(1));
        var start = house.Time.GetUtcNow();

        var untouched = new Dictionary<EmailId, List<string>>();
        var shared = new HashSet<EmailId>();
        foreach (var step in steps)
        {
            var state = await MailboxState.ReadAsync(other);
            if (await step.RunAsync(step.IsOne ? one : other, mailboxes) is not { } email)
                continue;
            if (step.IsOne)
                untouched.TryAdd(email, MailboxState.Of(state, email));
            else if (untouched.ContainsKey(email))
                shared.Add(email);
        }

        var undone = await other.UndoAsync(new UndoRequest { Device = One.Device, Since = start }, House.Cancelled);

        var after = await MailboxState.ReadAsync(other);
        foreach (var (email, before) in untouched.Where(entry => !shared.Contains(entry.Key)))
            MailboxState.Of(after, email).Should().Equal(before);
        if (shared.Count == 0)
            undone.Conflicts.Should().BeEmpty();
        (await house.VerifyAsync("info")).Should().BeEmpty();
        (await other.UndoAsync(new UndoRequest { Device = One.Device, Since = start }, House.Cancelled)).Restored.Should().Be(0);
        (await MailboxState.ReadAsync(other)).Should().Equal(after);
    }

    /// <param name="Which">Of the placements that there are, taken round.</param>
    /// <param name="Where">Target mailbox, or flag.</param>
    private sealed record Step(bool IsOne, int Kind, int Which, int Where)
    {
        /// <returns>The message that was touched; null when there is none.</returns>
        public async Task<EmailId?> RunAsync(MailAccount account, List<MailboxId> mailboxes)
        {
            var all = new List<(MailboxId Mailbox, Placement Placement)>();
            foreach (var mailbox in mailboxes)
            {
                var snapshot = await account.GetSnapshotAsync(mailbox, House.Cancelled);
                for (var i = 0; i < snapshot.Count; i++)
                    all.Add((mailbox, snapshot[i]));
            }

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
    }
}
