using System.Net;
using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Policies;

namespace Casella.Core.Tests.Office;

/// <summary>What is done in the office, and what is written about it.</summary>
public sealed class OfficeWorkTests
{
    [Fact]
    public async Task Every_act_is_in_the_journal_with_who_and_how_it_ended()
    {
        await using var house = await Staff.OpenAsync();
        var owner = await house.StaffAsync("olga", OfficeRoles.Owner);
        var limited = await house.StaffAsync("anna", OfficeRoles.DomainOperator);
        await owner.Mailboxes.SetQuotaAsync("info@example.test", 5 << 20, House.Cancelled);
        await FluentActions.Invoking(() => owner.Mailboxes.SetQuotaAsync("info@example.test", 5, House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>();
        await FluentActions.Invoking(() => limited.Mailboxes.SetQuotaAsync("info@other.test", 5 << 20, House.Cancelled)).Should().ThrowAsync<MailException>();

        var journal = await owner.Journal.ReadAsync(3, null, null, House.Cancelled);

        journal.Select(entry => (entry.Who, entry.Act, entry.Subject, entry.Detail, entry.Outcome)).Should().Equal(
            ("anna", "mailbox.set-quota", "info@other.test", "quota=5242880", JournalOutcome.Refused),
            ("olga", "mailbox.set-quota", "info@example.test", "quota=5", JournalOutcome.Failed),
            ("olga", "mailbox.set-quota", "info@example.test", "quota=5242880", JournalOutcome.Done));
        journal.Should().OnlyContain(entry => entry.Address == "127.0.0.1" && entry.Way == OfficeWay.Page);
        (await limited.Journal.ReadAsync(100, null, null, House.Cancelled)).Should().OnlyContain(entry => entry.Domain == "example.test").And.NotBeEmpty();
        (await owner.Journal.ReadAsync(1, journal[1].Id, "INFO@", House.Cancelled)).Single().Id.Should().Be(journal[2].Id);
    }

    [Theory]
    [InlineData("example.test")]
    [InlineData("info@example.test")]
    public async Task A_change_of_a_list_of_senders_is_taken_back_by_its_line_in_the_journal(string list)
    {
        await using var house = await Staff.OpenAsync();
        var (door, other) = (await house.StaffAsync("olga", OfficeRoles.Owner), await house.StaffAsync("eva", OfficeRoles.DomainOperator));
        await door.Spam.SetSenderAsync(list, "*@Shop.test", isAllowed: false, House.Cancelled);
        await door.Spam.SetSenderAsync(list, "shop.test", isAllowed: null, House.Cancelled);
        var journal = await door.Journal.ReadAsync(2, null, null, House.Cancelled);
        journal.Select(entry => entry.Detail).Should().Equal("shop.test=none was=deny", "shop.test=deny was=none");

        await other.Spam.UndoAsync(journal[0].Id, House.Cancelled);

        (await door.Spam.SendersAsync(list, House.Cancelled)).Should().ContainSingle().Which.IsAllowed.Should().BeFalse();
        (await door.Journal.ReadAsync(1, null, null, House.Cancelled))[0].Detail.Should().Be($"shop.test=deny was=none undoes={journal[0].Id}");
        await door.Spam.SetSenderAsync(list, "shop.test", isAllowed: true, House.Cancelled);
        (await FluentActions.Invoking(() => door.Spam.UndoAsync(journal[1].Id, House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>())
            .Which.Rule.Should().Be(DirectoryRule.ChangedSince);
        (await door.Spam.SendersAsync(list, House.Cancelled)).Should().ContainSingle().Which.IsAllowed.Should().BeTrue();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_no_change_of_a_list_or_of_another_domain_is_not_taken_back()
    {
        await using var house = await Staff.OpenAsync();
        var (door, limited) = (await house.StaffAsync("olga", OfficeRoles.Owner), await house.StaffAsync("eva", OfficeRoles.DomainOperator));
        await door.Spam.SetSenderAsync("other.test", "shop.test", isAllowed: false, House.Cancelled);
        var foreign = (await door.Journal.ReadAsync(1, null, null, House.Cancelled))[0].Id;
        (await FluentActions.Invoking(() => limited.Spam.UndoAsync(foreign, House.Cancelled)).Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
        // The same again changes nothing, and a quota is another matter.
        await door.Spam.SetSenderAsync("other.test", "shop.test", isAllowed: false, House.Cancelled);
        await door.Mailboxes.SetQuotaAsync("info@other.test", 5 << 20, House.Cancelled);
        foreach (var entry in await door.Journal.ReadAsync(2, null, null, House.Cancelled))
            (await FluentActions.Invoking(() => door.Spam.UndoAsync(entry.Id, House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>())
                .Which.Rule.Should().Be(DirectoryRule.NotUndoable);
    }

    [Fact]
    public async Task A_mailbox_is_made_with_its_members_and_without_a_common_password()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("olga", OfficeRoles.Owner);
        await door.People.AddAsync(new PersonToAdd("Marco", "marco", Language.Italian, null), House.Cancelled);

        var added = await door.Mailboxes.AddAsync(
            new MailboxToAdd("soci@example.test", " Soci ", 1 << 30, null, HasCommonPassword: false, [new MemberToAdd("marco", MemberRights.Read)]), House.Cancelled);

        added.Password.Should().BeNull();
        var shown = await door.Mailboxes.ShowAsync("soci@example.test", House.Cancelled);
        shown.HasCommonPassword.Should().BeFalse();
        shown.Account.DisplayName.Should().Be("Soci");
        shown.Members.Single().Rights.Should().Be(MemberRights.Read);
        (await HistoryAsync(house, "soci")).Should().Contain(line => line.Contains("Olga (webmail, office)", StringComparison.Ordinal) && line.Contains("Marco", StringComparison.Ordinal));
        (await door.Mailboxes.SetCommonPasswordAsync("soci@example.test", null, House.Cancelled)).Should().NotBeEmpty();
        (await door.Mailboxes.ShowAsync("soci@example.test", House.Cancelled)).HasCommonPassword.Should().BeTrue();
        (await house.VerifyAsync("soci")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_mailbox_whose_member_is_nobody_is_not_made()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("olga", OfficeRoles.Owner);

        await FluentActions.Invoking(() => door.Mailboxes.AddAsync(
            new MailboxToAdd("soci@example.test", null, null, null, true, [new MemberToAdd("nobody", MemberRights.All)]), House.Cancelled)).Should().ThrowAsync<MailException>();

        (await door.Mailboxes.ListAsync(House.Cancelled)).Should().HaveCount(2);
    }

    [Fact]
    public async Task Whoever_opens_a_mailbox_says_why_and_its_members_read_it()
    {
        await using var house = await Staff.OpenAsync();
        var caller = await house.CallerAsync("olga", OfficeRoles.Owner);
        var door = house.Get<OfficeDoors>().Open(caller);
        var sessions = house.Get<WebSessions>();
        var browser = await sessions.SignInAsync(new WebSignIn("olga", House.Password, "Firefox", IPAddress.Loopback), House.Cancelled);

        await FluentActions.Invoking(() => door.Mailboxes.VisitAsync("info@example.test", " ", House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>();
        (await sessions.FindAsync(browser.Token, IPAddress.Loopback, House.Cancelled))!.Mailboxes.Should().BeEmpty();
        await door.Mailboxes.VisitAsync("info@example.test", "Marco cannot find the invoice", House.Cancelled);

        var open = (await sessions.FindAsync(browser.Token, IPAddress.Loopback, House.Cancelled))!.Mailboxes.Single();
        open.Address.ToString().Should().Be("info@example.test");
        open.Actor.Rights.Should().Be(MemberRights.Read);
        (await HistoryAsync(house, "info")).Should().Contain(line => line.Contains("Marco cannot find the invoice", StringComparison.Ordinal));
        house.Time.Advance(OfficeMailboxes.VisitTime + TimeSpan.FromMinutes(1));
        (await sessions.FindAsync(browser.Token, IPAddress.Loopback, House.Cancelled))!.Mailboxes.Should().BeEmpty();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task The_first_owners_link_works_once_and_for_a_day()
    {
        await using var house = await Staff.OpenAsync();
        var (staff, welcome) = (house.CommandLine().Staff, house.Get<OfficeWelcome>());
        var (late, link) = (await staff.MakeOwnerLinkAsync(House.Cancelled), "");
        house.Time.Advance(OfficeStaff.OwnerLinkTime);
        link = await staff.MakeOwnerLinkAsync(House.Cancelled);

        (await welcome.FindAsync(late, House.Cancelled)).Should().BeNull();
        (await staff.HasOwnerAsync(House.Cancelled)).Should().BeFalse();
        await FluentActions.Invoking(() => welcome.BecomeOwnerAsync(link, new NewOwner("Olga", "olga", Language.Italian, "short"), House.Cancelled))
            .Should().ThrowAsync<DirectoryRuleException>();
        (await welcome.BecomeOwnerAsync(link, new NewOwner("Olga", "olga", Language.Italian, House.Password), House.Cancelled)).Should().BeTrue();
        (await welcome.BecomeOwnerAsync(link, new NewOwner("Eva", "eva", Language.Italian, House.Password), House.Cancelled)).Should().BeFalse();

        (await staff.ListAsync(House.Cancelled)).Single().Person.Login.Should().Be("olga");
        (await staff.HasOwnerAsync(House.Cancelled)).Should().BeTrue();
    }

    [Fact]
    public async Task An_invited_person_chooses_a_password_once()
    {
        await using var house = await Staff.OpenAsync();
        var (people, welcome) = (house.CommandLine().People, house.Get<OfficeWelcome>());
        await people.AddAsync(new PersonToAdd("Marco", "marco", Language.Italian, null), House.Cancelled);
        var link = await people.InviteAsync("marco", House.Cancelled);

        (await welcome.FindAsync(link, House.Cancelled))!.Person!.Login.Should().Be("marco");
        (await welcome.AcceptAsync(link, House.Password, House.Cancelled)).Should().Be("marco");
        (await welcome.AcceptAsync(link, "another-" + House.Password, House.Cancelled)).Should().BeNull();

        await house.Get<WebSessions>().SignInAsync(new WebSignIn("marco", House.Password, "Firefox", IPAddress.Loopback), House.Cancelled);
    }

    [Fact]
    public async Task A_token_is_its_makers_and_less()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("tina", OfficeRoles.Technician);
        var check = house.Get<OfficeTokenCheck>();
        var secret = await door.Tokens.AddAsync("website", ["queue:read", "mailboxes:write"], 30, null, House.Cancelled);

        var program = house.Get<OfficeDoors>().Open((await check.FindAsync(secret, IPAddress.Loopback, House.Cancelled))!);
        (await program.RightsAsync(House.Cancelled)).Should().BeEquivalentTo([OfficeAct.RepairMailbox, OfficeAct.SeeQueue, OfficeAct.TraceMail]);
        (await check.FindAsync(secret[..^1] + "x", IPAddress.Loopback, House.Cancelled)).Should().BeNull();
        (await door.Tokens.ListAsync(House.Cancelled)).Single().LastUsedAt.Should().NotBeNull();
        await house.CommandLine().Staff.SetAsync("tina", OfficeRoles.None, [], House.Cancelled);
        (await program.RightsAsync(House.Cancelled)).Should().BeEmpty();
        await house.CommandLine().Staff.SetAsync("tina", OfficeRoles.Technician, [], House.Cancelled);
        house.Time.Advance(TimeSpan.FromDays(31));
        (await check.FindAsync(secret, IPAddress.Loopback, House.Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task A_token_is_revoked_at_once_and_ends_with_its_maker()
    {
        await using var house = await Staff.OpenAsync();
        var (door, check) = (await house.StaffAsync("tina", OfficeRoles.Technician), house.Get<OfficeTokenCheck>());
        var (first, second) = (await door.Tokens.AddAsync("a", ["queue:read"], null, null, House.Cancelled), await door.Tokens.AddAsync("b", ["queue:read"], null, null, House.Cancelled));

        await door.Tokens.RevokeAsync((await door.Tokens.ListAsync(House.Cancelled)).Single(token => token.Name is "a").Id, House.Cancelled);
        (await check.FindAsync(first, null, House.Cancelled)).Should().BeNull();
        (await check.FindAsync(second, null, House.Cancelled)).Should().NotBeNull();
        await house.People.LeaveAsync("tina", House.Cancelled);

        (await check.FindAsync(second, null, House.Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task The_overview_names_what_will_fill_and_what_fails()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("anna", OfficeRoles.DomainOperator);
        await FluentActions.Invoking(() => house.Get<Authenticator>().SignInAsync(
            new SignInAttempt("info@example.test", "wrong", Casella.Core.Changes.AccessProtocol.Imap, IPAddress.Loopback), House.Cancelled)).Should().ThrowAsync<MailException>();

        var facts = await door.Overview.ReadAsync(House.Cancelled);

        facts.Mailboxes.Should().Be(1);
        facts.IsWholeServer.Should().BeFalse();
        facts.Failing.Single().Last.Outcome.Should().Be(SignInOutcome.WrongPassword);
        facts.Levels.Single().Address.Should().Be("info@example.test");
        (await house.CommandLine().Overview.ReadAsync(House.Cancelled)).Sent.Should().HaveCount(14);
    }

    private static async Task<IReadOnlyList<string>> HistoryAsync(House house, string name)
    {
        var names = await ActorNames.LoadAsync(house.People, house.Devices, $"{name}@example.test", House.Cancelled);
        var words = new HistoryWords(Language.English, names);
        return [.. (await (await house.DoorAsync(name)).History.ReadAsync(new HistoryRequest { Limit = 50 }, House.Cancelled)).Select(words.Of)];
    }
}
