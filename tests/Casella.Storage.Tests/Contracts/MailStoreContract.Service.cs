using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Storage;

namespace Casella.Storage.Tests.Contracts;

/// <summary>What the service keeps with an account: notices, use, scripts, filters, where mail came from.</summary>
public abstract partial class MailStoreContract
{
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
}
