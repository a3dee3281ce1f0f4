using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Storage;
using Casella.Core.Tests.Notices;

namespace Casella.Core.Tests.Changes;

/// <summary>Who deletes how much of INBOX, how fast, and whether the members hear of it.</summary>
public sealed class DeletionBrakeTests : IAsyncLifetime
{
    private static readonly Actor Phone = new(null, new DeviceId(1), AccessProtocol.Imap, "Anna's iPhone");
    private static readonly Actor Laptop = new(null, new DeviceId(2), AccessProtocol.Imap, "Marco's PC", "Thunderbird");

    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    public enum Way { Expunge, MoveToTrash, MoveToOwnTrash, MarkAndExpunge, OneByOne, DeleteTheFolder }

    [Theory]
    [InlineData(200, 50, true)]
    [InlineData(200, 49, false)]
    [InlineData(250, 50, false)]
    [InlineData(251, 50, false)]
    [InlineData(249, 50, true)]
    [InlineData(50, 50, true)]
    [InlineData(49, 49, false)]
    [InlineData(1_000, 201, true)]
    public async Task At_least_fifty_and_more_than_a_fifth(int messages, int deleted, bool isTold)
    {
        await FillAsync("INBOX", messages);

        await DeleteAsync(Phone, "INBOX", deleted, Way.Expunge);

        (await DeliveredAsync()).Should().HaveCount(isTold ? 1 : 0);
    }

    [Theory]
    [InlineData(Way.Expunge)]
    [InlineData(Way.MoveToTrash)]
    [InlineData(Way.MoveToOwnTrash)]
    [InlineData(Way.MarkAndExpunge)]
    [InlineData(Way.OneByOne)]
    [InlineData(Way.DeleteTheFolder)]
    public async Task Every_way_to_delete_counts_and_is_told_once(Way way)
    {
        await FillAsync("Corso", 100);

        await DeleteAsync(Phone, "Corso", 100, way);

        (await DeliveredAsync()).Should().ContainSingle();
        (await LogAsync()).Should().ContainSingle(change => change.Kind == ChangeKind.BrakeWarned);
    }

