using System.Security.Cryptography;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Storage.Tests.Contracts;

/// <summary>
/// What Core relies on, whatever keeps the mail. Each implementation of <see cref="IMailStore"/> has a class that
/// derives from this one.
/// </summary>
public abstract class MailStoreContract : IAsyncLifetime
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
    public async Task Access_keys_are_kept_by_mailbox_and_person_and_go_with_their_mailbox()
    {
        var anna = new PersonId(1);
        var (inbox, archive) = await Store.WriteAsync(
            Account,
            transaction =>
            {
                var other = transaction.InsertMailbox(MailboxName.Parse("Verbali"), SpecialUse.None, 77);
                transaction.PutAccessKey(Inbox(transaction), anna, [1]);
                transaction.PutAccessKey(Inbox(transaction), anna, [2]);
                transaction.PutAccessKey(Inbox(transaction), null, [3]);
                transaction.PutAccessKey(other, anna, [4]);
                transaction.PutAccessKey(other, null, [5]);
                return (Inbox(transaction), other);
            },
            null,
            CancellationToken.None);

        (await KeyAsync(inbox, anna)).Should().Equal(2);
        (await KeyAsync(inbox, null)).Should().Equal(3);
        await Store.WriteAsync(Account, transaction => { transaction.DeleteMailbox(archive); return true; }, null, CancellationToken.None);
        (await KeyAsync(archive, anna)).Should().BeNull();
        await Store.WriteAsync(Account, transaction => { transaction.DeleteAccessKeys(anna); return true; }, null, CancellationToken.None);
        (await KeyAsync(inbox, anna)).Should().BeNull();
        (await KeyAsync(inbox, null)).Should().Equal(3);

        Task<byte[]?> KeyAsync(MailboxId mailbox, PersonId? person) =>
            Store.ReadAsync(Account, reader => reader.AccessKey(mailbox, person)?.ToArray(), CancellationToken.None);
    }

    [Fact]
    public async Task Annotations_are_kept_by_mailbox_and_owner_and_go_with_their_mailbox()
    {
        var (anna, everybody) = (new AnnotationOwner(1), AnnotationOwner.Everybody);
        var mailbox = await Store.WriteAsync(
            Account,
            transaction =>
            {
                var archive = transaction.InsertMailbox(MailboxName.Parse("Archive"), SpecialUse.None, uidValidity: 2);
                transaction.PutAnnotation(new AnnotationRow(archive, anna, "/private/comment", "hers"u8.ToArray()));
                transaction.PutAnnotation(new AnnotationRow(archive, everybody, "/shared/comment", "first"u8.ToArray()));
                transaction.PutAnnotation(new AnnotationRow(archive, everybody, "/shared/comment", new byte[] { 0, 255 }));
                transaction.PutAnnotation(new AnnotationRow(null, anna, "/private/comment", ReadOnlyMemory<byte>.Empty));
                transaction.PutAnnotation(new AnnotationRow(null, anna, "/private/other", "x"u8.ToArray()));
                transaction.PutAnnotation(new AnnotationRow(null, anna, "/private/other", null));
                transaction.CopyAnnotations(archive, Inbox(transaction));
                return archive;
            },
            null, None);

        await ReopenAsync();
        var read = await Store.ReadAsync(
            Account, reader => (Shared: reader.Annotations(mailbox, everybody), Account: reader.Annotations(null, anna)), None);
        read.Shared.Should().ContainSingle().Which.Value!.Value.ToArray().Should().Equal(0, 255);
        read.Account.Should().ContainSingle().Which.Value!.Value.Length.Should().Be(0);

        var octets = await Store.WriteAsync(
            Account, transaction => { transaction.DeleteMailbox(mailbox); return transaction.AnnotationOctets(); }, null, None);
        octets.Should().Be(6);   // INBOX has its copies
        (await Store.ReadAsync(Account, reader => reader.Annotations(mailbox, anna), None)).Should().BeEmpty();
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
    public async Task What_devices_have_hidden_is_theirs_and_can_be_taken_back_by_its_unit()
    {
        var (email, phone, office) = (await InsertAsync(Bytes(10)), new DeviceId(1), new DeviceId(2));
        var first = await WriteAsync(transaction => (transaction.Hide(office, new HiddenCopy(email, 1)), transaction.ModSeq));
        first.Item1.Should().BeTrue();
        (await WriteAsync(transaction => transaction.Hide(office, new HiddenCopy(email, 1)))).Should().BeFalse("it is hidden already");
        (await WriteAsync(transaction => transaction.Hide(office, new HiddenCopy(new EmailId(99), 1)))).Should().BeFalse("there is no such message");
        await WriteAsync(transaction => transaction.Hide(office, new HiddenCopy(email, 2)));
        await WriteAsync(transaction => { transaction.PutMaildropStart(office, Noon); return true; });
        await ReopenAsync();

        var (hidden, others, start, none) = await Store.ReadAsync(
            Account, reader => (reader.Hidden(office), reader.Hidden(phone), reader.MaildropStart(office), reader.MaildropStart(phone)), None);
        hidden.Should().Equal(new HiddenCopy(email, 1), new HiddenCopy(email, 2));
        others.Should().BeEmpty();
        (start, none).Should().Be((Noon, null));
        (await WriteAsync(transaction => transaction.Unhide(office, email, first.ModSeq))).Should().Be(1);
        (await Store.ReadAsync(Account, reader => reader.Hidden(office), None)).Should().Equal(new HiddenCopy(email, 2));
    }

    [Fact]
    public async Task Work_and_Sent_copies_are_kept_with_who_it_was_and_go_with_the_message()
    {
        var email = await InsertAsync(Bytes(10));
        var actor = new Actor(new PersonId(3), new DeviceId(4), AccessProtocol.Imap, "Anna's PC", "Thunderbird");
        var open = new WorkRow(email, new EmailId(7), actor, Noon, Noon.AddMinutes(30), WorkMarks.Label);
        var done = new WorkRow(email, null, actor, Noon.AddMinutes(1), null, WorkMarks.None);
        var copy = new SentCopyRow(email, Noon, actor.Person, null);
        await WriteAsync(transaction =>
        {
            transaction.PutWork(open with { Marks = WorkMarks.Keyword });
            transaction.PutWork(open);
            transaction.PutWork(done);
            transaction.PutSentCopy(copy);
            return transaction.Hide(new DeviceId(1), new HiddenCopy(email, 1));
        });
        await ReopenAsync();

        var (all, ends, copies) = await Store.ReadAsync(Account, reader => (reader.WorkOn(email), reader.OpenWork(), reader.SentCopies()), None);
        all.Should().Equal(open, done);
        ends.Should().Equal(open);
        copies.Should().Equal(copy);
        await WriteAsync(transaction => { transaction.DeleteWork(email, open.Draft); return true; });
        (await Store.ReadAsync(Account, reader => reader.WorkOn(email), None)).Should().Equal(done);
        await WriteAsync(transaction => { transaction.DeleteSentCopies(Noon); return true; });
        (await Store.ReadAsync(Account, reader => reader.SentCopies(), None)).Should().Equal([copy], "it is not older");

        await WriteAsync(transaction =>
        {
            var inbox = Inbox(transaction);
            transaction.DeletePlacement(inbox, transaction.Placement(inbox, new Uid(1))!.Value, Noon);
            return transaction.DeleteOrphans(Noon.AddDays(1), 10);
        });
        (await Store.ReadAsync(Account, reader => reader.WorkOn(email).Count + reader.SentCopies().Count + reader.Hidden(new DeviceId(1)).Count, None))
            .Should().Be(0);
    }

    [Fact]
    public async Task What_persons_have_read_is_kept_in_pages_and_goes_with_the_mailbox()
    {
        var (anna, marco) = (new PersonId(1), new PersonId(2));
        var (inbox, other) = await WriteAsync(transaction =>
            (Inbox(transaction), transaction.InsertMailbox(MailboxName.Parse("2026"), SpecialUse.None, uidValidity: 2)));
        await WriteAsync(transaction =>
        {
            transaction.ReadStates.Put(new Reader(anna, null));
            transaction.ReadStates.Put(new Reader(marco, new ModSeq(3)));
            foreach (var (mailbox, person, number) in new[] { (inbox, anna, 0u), (inbox, marco, 0u), (inbox, anna, 4_194_303u), (other, anna, 0u) })
                transaction.ReadStates.Put(Page(mailbox, person, number, ulong.MaxValue, 0, 1));
            transaction.ReadStates.Put(Page(inbox, anna, 0, 5, ulong.MaxValue));
            transaction.ReadStates.Put(new Reader(marco, null));
            return true;
        });
        await ReopenAsync();

        (await ReadStatesAsync(rows => rows.Readers())).Should().BeEquivalentTo([new Reader(anna, null), new Reader(marco, null)]);
        (await ReadStatesAsync(rows => rows.Pages())).Should().HaveCount(4);
        (await ReadStatesAsync(rows => rows.Pages(inbox, 0))).Should().BeEquivalentTo(
            [Page(inbox, anna, 0, 5, ulong.MaxValue), Page(inbox, marco, 0, ulong.MaxValue, 0, 1)]);
        (await ReadStatesAsync(rows => rows.Pages(inbox, 4_194_303))).Should().ContainSingle().Which.Words[2].Should().Be(1);

        await WriteAsync(transaction =>
        {
            transaction.ReadStates.Put(Page(inbox, anna, 0));
            transaction.DeleteMailbox(other);
            return true;
        });
        (await ReadStatesAsync(rows => rows.Pages())).Select(page => (page.Person, page.Number)).Should().BeEquivalentTo([(marco, 0u), (anna, 4_194_303u)]);
    }

    [Fact]
    public async Task A_read_state_of_a_message_that_is_not_there_is_found()
    {
        await InsertAsync(Bytes(10));
        await InsertAsync(Bytes(10));
        var inbox = await WriteAsync(Inbox);
        await WriteAsync(transaction =>
        {
            transaction.ReadStates.Put(new Reader(new PersonId(1), null));
            transaction.ReadStates.Put(new Reader(new PersonId(2), new ModSeq(1)));
            transaction.ReadStates.Put(Page(inbox, new PersonId(1), 0, 0b110));
            transaction.ReadStates.Put(Page(inbox, new PersonId(2), 0, 0b1000));
            return true;
        });
        (await VerifyAsync()).Should().BeEmpty("while they are paused nobody counts them");

        await WriteAsync(transaction =>
        {
            transaction.ReadStates.Put(Page(inbox, new PersonId(1), 0, 0b1110));
            return true;
        });

        (await VerifyAsync()).Should().ContainSingle().Which.Should().Contain("UID 3").And.Contain("person 1");
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

    [Fact]
    public async Task Notices_wait_until_they_are_sent_and_their_numbers_never_come_again()
    {
        await CareAsync(care =>
        {
            care.AddNotice(NoticeKind.Quota, Noon, "one");
            care.AddNotice(NoticeKind.Brake, Noon.AddHours(1), "two");
        });
        await ReopenAsync();

        (await CareAsync(care => care.PendingNotices())).Should().Equal(
            new NoticeRow(1, NoticeKind.Quota, Noon, "one"), new NoticeRow(2, NoticeKind.Brake, Noon.AddHours(1), "two"));
        await CareAsync(care => care.SetNoticeSent(1, Noon));
        await CareAsync(care => care.SetNoticeSent(2, Noon));
        await CareAsync(care => care.Forget(new CareLimits(Noon.AddDays(1), 0, Noon, Noon)));
        await CareAsync(care => care.AddNotice(NoticeKind.Quota, Noon.AddDays(2), "three"));

        (await CareAsync(care => care.PendingNotices())).Should().ContainSingle().Which.Id.Should().Be(3);
        (await CareAsync(care => care.LastNotice(NoticeKind.Quota))).Should().Be(Noon.AddDays(2));
        (await CareAsync(care => care.LastNotice(NoticeKind.Brake))).Should().Be(Noon.AddHours(1), "the last one stays, for its number");
    }

    [Fact]
    public async Task The_first_word_on_a_days_use_stands_and_old_days_are_forgotten()
    {
        await CareAsync(care =>
        {
            foreach (var (day, used) in new[] { (12, 30L), (10, 10L), (10, 99L), (11, 20L) })
                care.AddUsage(day, used);
        });
        await ReopenAsync();

        (await CareAsync(care => care.Usage(11))).Should().Equal(new DailyUsage(11, 20), new DailyUsage(12, 30));
        await CareAsync(care => care.Forget(new CareLimits(Noon, 11, Noon, Noon)));
        (await CareAsync(care => care.Usage(0))).Should().Equal(new DailyUsage(11, 20), new DailyUsage(12, 30));
    }

    [Fact]
    public async Task An_alert_costs_no_commit_and_goes_with_the_next()
    {
        await CareAsync(care => care.SetAlertLazily("phone", Noon));
        (await CareAsync(care => care.LastAlert("phone"))).Should().Be(Noon);
        await ReopenAsync();
        (await CareAsync(care => care.LastAlert("phone"))).Should().BeNull("nothing was committed");

        await CareAsync(care => care.SetAlertLazily("phone", Noon));
        await CareAsync(care => care.SetAnswered("gino@example.org", Noon));
        await ReopenAsync();
        (await CareAsync(care => (care.LastAlert("phone"), care.LastAnswer("gino@example.org"), care.LastAlert("laptop")))).Should().Be((Noon, Noon, null));

        await CareAsync(care => care.Forget(new CareLimits(Noon, 0, Noon.AddSeconds(1), Noon.AddSeconds(1))));
        (await CareAsync(care => (care.LastAlert("phone"), care.LastAnswer("gino@example.org")))).Should().Be((null, null));
    }

    [Fact]
    public async Task Scripts_have_versions_and_one_is_active()
    {
        await FiltersAsync(filters =>
        {
            filters.Save("uno", "keep;", Noon).Should().Be(1);
            filters.Save("due", "perché", Noon).Should().Be(2);
            filters.Save("uno", "discard;", Noon.AddDays(1)).Should().Be(3);
            filters.SetActive("due");
            filters.SetActive("uno");
            return true;
        });
        await ReopenAsync();

        (await FiltersAsync(filters => filters.Scripts())).Should().Equal(
            new ScriptRow("due", false, 2, 7, Noon), new ScriptRow("uno", true, 3, 8, Noon.AddDays(1)));
        (await FiltersAsync(filters => filters.Versions("uno"))).Should().Equal(new ScriptVersionRow(3, 8, Noon.AddDays(1)), new ScriptVersionRow(1, 5, Noon));
        (await FiltersAsync(filters => (filters.Content("uno"), filters.Content(1), filters.Content("tre"), filters.Content(9)))).Should()
            .Be(("discard;", "keep;", null, null));
        await FiltersAsync(filters =>
        {
            filters.Rename("uno", "tre");
            filters.KeepVersions("tre", 1);
            filters.Delete("due");
            filters.SetActive(null);
            return true;
        });
        (await FiltersAsync(filters => filters.Scripts())).Should().Equal(new ScriptRow("tre", false, 3, 8, Noon.AddDays(1)));
        (await FiltersAsync(filters => (filters.Versions("tre").Count, filters.Versions("uno").Count, filters.Versions("due").Count))).Should().Be((1, 0, 1));
    }

    [Fact]
    public async Task Filters_remember_for_a_time()
    {
        await FiltersAsync(filters =>
        {
            filters.Remember("a"u8, Noon);
            filters.Remember("b"u8, Noon);
            filters.Remember("b"u8, Noon.AddDays(1));
            return true;
        });
        await ReopenAsync();
        (await FiltersAsync(filters => (filters.IsRemembered("a"u8, Noon.AddSeconds(-1)), filters.IsRemembered("a"u8, Noon), filters.IsRemembered("b"u8, Noon), filters.IsRemembered("c"u8, Noon))))
            .Should().Be((true, false, true, false));
        await FiltersAsync(filters =>
        {
            filters.ForgetRemembered(Noon.AddDays(2));
            return true;
        });
        (await FiltersAsync(filters => filters.IsRemembered("b"u8, Noon))).Should().BeFalse();
    }

    [Fact]
    public async Task What_was_brought_over_is_noted_by_folder()
    {
        var sent = new OldFolderKey("anna old.example", "INBOX.Posta inviata", 77);
        var row = new MigratedRow(5, new EmailId(9), new PlacementName(new MailboxId(2), new Uid(3)), new FlagNames(MessageFlags.Seen | MessageFlags.Flagged, ["$Forwarded", "Corsi"]));
        await WriteAsync(transaction =>
        {
            transaction.Migration.Put(sent, row with { OldUid = 4_000_000_000 });
            transaction.Migration.Put(sent, row with { OldFlags = FlagNames.None });
            transaction.Migration.Put(sent, row);
            transaction.Migration.Put(sent with { UidValidity = 78 }, row);
            transaction.Migration.PutUniqueId(new EmailId(9), "0000000a");
            return true;
        });
        await ReopenAsync();

        (await WriteAsync(transaction => transaction.Migration.OfFolder(sent))).Should().BeEquivalentTo([row, row with { OldUid = 4_000_000_000 }]);
        (await WriteAsync(transaction => transaction.Migration.OfFolder(sent with { Source = "marco old.example" }))).Should().BeEmpty();
        (await Store.ReadAsync(Account, reader => reader.OldUniqueIds(), None)).Should().Equal(new Dictionary<EmailId, string> { [new EmailId(9)] = "0000000a" });
        await WriteAsync(transaction => { transaction.Migration.Delete(sent, 5); return true; });
        (await WriteAsync(transaction => transaction.Migration.OfFolder(sent))).Should().ContainSingle().Which.OldUid.Should().Be(4_000_000_000);
    }

    private Task<T> FiltersAsync<T>(Func<IFilterRows, T> work) => WriteAsync(transaction => work(transaction.Filters));

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

    private Task<T> ReadStatesAsync<T>(Func<IReadStateRows, T> read) => WriteAsync(transaction => read(transaction.ReadStates));

    private static SeenPage Page(MailboxId mailbox, PersonId person, uint number, params ulong[] first)
    {
        var words = new ulong[UidBits.WordsPerPage];
        first.CopyTo(words, 0);
        return new SeenPage(mailbox, person, number, words);
    }

    private Task<T> CareAsync<T>(Func<ICareRows, T> work) => Store.WriteAsync(Account, transaction => work(transaction.Care), null, None);

    private Task<bool> CareAsync(Action<ICareRows> work) => CareAsync(care =>
    {
        work(care);
        return true;
    });

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
