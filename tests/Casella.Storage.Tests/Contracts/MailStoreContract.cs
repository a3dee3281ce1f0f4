using System.Security.Cryptography;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Storage.Tests.Contracts;

/// <summary>
/// What Core relies on, whatever keeps the mail. Each implementation of <see cref="IMailStore"/> has a class that
/// derives from this one.
/// </summary>
public abstract partial class MailStoreContract : IAsyncLifetime
{
    private protected static readonly CancellationToken None = CancellationToken.None;
    private protected static readonly AccountId Account = new(7);
    private static readonly ChangedItem Dated = new(new Uid(3), new EmailId(4), MessageFlags.Seen, MessageFlags.None, null, -86_400);
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private protected IMailStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Store = Open();
        await Store.CreateAsync(Account, transaction => transaction.InsertMailbox(MailboxName.Inbox, SpecialUse.None, uidValidity: 1), None);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Clean();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_written_is_there_after_the_store_was_opened_anew()
    {
        var email = await InsertAsync(Bytes(1_000));

        await ReopenAsync();

        var (account, placement) = await Store.ReadAsync(Account, reader => (reader.Account, reader.Placement(Inbox(reader), new Uid(1))), None);
        placement!.Value.Email.Should().Be(email);
        placement.Value.Flags.Should().Be(MessageFlags.Seen);
        account.ModSeq.Should().Be(placement.Value.ModSeq);
    }

    [Fact]
    public async Task A_unit_that_throws_undoes_itself_and_nobody_else()
    {
        var units = Enumerable.Range(0, 50).Select(i => Store.WriteAsync(
            Account,
            transaction =>
            {
                transaction.SetSubscribed($"box{i}", subscribed: true);
                return i % 2 == 0 ? i : throw new InvalidOperationException("this one fails");
            },
            null, None)).ToList();

        foreach (var unit in units.Where((_, i) => i % 2 != 0))
            await Assert.ThrowsAsync<InvalidOperationException>(() => unit);
        await Task.WhenAll(units.Where((_, i) => i % 2 == 0));

        var subscribed = await Store.ReadAsync(Account, reader => reader.Subscriptions(), None);
        subscribed.Should().BeEquivalentTo(Enumerable.Range(0, 25).Select(i => $"box{i * 2}"));
    }

