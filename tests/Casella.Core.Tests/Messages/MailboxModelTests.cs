using AwesomeAssertions;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using CsCheck;

namespace Casella.Core.Tests.Messages;

/// <summary>Random lists of operations on one account against a model of a few lines: after each list, and again after a restart, the account has what the model has and finds itself whole.</summary>
public sealed class MailboxModelTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Names = ["INBOX", "Archive", "Trash"];

    private static readonly Gen<Operation> AnyOperation = Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 7], Gen.Int[0, 3])
        .Select((kind, mailbox, target, message, flags) => new Operation(kind, mailbox, target, message, FlagsOf(flags)));

    private enum Kind { Append, AddFlags, RemoveFlags, Copy, Move, Expunge }

    [Fact]
    public async Task An_account_does_what_the_model_does()
    {
        await using var house = await TestHouse.StartAsync();
        var number = 0;
        await AnyOperation.Array[1, 25].SampleAsync(async operations =>
        {
            var account = await house.AddAsync($"box{Interlocked.Increment(ref number)}@example.org");
            var mail = await house.OpenAsync(account);
            var tree = await mail.GetTreeAsync(None);
            var ids = Names.Select(name => tree.Find(MailboxName.Parse(name))!.Id).ToArray();
            var model = Names.Select(_ => new ModelMailbox()).ToArray();
            foreach (var operation in operations)
                await ApplyAsync(operation, mail, ids, model);

            for (var i = 0; i < Names.Length; i++)
                await CompareAsync(mail, ids[i], model[i]);
            (await house.VerifyAsync(account)).Should().BeEmpty();
        }, iter: 60, threads: 1);
    }

    private static async Task ApplyAsync(Operation operation, MailAccount mail, MailboxId[] ids, ModelMailbox[] model)
    {
        var (source, from) = (model[operation.Mailbox], ids[operation.Mailbox]);
        var (target, to) = (model[operation.Target], ids[operation.Target]);
        // A UID that is there, or one that is not.
        var uid = source.Messages.Count > 0 && operation.Message < 6
            ? source.Messages.Keys.ElementAt(operation.Message % source.Messages.Count)
            : 1_000u;
        switch (operation.Kind)
        {
            case Kind.Append:
                await using (var message = TestHouse.Message("m"))
                    await mail.AppendAsync(from, [new NewMessage(message, new FlagNames(operation.Flags, []), null)], None);
                source.Add(operation.Flags);
                break;
            case Kind.AddFlags:
                await mail.StoreFlagsAsync(from, [new Uid(uid)], FlagOperation.Add, new FlagNames(operation.Flags, []), null, None);
                source.Change(uid, flags => flags | operation.Flags);
                break;
            case Kind.RemoveFlags:
                await mail.StoreFlagsAsync(from, [new Uid(uid)], FlagOperation.Remove, new FlagNames(operation.Flags, []), null, None);
                source.Change(uid, flags => flags.Without(operation.Flags));
                break;
            case Kind.Copy:
                await mail.CopyAsync(from, [new Uid(uid)], to, None);
                if (source.Messages.TryGetValue(uid, out var copied))
                    target.Add(copied);
                break;
            case Kind.Move:
                await mail.MoveAsync(from, [new Uid(uid)], to, None);
                if (source.Messages.Remove(uid, out var moved))
                    target.Add(moved);
                break;
            case Kind.Expunge:
                await mail.ExpungeAsync(from, [new Uid(uid)], onlyDeleted: true, None);
                if (source.Messages.TryGetValue(uid, out var expunged) && expunged.Has(MessageFlags.Deleted))
                    source.Messages.Remove(uid);
                break;
            default:
                throw new InvalidOperationException(operation.Kind.ToString());
        }
    }

    private static async Task CompareAsync(MailAccount mail, MailboxId mailbox, ModelMailbox model)
    {
        var snapshot = await mail.GetSnapshotAsync(mailbox, None);
        Enumerable.Range(0, snapshot.Count).Select(i => (snapshot[i].Uid.Value, snapshot[i].Flags)).Should().Equal(model.Messages.Select(m => (m.Key, m.Value)));
        (await mail.GetTreeAsync(None)).Find(mailbox)!.UidNext.Value.Should().Be(model.UidNext);
    }

    private static MessageFlags FlagsOf(int number) => number switch
    {
        0 => MessageFlags.None,
        1 => MessageFlags.Seen,
        2 => MessageFlags.Deleted,
        _ => MessageFlags.Deleted | MessageFlags.Flagged,
    };

    private sealed record Operation(Kind Kind, int Mailbox, int Target, int Message, MessageFlags Flags);

    private sealed class ModelMailbox
    {
        public SortedDictionary<uint, MessageFlags> Messages { get; } = [];
        public uint UidNext { get; private set; } = 1;

        public void Add(MessageFlags flags) => Messages[UidNext++] = flags;

        public void Change(uint uid, Func<MessageFlags, MessageFlags> change)
        {
            if (Messages.TryGetValue(uid, out var flags))
                Messages[uid] = change(flags);
        }
    }
}
