using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Storage.Tests.Contracts;

/// <summary>What every store of people must do. Inherited by each implementation's tests.</summary>
public abstract class PeopleStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private protected static CancellationToken None => TestContext.Current.CancellationToken;
    private protected abstract IDirectoryStore Accounts { get; }
    private protected abstract IPeopleStore Store { get; }

    [Fact]
    public async Task A_person_is_found_by_login_and_a_login_is_one_persons()
    {
        var anna = await AddPersonAsync("anna");

        (await Store.FindPersonAsync("anna", None)).Should().Be(new Person(anna, "Anna", "anna", Language.English, HasPassword: false, Now, LeftAt: null));
        (await Store.FindPersonAsync("marco", None)).Should().BeNull();
        (await Assert.ThrowsAsync<MailException>(() => AddPersonAsync("anna"))).Error.Should().Be(MailError.PersonExists);
        await Store.SetPersonSecretAsync(anna, "hash", None);
        (await Store.PersonsAsync(None)).Should().ContainSingle().Which.HasPassword.Should().BeTrue();
    }

    [Fact]
    public async Task Members_and_memberships_are_the_same_from_both_sides_and_rights_are_the_last_set()
    {
        var (info, anna) = (await AddAccountAsync("info"), await AddPersonAsync("anna"));
        await Store.SetMemberAsync(info, anna, MemberRights.Read, Now, None);
        await Store.SetMemberAsync(info, anna, MemberRights.All, Now.AddDays(1), None);

        (await Store.MembersAsync(info, None)).Should().Equal(new Member(anna, "Anna", "anna", MemberRights.All, Now));
        (await Store.MembershipsAsync(anna, None)).Should().Equal(new Membership(info, Address("info"), MemberRights.All, Now));
    }

    [Fact]
    public async Task A_device_is_found_by_its_prefix_within_its_account_with_its_person_and_their_rights()
    {
        var (info, board, anna) = (await AddAccountAsync("info"), await AddAccountAsync("board"), await AddPersonAsync("anna"));
        await Store.SetMemberAsync(info, anna, MemberRights.Read, Now, None);
        var phone = await AddDeviceAsync(info, anna, "abcd");

        (await AddDeviceAsync(info, anna, "abcd")).Should().BeNull("the prefix is taken");
        (await AddDeviceAsync(board, anna, "abcd")).Should().NotBeNull("another mailbox has prefixes of its own");
        (await Store.FindDeviceAsync(info, "abcd", None)).Should().Be(new DeviceEntry(
            phone!.Value, info, new DevicePerson(anna, "Anna", "anna", Language.English), MemberRights.Read, "phone", "abcd", "hash",
            DeviceProtocols.Imap, Now, LastUse: null, RevokedAt: null));
        (await Store.FindDeviceAsync(board, "abcd", None))!.Rights.Should().Be(MemberRights.None, "no member there");
        (await Store.FindDeviceAsync(info, "efgh", None)).Should().BeNull();
    }

    [Fact]
    public async Task The_common_password_is_what_has_no_prefix_until_it_is_revoked()
    {
        var info = await AddAccountAsync("info");
        var common = (await Store.FindCommonPasswordAsync(info, None))!;
        common.Should().BeEquivalentTo(new { Person = (DevicePerson?)null, Rights = MemberRights.All, Protocols = DeviceProtocols.All, SecretHash = "argon" });

        await Store.SetDeviceSecretAsync(common.Id, new NewSecret("other", [], Now), None);
        (await Store.FindCommonPasswordAsync(info, None))!.SecretHash.Should().Be("other");
        await Store.RevokeDeviceAsync(common.Id, Now, None);
        (await Store.FindCommonPasswordAsync(info, None)).Should().BeNull();
        (await Store.DevicesAsync(info, None)).Should().ContainSingle().Which.RevokedAt.Should().Be(Now);
    }

    [Fact]
    public async Task Scram_keys_are_those_of_the_accounts_devices_and_former_ones_are_retired_up_to_five()
    {
        var (info, board) = (await AddAccountAsync("info"), await AddAccountAsync("board"));
        var common = (await Store.FindCommonPasswordAsync(info, None))!;
        common.HasScramKeys.Should().BeFalse();
        (await Store.HasDevicesWithoutScramAsync(None)).Should().BeTrue();

        await Store.AddScramKeysAsync(common.Id, "another hash", [Key(1)], None);
        (await Store.ScramCandidatesAsync(info, None)).Should().BeEmpty("the password has changed since");
        await Store.AddScramKeysAsync(common.Id, "argon", [Key(1), Key(2)], None);
        for (byte i = 3; i < 10; i++)
            await Store.SetDeviceSecretAsync(common.Id, new NewSecret("other", [Key(i)], Now.AddDays(i)), None);

        var candidates = await Store.ScramCandidatesAsync(info, None);
        candidates.Select(candidate => candidate.Key.StoredKey[0]).Should().Equal(9, 8, 7, 6, 5, 4);
        candidates.Select(candidate => candidate.IsRetired).Should().Equal(false, true, true, true, true, true);
        candidates[0].Device.Should().Be(await Store.FindCommonPasswordAsync(info, None)).And.BeEquivalentTo(new { HasScramKeys = true, CanSignIn = true });
        (await Store.ScramCandidatesAsync(board, None)).Should().BeEmpty();

        await Store.SetDeviceSecretAsync(common.Id, new NewSecret("other", [Key(8)], Now.AddDays(20)), None);
        (await Store.ScramCandidatesAsync(info, None))[0].Should().BeEquivalentTo(new { IsRetired = false, Key = Key(8) }, "it has that one again");
        await Store.RevokeDeviceAsync((await Store.FindCommonPasswordAsync(board, None))!.Id, Now, None);
        (await Store.HasDevicesWithoutScramAsync(None)).Should().BeFalse();
    }

    private static ScramKey Key(byte number) => new([.. Enumerable.Repeat(number, 32)], [.. Enumerable.Repeat(number, 32)]);

    [Fact]
    public async Task A_revoked_device_is_still_found_and_says_so()
    {
        var (info, anna) = (await AddAccountAsync("info"), await AddPersonAsync("anna"));
        var phone = (await AddDeviceAsync(info, anna, "abcd"))!.Value;
        await Store.RevokeDeviceAsync(phone, Now, None);

        (await Store.FindDeviceAsync(info, "abcd", None))!.RevokedAt.Should().Be(Now);
        (await AddDeviceAsync(info, anna, "abcd")).Should().BeNull("its prefix stays its own");
        var unknown = () => Store.RevokeDeviceAsync(new DeviceId(999), Now, None);
        (await unknown.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchDevice);
    }

    [Fact]
    public async Task A_use_without_the_programs_name_leaves_the_name_that_is_known()
    {
        var (info, anna) = (await AddAccountAsync("info"), await AddPersonAsync("anna"));
        var phone = (await AddDeviceAsync(info, anna, "abcd"))!.Value;
        await Store.TouchDeviceAsync(phone, new DeviceUse(Now, AccessProtocol.Imap, "192.0.2.1", "mutt"), None);
        await Store.TouchDeviceAsync(phone, new DeviceUse(Now.AddHours(1), AccessProtocol.Pop3, "192.0.2.2", Client: null), None);

        (await Store.FindDeviceAsync(info, "abcd", None))!.LastUse.Should().Be(new DeviceUse(Now.AddHours(1), AccessProtocol.Pop3, "192.0.2.2", "mutt"));
    }

    [Fact]
    public async Task Ending_a_membership_revokes_the_devices_for_that_account_and_leaving_revokes_them_all()
    {
        var (info, board, anna) = (await AddAccountAsync("info"), await AddAccountAsync("board"), await AddPersonAsync("anna"));
        foreach (var account in new[] { info, board })
        {
            await Store.SetMemberAsync(account, anna, MemberRights.All, Now, None);
            await AddDeviceAsync(account, anna, "abcd");
        }

        await Store.RemoveMemberAsync(info, anna, Now.AddDays(1), None);
        (await Store.DevicesAsync(anna, None)).Select(device => device.RevokedAt).Should().Equal(Now.AddDays(1), null);
        (await Store.MembershipsAsync(anna, None)).Select(membership => membership.Account).Should().Equal(board);

        await Store.LeaveAsync(anna, Now.AddDays(2), None);
        (await Store.DevicesAsync(anna, None)).Select(device => device.RevokedAt).Should().Equal(Now.AddDays(1), Now.AddDays(2));
        (await Store.MembershipsAsync(anna, None)).Should().BeEmpty();
        (await Store.FindPersonAsync("anna", None))!.LeftAt.Should().Be(Now.AddDays(2));
    }

    [Fact]
    public async Task An_account_stands_beside_the_others_until_a_device_is_for_it_or_as_was_chosen()
    {
        var (info, board, anna) = (await AddAccountAsync("info"), await AddAccountAsync("board"), await AddPersonAsync("anna"));
        foreach (var account in (AccountId[])[info, board])
        {
            await Accounts.SetAccountStateAsync(account, AccountState.Active, None);
            await Store.SetMemberAsync(account, anna, MemberRights.Read, Now, None);
        }

        (await Store.VisibleAsync(anna, info, None)).Should().Equal(new Membership(board, Address("board"), MemberRights.Read, Now));
        var phone = (await AddDeviceAsync(board, anna, "abcd"))!.Value;
        (await Store.VisibleAsync(anna, info, None)).Should().BeEmpty();
        await Store.SetOneLoginAsync(board, anna, OneLogin.On, None);
        (await Store.VisibleAsync(anna, info, None)).Should().ContainSingle();
        (await Store.MembersAsync(board, None)).Should().ContainSingle().Which.OneLogin.Should().Be(OneLogin.On);
        await Store.RevokeDeviceAsync(phone, Now, None);
        await Store.SetOneLoginAsync(board, anna, OneLogin.Auto, None);
        (await Store.VisibleAsync(anna, info, None)).Should().ContainSingle();
        await Store.SetOneLoginAsync(board, anna, OneLogin.Off, None);
        (await Store.VisibleAsync(anna, info, None)).Should().BeEmpty();
        await Store.SetOneLoginAsync(board, anna, OneLogin.On, None);
        await Store.SetMemberAsync(board, anna, MemberRights.SendAs, Now, None);
        (await Store.VisibleAsync(anna, info, None)).Should().BeEmpty("who may not read sees nothing");
    }

    [Fact]
    public async Task Subscriptions_of_a_person_end_with_the_membership()
    {
        var (info, anna) = (await AddAccountAsync("info"), await AddPersonAsync("anna"));
        await Store.SetSubscriptionAsync(anna, info, "INBOX", subscribed: false, None);
        (await Store.SubscriptionsAsync(anna, info, None)).Should().BeEmpty("no member");

        await Store.SetMemberAsync(info, anna, MemberRights.Read, Now, None);
        await Store.SetSubscriptionAsync(anna, info, "INBOX", subscribed: false, None);
        await Store.SetSubscriptionAsync(anna, info, "INBOX", subscribed: true, None);
        (await Store.SubscriptionsAsync(anna, info, None)).Should().Equal(("INBOX", true));

        await Store.RemoveMemberAsync(info, anna, Now, None);
        (await Store.SubscriptionsAsync(anna, info, None)).Should().BeEmpty();
    }

    [Fact]
    public async Task Numbers_of_devices_are_never_given_twice()
    {
        var info = await AddAccountAsync("info");
        var before = (await Store.DevicesAsync(info, None)).Max(device => device.Id.Value);
        await Accounts.DeleteAccountAsync(info, None);

        var again = await AddAccountAsync("info");

        again.Should().NotBe(info);
        (await Store.DevicesAsync(again, None)).Should().OnlyContain(device => device.Id.Value > before);
    }

    private static EmailAddress Address(string name) => EmailAddress.TryParse($"{name}@example.test", out var address) ? address : throw new ArgumentException(name, nameof(name));

    private async Task<AccountId> AddAccountAsync(string name)
    {
        if ((await Accounts.DomainsAsync(None)).Count == 0)
            await Accounts.AddDomainAsync(new DomainRow("example.test", Now), None);
        return await Accounts.AddAccountAsync(new NewAccount(Address(name), null, null, "argon", "common password", Now), None);
    }

    private Task<PersonId> AddPersonAsync(string login) => Store.AddPersonAsync(new NewPerson("Anna", login, null, Language.English, Now), None);

    private Task<DeviceId?> AddDeviceAsync(AccountId account, PersonId person, string prefix) =>
        Store.AddDeviceAsync(new NewDevice(account, person, "phone", prefix, "hash", DeviceProtocols.Imap, Now), None);
}
