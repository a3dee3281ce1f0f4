using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Policies;

namespace Casella.Core.Tests.Office;

/// <summary>Who may do what in the office; the table is asked behind the door, whichever way somebody came.</summary>
public sealed class OfficeRightsTests
{
    [Fact]
    public void Every_act_has_one_row_and_an_owner_may_all()
    {
        OfficeTable.Rows.Select(row => row.Act).Should().BeEquivalentTo(Enum.GetValues<OfficeAct>());
        OfficeTable.Rows.Select(row => row.Name).Should().OnlyHaveUniqueItems();
        OfficeTable.Rows.Should().OnlyContain(row => row.Roles.HasFlag(OfficeRoles.Owner));
    }

    [Fact]
    public async Task Who_has_no_role_may_nothing()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("anna", OfficeRoles.None);

        (await door.RightsAsync(House.Cancelled)).Should().BeEmpty();
        (await Refusal(() => door.Mailboxes.ListAsync(House.Cancelled))).Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task A_domain_operator_sees_and_changes_nothing_of_another_domain()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("anna", OfficeRoles.DomainOperator);

        (await door.Mailboxes.ListAsync(House.Cancelled)).Select(one => one.Address.ToString()).Should().Equal("info@example.test");
        (await door.Domains.ListAsync(House.Cancelled)).Select(one => one.Name).Should().Equal("example.test");
        // The same words as for an address that nobody has.
        (await Refusal(() => door.Mailboxes.ShowAsync("info@other.test", House.Cancelled))).Should().Be(MailError.NoSuchAddress);
        (await Refusal(() => door.Mailboxes.SetQuotaAsync("info@other.test", null, House.Cancelled))).Should().Be(MailError.NoSuchAddress);
        (await Refusal(() => door.Mailboxes.AddAsync(new MailboxToAdd("new@other.test", null, null, null, true, []), House.Cancelled)))
            .Should().Be(MailError.NoSuchDomain);
        (await Refusal(() => door.Aliases.AddAsync("us@example.test", "info@other.test", House.Cancelled))).Should().Be(MailError.NoSuchAddress);
        await door.Aliases.AddAsync("us@example.test", "info@example.test", House.Cancelled);
        await door.Mailboxes.SetQuotaAsync("info@example.test", 2 << 20, House.Cancelled);
    }

    [Fact]
    public async Task A_domain_operator_cannot_become_somebody_who_reads_more()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("anna", OfficeRoles.DomainOperator);
        await house.StaffAsync("olga", OfficeRoles.Owner);
        foreach (var (login, address) in new[] { ("both", "info@example.test"), ("both", "info@other.test"), ("far", "info@other.test"), ("near", "info@example.test") })
        {
            if ((await house.People.PersonsAsync(House.Cancelled)).All(person => !string.Equals(person.Login, login, StringComparison.Ordinal)))
                await house.People.AddAsync(new PersonToAdd(login, login, Language.Italian, null), House.Cancelled);
            await house.People.SetMemberAsync(address, login, MemberRights.All, House.Cancelled);
        }

        (await door.People.InviteAsync("near", House.Cancelled)).Should().HaveLength(64);
        (await Refusal(() => door.People.InviteAsync("both", House.Cancelled))).Should().Be(MailError.NoPermission);
        (await Refusal(() => door.People.InviteAsync("far", House.Cancelled))).Should().Be(MailError.NoSuchPerson);
        (await Refusal(() => door.People.InviteAsync("olga", House.Cancelled))).Should().Be(MailError.NoSuchPerson);
        (await door.People.ShowAsync("both", House.Cancelled)).Memberships.Should().ContainSingle();
    }

    [Fact]
    public async Task An_operator_cannot_become_the_owner()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("anna", OfficeRoles.Operator);
        await house.StaffAsync("olga", OfficeRoles.Owner);

        (await Refusal(() => door.People.SetPasswordAsync("olga", House.Password, House.Cancelled))).Should().Be(MailError.NoPermission);
        (await Refusal(() => door.People.InviteAsync("olga", House.Cancelled))).Should().Be(MailError.NoPermission);
        (await Refusal(() => door.People.LeaveAsync("olga", House.Cancelled))).Should().Be(MailError.NoPermission);
        (await Refusal(() => door.Staff.SetAsync("anna", OfficeRoles.Owner, [], House.Cancelled))).Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task There_is_always_an_owner()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("olga", OfficeRoles.Owner);

        var alone = await FluentActions.Invoking(() => door.People.LeaveAsync("olga", House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>();
        alone.Which.Rule.Should().Be(DirectoryRule.LastOwner);
        await FluentActions.Invoking(() => door.Staff.SetAsync("olga", OfficeRoles.Operator, [], House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>();
        await house.StaffAsync("anna", OfficeRoles.Owner);
        await door.People.LeaveAsync("olga", House.Cancelled);
        // Who has left has no role, in a page that is still open.
        (await Refusal(() => door.Staff.ListAsync(House.Cancelled))).Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task A_role_that_is_taken_is_gone_at_once()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("anna", OfficeRoles.Operator);
        await door.Mailboxes.ListAsync(House.Cancelled);

        await house.CommandLine().Staff.SetAsync("anna", OfficeRoles.None, [], House.Cancelled);

        (await Refusal(() => door.Mailboxes.ListAsync(House.Cancelled))).Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task A_domain_that_is_gone_and_comes_back_has_no_operators_of_before()
    {
        await using var house = await Staff.OpenAsync();
        await house.CommandLine().Domains.AddAsync("short.test", House.Cancelled);
        var door = await house.StaffAsync("anna", OfficeRoles.DomainOperator);
        await house.CommandLine().Staff.SetAsync("anna", OfficeRoles.DomainOperator, ["short.test"], House.Cancelled);

        await house.CommandLine().Domains.RemoveAsync("short.test", House.Cancelled);
        await house.CommandLine().Domains.AddAsync("short.test", House.Cancelled);

        (await door.Domains.ListAsync(House.Cancelled)).Should().BeEmpty();
    }

    private static async Task<MailError> Refusal(Func<Task> act) =>
        (await act.Should().ThrowAsync<MailException>()).Which.Error;
}
