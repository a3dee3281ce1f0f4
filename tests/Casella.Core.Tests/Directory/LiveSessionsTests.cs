using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;

namespace Casella.Core.Tests.Directory;

/// <summary>Which sessions end when somebody's access is taken.</summary>
public sealed class LiveSessionsTests : IAsyncLifetime
{
    private const string Info = "info@example.test";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.10");
    private readonly Dictionary<string, SessionEnd> _ended = new(StringComparer.Ordinal);
    private House _house = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "board");
        await EnterAsync("anna in info", Info, (await _house.AddPhoneAsync("info", "anna")).Password);
        await EnterAsync("anna in board", "board@example.test", (await _house.AddPhoneAsync("board", "anna")).Password);
        await EnterAsync("marco in info", Info, (await _house.AddPhoneAsync("info", "marco")).Password);
        await EnterAsync("common in info", Info, House.Password);
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_revoked_device_ends_its_own_sessions_only()
    {
        (await _house.Devices.RevokeAsync(Info, "anna's phone", None)).Sessions.Should().Be(1);
        Ended(("anna in info", SessionEnd.DeviceRevoked));
    }

    [Fact]
    public async Task A_changed_common_password_ends_those_of_nobody()
    {
        await _house.Devices.SetCommonPasswordAsync(Info, "another password", None);
        Ended(("common in info", SessionEnd.PasswordChanged));
    }

    [Fact]
    public async Task A_removed_member_is_out_of_the_mailbox_and_signs_in_anew_elsewhere()
    {
        await _house.People.RemoveMemberAsync(Info, "anna", None);
        Ended(("anna in info", SessionEnd.MemberRemoved), ("anna in board", SessionEnd.RightsChanged));
    }

    [Fact]
    public async Task Other_rights_begin_with_signing_in_again()
    {
        (await _house.People.SetMemberAsync(Info, "marco", MemberRights.Read, None)).Should().BeTrue();
        Ended(("marco in info", SessionEnd.RightsChanged));
        (await _house.People.SetMemberAsync(Info, "marco", MemberRights.Read, None)).Should().BeFalse();
    }

    [Fact]
    public async Task Who_leaves_is_out_everywhere()
    {
        var handOver = await _house.People.LeaveAsync("anna", None);
        handOver.Sessions.Should().Be(2);
        Ended(("anna in info", SessionEnd.PersonLeft), ("anna in board", SessionEnd.PersonLeft));
    }

    [Fact]
    public async Task A_removed_account_ends_all_of_its_own()
    {
        await _house.Directory.RemoveAccountAsync(Info, None);
        Ended(
            ("anna in info", SessionEnd.AccountRemoved), ("marco in info", SessionEnd.AccountRemoved),
            ("common in info", SessionEnd.AccountRemoved),
            // From there Anna could see it under her one login.
            ("anna in board", SessionEnd.RightsChanged));
    }

    [Fact]
    public async Task A_session_that_was_signing_in_meanwhile_is_ended_as_it_enters()
    {
        var tablet = await _house.Devices.AddAsync(new DeviceToAdd(Info, "anna", "Anna's tablet", DeviceProtocols.All), None);
        var signedIn = await SignInAsync(Info, tablet.Password);
        await _house.Devices.RevokeAsync(Info, "Anna's tablet", None);

        using var session = _house.Get<Authenticator>().Enter(signedIn, Office, why => _ended["late"] = why);

        Ended(("late", SessionEnd.DeviceRevoked));
    }

    [Fact]
    public async Task A_session_that_has_left_is_not_disturbed()
    {
        var signedIn = await SignInAsync(Info, House.Password);
        _house.Get<Authenticator>().Enter(signedIn, Office, why => _ended["gone"] = why).Dispose();

        await _house.Devices.RevokeAsync(Info, MailDirectory.CommonPassword, None);

        Ended(("common in info", SessionEnd.PasswordChanged));
    }

    private async Task EnterAsync(string name, string address, string password) =>
        _house.Get<Authenticator>().Enter(await SignInAsync(address, password), Office, why => _ended[name] = why);

    private Task<SignedIn> SignInAsync(string address, string password) =>
        _house.Get<Authenticator>().SignInAsync(new SignInAttempt(address, password, AccessProtocol.Imap, Office), None);

    private void Ended(params (string Session, SessionEnd Why)[] expected) =>
        _ended.Select(pair => (pair.Key, pair.Value)).Should().BeEquivalentTo(expected);
}
