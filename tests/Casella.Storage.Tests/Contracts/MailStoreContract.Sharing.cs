using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Storage.Tests.Contracts;

/// <summary>What people and devices have of their own beside the mail that they share.</summary>
public abstract partial class MailStoreContract
{
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
}
