using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;

namespace Casella.Core.Tests.Directory;

/// <summary>Signing in with the password of a device: the password tells who it is.</summary>
public sealed class DeviceSignInTests : IAsyncLifetime
{
    private const string Address = "info@example.test";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.10");
    private House _house = null!;
    private AddedDevice _phone = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "board");
        _phone = await _house.AddPhoneAsync("info", "anna", MemberRights.Read | MemberRights.Work);
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public void A_password_is_eight_groups_of_four_that_can_be_read_out()
    {
        _phone.Password.Should().MatchRegex("^([a-hjkmnp-z2-9]{4}-){7}[a-hjkmnp-z2-9]{4}$");
    }

    [Theory]
    [InlineData("as shown")]
    [InlineData("UPPER CASE")]
    [InlineData("First letter a capital")]
    [InlineData("no dashes")]
    [InlineData("spaces")]
    [InlineData("long dashes and a space behind")]
    public async Task It_is_taken_however_a_phone_types_it(string how)
    {
        var signedIn = await SignInAsync(Typed(_phone.Password, how));

        signedIn.Address.ToString().Should().Be(Address);
        signedIn.Actor.Name.Should().Be("anna's phone");
        signedIn.Actor.Device.Should().Be(_phone.Device.Id);
        signedIn.Actor.Person.Should().Be(_phone.Device.Person!.Id);
        signedIn.Person!.Login.Should().Be("anna");
        signedIn.Rights.Should().Be(MemberRights.Read | MemberRights.Work);
    }

    [Fact]
    public async Task Right_or_wrong_it_costs_no_Argon2id()
    {
        var before = Derivations;

        await SignInAsync(_phone.Password);
        (await ErrorOfAsync(Wrong(_phone.Password))).Should().Be(MailError.SignInFailed);

        Derivations.Should().Be(before);
    }

    [Fact]
    public async Task A_text_of_its_form_that_names_no_device_costs_one_Argon2id_whether_or_not_there_is_the_user()
    {
        const string nobodys = "zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz";
        var before = Derivations;

        (await ErrorOfAsync(nobodys)).Should().Be(MailError.SignInFailed);
        Derivations.Should().Be(before + 1);
        (await ErrorOfAsync(nobodys, address: "nobody@example.test")).Should().Be(MailError.SignInFailed);
        Derivations.Should().Be(before + 2);
    }

    [Fact]
    public async Task Somebody_may_have_chosen_such_a_text_as_common_password()
    {
        const string chosen = "abcd-efgh-jkmn-pqrs-tuvw-xyz2-3456-789a";
        await _house.Devices.SetCommonPasswordAsync(Address, chosen, None);

        var signedIn = await SignInAsync(chosen);

        signedIn.Actor.Name.Should().Be(MailDirectory.CommonPassword);
        signedIn.Actor.Person.Should().BeNull();
        signedIn.Rights.Should().Be(MemberRights.All);
    }

    [Fact]
    public async Task It_opens_no_other_mailbox()
    {
        (await ErrorOfAsync(_phone.Password, address: "board@example.test")).Should().Be(MailError.SignInFailed);
    }

    [Fact]
    public async Task Revoked_it_ends_at_once_also_for_who_was_remembered()
    {
        await SignInAsync(_phone.Password);

        await _house.Devices.RevokeAsync(Address, "Anna's Phone", None);

        var before = Derivations;
        (await ErrorOfAsync(_phone.Password)).Should().Be(MailError.SignInFailed);
        Derivations.Should().Be(before, "an old phone asks for months");
    }

    [Fact]
    public async Task A_removed_member_and_a_person_who_left_sign_in_no_more()
    {
        var marco = await _house.AddPhoneAsync("info", "marco");
        await SignInAsync(_phone.Password);
        await SignInAsync(marco.Password);

        await _house.People.RemoveMemberAsync(Address, "anna", None);
        await _house.People.LeaveAsync("marco", None);

        (await ErrorOfAsync(_phone.Password)).Should().Be(MailError.SignInFailed);
        (await ErrorOfAsync(marco.Password)).Should().Be(MailError.SignInFailed);
    }

    [Fact]
    public async Task For_another_protocol_it_is_right_and_not_for_that_and_no_guess()
    {
        var printer = await _house.AddPhoneAsync("board", "bea", protocols: DeviceProtocols.Smtp);

        for (var i = 0; i < 100; i++)
            (await ErrorOfAsync(printer.Password, "board@example.test", AccessProtocol.Pop3)).Should().Be(MailError.ProtocolNotAllowed);

        (await SignInAsync(printer.Password, "board@example.test", AccessProtocol.Submission)).Actor.Protocol.Should().Be(AccessProtocol.Submission);
    }

    [Fact]
    public async Task Wrong_ones_spend_the_same_budget_as_every_guess()
    {
        var errors = new List<MailError>();
        for (var i = 0; i < 40; i++)
            errors.Add(await ErrorOfAsync($"{_phone.Password[..4]}{new string("abcdefghjk"[i % 10], 24)}{new string("mnpq"[i / 10], 4)}"));

        errors[0].Should().Be(MailError.SignInFailed);
        errors[^1].Should().Be(MailError.TooManySignIns);
    }

    [Fact]
    public async Task The_common_password_is_switched_off_and_made_again()
    {
        await SignInAsync(House.Password);

        await _house.Devices.RevokeAsync(Address, MailDirectory.CommonPassword, None);

        (await ErrorOfAsync(House.Password)).Should().Be(MailError.SignInFailed);
        await SignInAsync(_phone.Password);

        await _house.Devices.SetCommonPasswordAsync(Address, House.Password, None);
        (await SignInAsync(House.Password)).Actor.Name.Should().Be(MailDirectory.CommonPassword);
    }

    [Fact]
    public async Task Its_record_tells_when_where_by_which_protocol_and_with_what()
    {
        var authenticator = _house.Get<Authenticator>();
        var signedIn = await SignInAsync(_phone.Password);
        await authenticator.NoteClientAsync(signedIn, Office, "iPhone Mail 23A", None);
        var first = _house.Time.GetUtcNow();
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        await SignInAsync(_phone.Password, protocol: AccessProtocol.Submission);
        (await RecordAsync()).Should().Be(new DeviceUse(first, AccessProtocol.Imap, "192.0.2.10", "iPhone Mail 23A"), "each note is a durable write");

        _house.Time.Advance(TimeSpan.FromMinutes(10));
        await SignInAsync(_phone.Password, protocol: AccessProtocol.Submission);

        (await RecordAsync()).Should().Be(new DeviceUse(_house.Time.GetUtcNow(), AccessProtocol.Submission, "192.0.2.10", "iPhone Mail 23A"));
    }

    private long Derivations => _house.Get<PasswordHasher>().Derivations;

    private async Task<DeviceUse?> RecordAsync() => (await _house.Devices.ListAsync(Address, None)).Single(device => device.Id == _phone.Device.Id).LastUse;

    private static string Wrong(string password) => password[..^1] + (password[^1] == 'z' ? 'y' : 'z');

    private static string Typed(string password, string how) => how switch
    {
        "UPPER CASE" => password.ToUpperInvariant(),
        "First letter a capital" => char.ToUpperInvariant(password[0]) + password[1..],
        "no dashes" => password.Replace("-", "", StringComparison.Ordinal),
        "spaces" => password.Replace('-', ' '),
        "long dashes and a space behind" => password.Replace('-', '–') + " ",
        _ => password,
    };

    private Task<SignedIn> SignInAsync(string password, string address = Address, AccessProtocol protocol = AccessProtocol.Imap) =>
        _house.Get<Authenticator>().SignInAsync(new SignInAttempt(address, password, protocol, Office), None);

    private async Task<MailError> ErrorOfAsync(string password, string address = Address, AccessProtocol protocol = AccessProtocol.Imap) =>
        (await Assert.ThrowsAsync<MailException>(() => SignInAsync(password, address, protocol))).Error;
}