    [Fact]
    public async Task Each_unit_that_writes_has_a_ModSeq_of_its_own_and_is_told_in_that_order_before_it_returns()
    {
        var told = new List<ulong>();

        var returned = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => Store.WriteAsync(
            Account,
            transaction =>
            {
                transaction.SetSubscribed($"box{i}", subscribed: true);
                return (ulong)transaction.ModSeq.Value;
            },
            modSeq => told.Add(modSeq), None))));

        told.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems().And.BeEquivalentTo(returned);
    }

    [Fact]
    public async Task A_reader_sees_one_moment_whatever_is_written_meanwhile()
    {
        var reading = new TaskCompletionSource();
        var written = new ManualResetEventSlim();
        var read = Store.ReadAsync(
            Account,
            reader =>
            {
                var before = reader.Subscriptions().Count;
                reading.SetResult();
                written.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken).Should().BeTrue("the writer does not wait for readers");
                return (before, reader.Subscriptions().Count);
            },
            None);
        await reading.Task;
        await Store.WriteAsync(Account, transaction => { transaction.SetSubscribed("new", subscribed: true); return true; }, null, None);
        written.Set();

        (await read).Should().Be((0, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4_000)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public async Task A_body_comes_back_byte_for_byte_whole_and_in_ranges(int size)
    {
        foreach (var body in new[] { Bytes(size), new byte[size] })
        {
            var email = await InsertAsync(body);
            await ReopenAsync();
            await using var content = await Store.OpenAsync(Account, email, None);

            content.Size.Should().Be(size);
            (await content.ReadAsync(0, size + 10, None)).ToArray().Should().Equal(body);
            foreach (var (offset, count) in new[] { (0, 10), (size / 2, 1_000), (Math.Max(0, size - 3), 10), (size, 1) })
                (await content.ReadAsync(offset, count, None)).ToArray().Should().Equal(body.Skip(offset).Take(count));
        }
    }

    [Fact]
    public async Task Many_are_opened_at_once_in_the_order_asked_each_with_its_own_fate()
    {
        byte[][] bodies = [Bytes(100), Bytes(200_000), Bytes(5_000)];
        var emails = new List<EmailId>();
        foreach (var body in bodies)
            emails.Add(await InsertAsync(body));

        var opened = await Store.OpenAsync(Account, [emails[2], new EmailId(99), emails[1], emails[0]], None);

        foreach (var (index, body) in new[] { (0, bodies[2]), (2, bodies[1]), (3, bodies[0]) })
        {
            await using var content = await opened[index];
            (await content.ReadAsync(0, content.Size, None)).ToArray().Should().Equal(body);
        }

        var missing = async () => await opened[1];
        (await missing.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchMessage);
    }

    [Fact]
    public async Task A_message_that_is_not_there_is_said_so()
    {
        var opening = async () => await Store.OpenAsync(Account, new EmailId(99), None);

        (await opening.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchMessage);
    }

    [Fact]
    public async Task An_account_that_is_not_there_is_said_so()
    {
        var reading = () => Store.ReadAsync(new AccountId(8), reader => reader.Account, None);

        (await reading.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchAddress);
    }

    [Fact]
    public async Task A_deleted_placement_leaves_a_tombstone_and_its_message_stays_until_it_is_swept()
    {
        var email = await InsertAsync(Bytes(100_000));
        var (modSeq, wasLast) = await Store.WriteAsync(
            Account,
            transaction =>
            {
                var placement = transaction.Placement(Inbox(transaction), new Uid(1))!.Value;
                return (transaction.ModSeq, transaction.DeletePlacement(Inbox(transaction), placement, Noon));
            },
            null, None);

        wasLast.Should().BeTrue();
        (await Store.ReadAsync(Account, reader => reader.Tombstones(Inbox(reader), new ModSeq(0)), None)).Should().Equal(new Uid(1));
        (await Store.ReadAsync(Account, reader => reader.Tombstones(Inbox(reader), modSeq), None)).Should().BeEmpty();
        await (await Store.OpenAsync(Account, email, None)).DisposeAsync();

        (await Store.WriteAsync(Account, transaction => transaction.DeleteOrphans(Noon.AddDays(-1), 100), null, None)).Should().Be(0);
        (await Store.WriteAsync(Account, transaction => transaction.DeleteOrphans(Noon.AddDays(1), 100), null, None)).Should().Be(1);
        var opening = async () => await Store.OpenAsync(Account, email, None);
        await opening.Should().ThrowAsync<MailException>();
    }

    [Fact]
    public async Task The_log_is_found_by_time_and_its_past_can_be_shortened()
    {
        var modSeqs = new List<ModSeq>();
        for (var i = 0; i < 20; i++)
            modSeqs.Add(await Store.WriteAsync(
                Account,
                transaction =>
                {
                    for (var entry = 0; entry < 2; entry++)
                        transaction.InsertChange(new ChangeRow(transaction.ModSeq, ChangeKind.Expunged, Inbox(transaction), null, Actor.Server, Noon.AddMinutes(i), [Dated], null));
                    return transaction.ModSeq;
                },
                null, None));

        (await Store.ReadAsync(Account, reader => reader.ModSeqBefore(Noon.AddMinutes(7)), None)).Should().Be(modSeqs[6]);
        (await Store.ReadAsync(Account, reader => reader.ModSeqBefore(Noon), None)).Should().BeLessThan(modSeqs[0]);
        (await Store.ReadAsync(Account, reader => reader.ModSeqBefore(Noon.AddDays(1)), None)).Should().Be(modSeqs[^1]);

        await Store.WriteAsync(
            Account,
            transaction =>
            {
                transaction.ReplaceChanges(modSeqs[3], []);
                transaction.ReplaceChanges(modSeqs[4], [new ChangeRow(modSeqs[4], ChangeKind.MailboxRenamed, null, null, Actor.Server, Noon, [], "a\nb")]);
                transaction.PutLogBounds(new LogBounds(modSeqs[4], Noon, modSeqs[2]));
                return true;
            },
            null, None);
        await ReopenAsync();

        var left = await Store.ReadAsync(Account, reader => reader.Changes(modSeqs[2], 3), None);
        left.Select(change => (change.ModSeq, change.Text)).Should().Equal((modSeqs[4], "a\nb"), (modSeqs[5], null), (modSeqs[5], null));
        left[1].Items.Should().Equal(Dated);
        (await Store.ReadAsync(Account, reader => reader.LogBounds(), None)).Should().Be(new LogBounds(modSeqs[4], Noon, modSeqs[2]));
        (await Store.ReadAsync(Account, reader => reader.Account.ModSeq, None)).Should().Be(modSeqs[^1], "shortening is no change");
    }

    [Fact]
    public async Task Tombstones_are_forgotten_up_to_a_ModSeq_some_at_a_time()
    {
        var modSeqs = new List<ModSeq>();
        for (var i = 0; i < 3; i++)
        {
            await InsertAsync(Bytes(10));
            modSeqs.Add(await Store.WriteAsync(
                Account,
                transaction =>
                {
                    var uid = new Uid(transaction.Mailbox(Inbox(transaction))!.UidNext.Value - 1);
                    transaction.DeletePlacement(Inbox(transaction), transaction.Placement(Inbox(transaction), uid)!.Value, Noon);
                    return transaction.ModSeq;
                },
                null, None));
        }

        Task<int> ForgetAsync() => Store.WriteAsync(Account, transaction => transaction.ForgetVanished(modSeqs[1], 1), null, None);

        (await ForgetAsync(), await ForgetAsync(), await ForgetAsync()).Should().Be((1, 1, 0));
        (await Store.ReadAsync(Account, reader => reader.Tombstones(Inbox(reader), new ModSeq(0)), None)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_deleted_account_is_gone()
    {
        await InsertAsync(Bytes(100_000));

        await Store.DeleteAsync(Account, None);

        var reading = () => Store.ReadAsync(Account, reader => reader.Account, None);
        await reading.Should().ThrowAsync<MailException>();
        IsEmpty().Should().BeTrue();
    }

    [Fact]
    public async Task A_whole_account_has_no_findings()
    {
        for (var i = 0; i < 5; i++)
            await InsertAsync(Bytes(i * 30_000));

        (await VerifyAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task The_log_is_read_backwards_too()
    {
        for (var i = 0; i < 3; i++)
            await WriteAsync(transaction =>
            {
                foreach (var name in (string[])["a", "b"])
                    transaction.InsertChange(new ChangeRow(
                        transaction.ModSeq, ChangeKind.Subscribed, null, null, Actor.Server, Noon, [], name));
                return true;
            });

        var (all, first, page) = await Store.ReadAsync(
            Account, reader => (reader.Changes(new ModSeq(0), 10), reader.ChangesBefore(new ModSeq(long.MaxValue), 10), reader.Account.ModSeq), None);
        first.Select(Name).Should().Equal(all.Reverse().Select(Name)).And.HaveCount(6);
        (await Store.ReadAsync(Account, reader => reader.ChangesBefore(page, 3), None)).Select(Name).Should().Equal(first.Skip(2).Take(3).Select(Name));

        static string Name(ChangeRow change) => $"{change.ModSeq.Value}{change.Text}";
    }

    [Fact]
    public async Task Only_what_is_in_no_folder_is_destroyed_and_its_name_finds_it_no_more()
    {
        var (small, large, placed) = (await InsertAsync(Bytes(1_000)), await InsertAsync(Bytes(300_000)), await InsertAsync(Bytes(2_000)));
        var names = await Store.ReadAsync(
            Account, reader => reader.Messages([small, placed], MessageNeeds.Facts).Select(row => row.Facts!.ObjectId).ToList(), None);
        await WriteAsync(transaction =>
        {
            var inbox = transaction.Mailbox(Inbox(transaction))!;
            foreach (var uid in (uint[])[1, 2])
                transaction.DeletePlacement(inbox.Id, transaction.Placement(inbox.Id, new Uid(uid))!.Value, Noon);
            transaction.AddUsage(-301_000, -2);
            transaction.UpdateMailbox(inbox with { Messages = 1, Size = 2_000, HighestModSeq = transaction.ModSeq, LastExpunge = transaction.ModSeq });
            return true;
        });

        var blobs = await WriteAsync(transaction => transaction.Destroy([small, large, placed]));
        await Store.EraseAsync(Account, blobs, None);

        blobs.Should().ContainSingle("only the large one is outside");
        var (first, last, kept) = await Store.ReadAsync(
            Account, reader => (reader.FindByObjectId(names[0]), reader.FindByObjectId(names[1]), reader.Kept(large)), None);
        (first, last, kept).Should().Be((null, placed, null));
        (await VerifyAsync()).Should().BeEmpty();
    }

    private Task<T> WriteAsync<T>(Func<IMailTransaction, T> work) => Store.WriteAsync(Account, work, null, None);

    private protected abstract IMailStore Open();

    /// <summary>True when nothing of an account is left.</summary>
    private protected abstract bool IsEmpty();

    private protected abstract void Clean();

    private protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = Open();
    }

    private protected async Task<List<string>> VerifyAsync()
    {
        var findings = new List<string>();
        await Store.VerifyAsync(Account, findings.Add, None);
        return findings;
    }

    /// <summary>Puts a message into INBOX with all that counts it.</summary>
    private protected async Task<EmailId> InsertAsync(byte[] content)
    {
        await using var staged = MessageStaging.FromBytes(content);
        var body = await Store.PrepareAsync(Account, staged, headerSize: 0, None);
        return await Store.WriteAsync(
            Account,
            transaction =>
            {
                var email = transaction.InsertMessage(
                    new NewMessageRow(
                        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), null, null, null, false,
                        CompactForm.Write(staged.Parsed.Envelope), CompactForm.Write(staged.Parsed.Root), "", ""), body);
                var inbox = transaction.Mailbox(Inbox(transaction))!;
                transaction.InsertPlacement(inbox.Id, new Placement(inbox.UidNext, email, MessageFlags.Seen, transaction.ModSeq, (uint)content.Length, Noon.ToUnixTimeSeconds(), Noon.ToUnixTimeSeconds(), Noon.ToUnixTimeSeconds()));
                transaction.AddUsage(content.Length, 1);
                transaction.UpdateMailbox(inbox with
                {
                    UidNext = new Uid(inbox.UidNext.Value + 1),
                    HighestModSeq = transaction.ModSeq,
                    Messages = inbox.Messages + 1,
                    Size = inbox.Size + content.Length,
                });
                return email;
            },
            null, None);
    }

    private protected static MailboxId Inbox(IMailReader reader) => reader.Mailboxes()[0].Id;

    private protected static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