    [Fact]
    public async Task Slowly_is_not_at_once()
    {
        await FillAsync("INBOX", 200);
        await DeleteAsync(Phone, "INBOX", 30, Way.Expunge);
        _house.Time.Advance(TimeSpan.FromMinutes(11));
        await DeleteAsync(Phone, "INBOX", 30, Way.Expunge);

        (await DeliveredAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task What_goes_within_ten_minutes_is_added_up()
    {
        await FillAsync("INBOX", 200);
        await DeleteAsync(Phone, "INBOX", 30, Way.Expunge);
        _house.Time.Advance(TimeSpan.FromMinutes(9));
        await DeleteAsync(Phone, "INBOX", 20, Way.MoveToTrash);

        (await DeliveredAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Two_devices_with_thirty_each_are_two_people_who_tidy()
    {
        await FillAsync("INBOX", 200);
        await DeleteAsync(Phone, "INBOX", 30, Way.Expunge);
        await DeleteAsync(Laptop, "INBOX", 30, Way.Expunge);

        (await DeliveredAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Thirty_of_each_of_two_folders_are_no_large_part_of_either()
    {
        await FillAsync("INBOX", 100);
        await FillAsync("Corso", 100);
        await DeleteAsync(Phone, "INBOX", 30, Way.Expunge);
        await DeleteAsync(Phone, "Corso", 30, Way.Expunge);

        (await DeliveredAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Emptying_Trash_and_SPAM_is_what_they_are_for()
    {
        await FillAsync("Trash", 100);
        await FillAsync("SPAM", 100);
        await DeleteAsync(Phone, "Trash", 100, Way.Expunge);
        await DeleteAsync(Phone, "SPAM", 100, Way.MoveToTrash);

        (await DeliveredAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Moving_into_a_folder_deletes_nothing()
    {
        await FillAsync("INBOX", 100);
        var mail = await _house.DoorAsync("info");
        await mail.As(Phone).MoveAsync(await IdAsync(mail, "INBOX"), Uids(100), await IdAsync(mail, "Archive"), House.Cancelled);

        (await DeliveredAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData(AccessProtocol.Server)]
    [InlineData(AccessProtocol.CommandLine)]
    public async Task The_server_and_the_office_trip_nothing(AccessProtocol protocol)
    {
        await FillAsync("INBOX", 100);
        await DeleteAsync(new Actor(null, null, protocol, "server"), "INBOX", 100, Way.Expunge);

        (await DeliveredAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_mailbox_may_have_another_share_or_none()
    {
        await FillAsync("INBOX", 200);
        var mail = await _house.DoorAsync("info");
        await mail.SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["brake"] = "off" }, House.Cancelled);
        await DeleteAsync(Phone, "INBOX", 100, Way.Expunge);
        await mail.SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["brake"] = "90" }, House.Cancelled);
        await DeleteAsync(Phone, "INBOX", 80, Way.Expunge);

        (await DeliveredAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task One_notice_a_burst_and_another_for_the_next()
    {
        await FillAsync("INBOX", 400);
        await DeleteAsync(Phone, "INBOX", 100, Way.Expunge);
        _house.Time.Advance(TimeSpan.FromMinutes(9));
        await DeleteAsync(Phone, "INBOX", 100, Way.Expunge);
        _house.Time.Advance(TimeSpan.FromMinutes(9));
        await DeleteAsync(Phone, "INBOX", 100, Way.Expunge);
        (await DeliveredAsync()).Should().ContainSingle("it goes on and on");

        _house.Time.Advance(TimeSpan.FromMinutes(11));
        await DeleteAsync(Phone, "INBOX", 100, Way.Expunge);
        (await DeliveredAsync()).Should().HaveCount(2).And.Subject.Last().Should().Contain("Message-Id: <notice.1.2@");
    }

    [Fact]
    public async Task What_was_not_committed_does_not_count()
    {
        await FillAsync("INBOX", 200);
        var mail = await _house.DoorAsync("info");
        var inbox = await IdAsync(mail, "INBOX");
        var memory = new DeletionBrake();
        Task<int> DeleteThirtyAsync(bool fails) => _house.Get<IMailStore>().WriteAsync(
            mail.Id,
            transaction =>
            {
                var unit = new UnitOfWork(transaction, Phone, _house.Time.GetUtcNow(), mail.Policy);
                PlacementChanges.Expunge(unit, inbox, Uids(30), onlyDeleted: false);
                memory.Look(unit);
                _ = unit.Finish();
                return fails ? throw new InvalidOperationException("the disk is full") : transaction.Care.PendingNotices().Count;
            },
            null, House.Cancelled);

        for (var again = 0; again < 5; again++)
            await Assert.ThrowsAsync<InvalidOperationException>(() => DeleteThirtyAsync(fails: true));

        (await DeleteThirtyAsync(fails: false)).Should().Be(0, "thirty were deleted, once");
    }

    [Fact]
    public async Task The_words_in_Italian()
    {
        await FillAsync("INBOX", 200);
        await DeleteAsync(Phone, "INBOX", 50, Way.Expunge);

        var text = NoticeReading.Decoded((await DeliveredAsync()).Single());

        text.Should().Contain("Subject: Eliminati molti messaggi dalla cartella Posta in arrivo").And.EndWith(
            """
            Ciao,

            martedì 24 novembre 2026, a partire dalle ore 09:00, il dispositivo «Anna's iPhone» ha eliminato 50 dei 200 messaggi della cartella Posta in arrivo.

            Se era voluto, non devi fare nulla.

            Se non era voluto: niente è andato perso. Tutto quello che è stato eliminato, anche dopo questo avviso, si può recuperare fino al 24 dicembre 2026. Chiedi alla segreteria di rimettere tutto a posto; lo fa con questo comando:

                casella undo info@example.test --device "Anna's iPhone" --since "2026-11-24 09:00"

            Il servizio di posta di example.test
            (Questo messaggio è scritto dal server: nessuno legge le risposte.)

            """);
    }

    [Fact]
    public async Task The_words_in_English()
    {
        await (await _house.DoorAsync("info")).SetPolicyAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["language"] = "en", ["keep-deleted"] = "10" }, House.Cancelled);
        await FillAsync("Corso", 60);
        await DeleteAsync(Laptop, "Corso", 60, Way.MoveToTrash);

        var text = NoticeReading.Decoded((await DeliveredAsync()).Single());

        text.Should().Contain("Subject: Many messages were deleted from Corso")
            .And.Contain("24 November 2026, from 09:00 on, the device “Marco's PC” (with Thunderbird) deleted 60 of the 60 messages in the folder Corso.")
            .And.Contain("is kept until 4 December 2026").And.Contain("--device \"Marco's PC\" --since \"2026-11-24 09:00\"");
    }

    [Fact]
    public async Task A_device_with_a_wicked_name_is_one_word_of_the_command()
    {
        await FillAsync("INBOX", 60);
        await DeleteAsync(Phone with { Name = "a $(reboot) `x` \"it's\"" }, "INBOX", 60, Way.Expunge);

        NoticeReading.Decoded((await DeliveredAsync()).Single()).Should().Contain("--device 'a $(reboot) `x` \"it'\\''s\"' --since");
    }

    [Fact]
    public async Task A_person_without_a_device_is_named_and_the_command_has_their_login()
    {
        await _house.AddPhoneAsync("info", "anna");
        var anna = (await _house.People.PersonsAsync(House.Cancelled)).Single();
        await FillAsync("INBOX", 60);
        await DeleteAsync(new Actor(anna.Id, null, AccessProtocol.Web, "Anna Rossi"), "INBOX", 60, Way.Expunge);

        NoticeReading.Decoded((await DeliveredAsync()).Single()).Should().Contain("Anna Rossi ha eliminato").And.Contain("--person \"anna\" --since \"2026-");
    }

    private async Task FillAsync(string name, int messages)
    {
        var mail = await _house.Accounts.OpenAsync((await _house.DoorAsync("info")).Id, Actor.Server, House.Cancelled);
        if ((await mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(name)) is null)
            await mail.CreateMailboxAsync(MailboxName.Parse(name), SpecialUse.None, House.Cancelled);
        await using var message = House.Message("Subject: x\r\n\r\nx\r\n");
        await mail.AppendAsync(
            await IdAsync(mail, name), [.. Enumerable.Range(0, messages).Select(_ => new NewMessage(message, FlagNames.None, null))], House.Cancelled);
    }

    private async Task DeleteAsync(Actor actor, string name, int count, Way way)
    {
        var mail = (await _house.DoorAsync("info")).As(actor);
        var mailbox = await IdAsync(mail, name);
        var snapshot = await mail.GetSnapshotAsync(mailbox, House.Cancelled);
        var uids = Enumerable.Range(0, count).Select(i => snapshot[i].Uid).ToList();
        switch (way)
        {
            case Way.Expunge:
                await mail.ExpungeAsync(mailbox, uids, onlyDeleted: false, House.Cancelled);
                break;
            case Way.MoveToTrash:
                await mail.MoveAsync(mailbox, uids, await IdAsync(mail, "Trash"), House.Cancelled);
                break;
            case Way.MoveToOwnTrash:
                var own = await mail.CreateMailboxAsync(MailboxName.Parse("Elementi eliminati"), SpecialUse.None, House.Cancelled);
                await mail.MoveAsync(mailbox, uids, own.Id, House.Cancelled);
                break;
            case Way.MarkAndExpunge:
                await mail.StoreFlagsAsync(mailbox, uids, FlagOperation.Add, new FlagNames(MessageFlags.Deleted, []), null, House.Cancelled);
                (await mail.Care.PendingNoticesAsync(House.Cancelled)).Should().BeEmpty("a mark deletes nothing");
                await mail.ExpungeAsync(mailbox, null, onlyDeleted: true, House.Cancelled);
                break;
            case Way.OneByOne:
                // All at once, so that many are committed together.
                await Task.WhenAll(uids.Select(uid => mail.ExpungeAsync(mailbox, [uid], onlyDeleted: false, House.Cancelled)));
                break;
            default:
                await mail.DeleteMailboxAsync(MailboxName.Parse(name), House.Cancelled);
                break;
        }
    }

    private async Task<IReadOnlyList<string>> DeliveredAsync()
    {
        await _house.Get<NoticeRunner>().DeliverAllAsync(House.Cancelled);
        return [.. (await _house.ReadAsync("info")).Where(text => text.Contains("Auto-Submitted", StringComparison.Ordinal))];
    }

    private async Task<IReadOnlyList<ChangeRow>> LogAsync() => await _house.Get<IMailStore>().ReadAsync(
        (await _house.DoorAsync("info")).Id, reader => reader.Changes(new ModSeq(0), 1_000), House.Cancelled);

    private static async Task<MailboxId> IdAsync(MailAccount mail, string name) =>
        (await mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(name))!.Id;

    private static List<Uid> Uids(int count) => [.. Enumerable.Range(1, count).Select(uid => new Uid((uint)uid))];
}
