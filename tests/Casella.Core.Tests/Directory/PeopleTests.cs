using Casella.Core.Directory;
using Casella.Core.Policies;

namespace Casella.Core.Tests.Directory;

public sealed class PeopleTests : IAsyncLifetime
{
    private const string Info = "info@example.test";
    private House _house = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info", "board");

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Names_may_repeat_and_logins_may_not_however_they_are_typed()
    {
        await AddAsync("Anna Rossi", "anna.rossi");
        await AddAsync("Anna Rossi", "anna.rossi2");

        (await ErrorOfAsync(() => AddAsync("Anna", " Anna.ROSSI "))).Should().Be(MailError.PersonExists);
        (await _house.People.PersonAsync("ANNA.rossi", None)).Name.Should().Be("Anna Rossi");
    }

    [Theory]
    [InlineData("")]
    [InlineData("anna rossi")]
    [InlineData("anna\nrossi")]
    [InlineData("ànna")]
    public async Task A_login_can_be_typed_on_any_telephone(string login) =>
        await Assert.ThrowsAsync<DirectoryRuleException>(() => AddAsync("Anna", login));

    [Fact]
    public async Task A_device_is_a_members()
    {
        await AddAsync("Anna", "anna");
        var device = new DeviceToAdd(Info, "anna", "Anna's phone", DeviceProtocols.All);

        (await Assert.ThrowsAsync<DirectoryRuleException>(() => _house.Devices.AddAsync(device, None))).Message.Should().Contain("casella member add");
        (await ErrorOfAsync(() => _house.Devices.AddAsync(device with { Login = "nobody" }, None))).Should().Be(MailError.NoSuchPerson);

        await _house.People.SetMemberAsync(Info, "anna", MemberRights.Read, None);
        await _house.Devices.AddAsync(device, None);
        (await Assert.ThrowsAsync<DirectoryRuleException>(() => _house.Devices.AddAsync(device with { Name = "anna's PHONE " }, None)))
            .Message.Should().Contain("Choose another name");
    }

    [Fact]
    public async Task A_revoked_device_leaves_its_name_to_the_next_and_keeps_its_number()
    {
        var first = await _house.AddPhoneAsync("info", "anna");
        await _house.Devices.RevokeAsync(Info, $"#{first.Device.Id.Value}", None);
        var second = await _house.AddPhoneAsync("info", "anna");

        second.Device.Id.Should().NotBe(first.Device.Id);
        (await _house.Devices.ListAsync(Info, None)).Where(device => device.Name is "anna's phone").Select(device => device.IsRevoked).Should().Equal(true, false);
        (await ErrorOfAsync(() => _house.Devices.RevokeAsync(Info, "no such thing", None))).Should().Be(MailError.NoSuchDevice);
    }

    [Fact]
    public async Task Who_leaves_hands_over_and_the_report_names_what_has_no_manager_now()
    {
        await _house.AddPhoneAsync("info", "anna");
        await _house.AddPhoneAsync("board", "anna");
        await _house.AddPhoneAsync("board", "bea");

        var handOver = await _house.People.LeaveAsync("anna", None);

        handOver.Mailboxes.Select(left => (left.Address.ToString(), left.Members, left.HasManager))
            .Should().Equal(("board@example.test", 1, true), (Info, 0, false));
        handOver.Mailboxes.SelectMany(left => left.Devices).Should().Equal("anna's phone", "anna's phone");
        var anna = await _house.People.PersonAsync("anna", None);
        anna.LeftAt.Should().Be(_house.Time.GetUtcNow());
        (await _house.People.MembershipsAsync(anna.Id, None)).Should().BeEmpty();
        (await _house.Devices.ListAsync(anna.Id, None)).Should().HaveCount(2).And.OnlyContain(device => device.IsRevoked);
        (await _house.People.PersonNamesAsync(None))[anna.Id].Should().Be("anna", "change logs outlive people");
        await Assert.ThrowsAsync<DirectoryRuleException>(() => _house.People.LeaveAsync("anna", None));
        await Assert.ThrowsAsync<DirectoryRuleException>(() => _house.People.SetMemberAsync(Info, "anna", MemberRights.All, None));
        (await ErrorOfAsync(() => AddAsync("Another Anna", "anna"))).Should().Be(MailError.PersonExists);
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Members_go_with_their_mailbox_and_persons_stay()
    {
        await _house.AddPhoneAsync("info", "anna");
        var anna = await _house.People.PersonAsync("anna", None);

        await _house.Directory.RemoveAccountAsync(Info, None);

        (await _house.People.MembershipsAsync(anna.Id, None)).Should().BeEmpty();
        (await _house.Devices.ListAsync(anna.Id, None)).Should().BeEmpty();
    }

    private Task<Person> AddAsync(string name, string login) =>
        _house.People.AddAsync(new PersonToAdd(name, login, Language.Italian, Password: null), None);

    private static async Task<MailError> ErrorOfAsync(Func<Task> action) => (await Assert.ThrowsAsync<MailException>(action)).Error;
}
