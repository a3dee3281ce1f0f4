using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;

namespace Casella.Core.Tests.Directory;

public sealed class AuthenticatorTests : IAsyncLifetime
{
    private const string Address = "info@example.test";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.10");
    private static readonly IPAddress Stranger = IPAddress.Parse("198.51.100.7");
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info");

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData("info@example.test")]
    [InlineData("INFO@Example.TEST")]
    [InlineData(" info@example.test ")]
    public async Task The_right_password_signs_in_however_the_address_is_typed(string typed)
    {
        var signedIn = await SignInAsync(typed, House.Password, Office);

        signedIn.Address.ToString().Should().Be(Address);
        signedIn.Actor.Name.Should().Be(MailDirectory.CommonPassword);
        signedIn.Actor.Protocol.Should().Be(AccessProtocol.Imap);
    }

    [Theory]
    [InlineData("info@example.test", "wrong password")]
    [InlineData("info@example.test", "")]
    [InlineData("info+tag@example.test", House.Password)]
    [InlineData("nobody@example.test", House.Password)]
    [InlineData("info", House.Password)]
    [InlineData("info@example.test\0", House.Password)]
    public async Task Anything_else_fails_alike(string user, string password) =>
        (await ErrorOfAsync(user, password, Office)).Should().Be(MailError.SignInFailed);

    [Fact]
    public async Task A_changed_password_ends_the_old_one_at_once_also_for_who_was_remembered()
    {
        await SignInAsync(Address, House.Password, Office);

        await _house.Devices.SetCommonPasswordAsync(Address, "another password", CancellationToken.None);

        (await ErrorOfAsync(Address, House.Password, Office)).Should().Be(MailError.SignInFailed);
        await SignInAsync(Address, "another password", Office);
    }

    [Fact]
    public async Task A_guesser_is_stopped_and_an_office_that_has_signed_in_before_is_not()
    {
        await SignInAsync(Address, House.Password, Office);
        _house.Time.Advance(TimeSpan.FromHours(1));

        var errors = new List<MailError>();
        for (var i = 0; i < 40; i++)
            errors.Add(await ErrorOfAsync(Address, $"guess {i}", Stranger));

        errors[0].Should().Be(MailError.SignInFailed);
        errors[^1].Should().Be(MailError.TooManySignIns);
        await SignInAsync(Address, House.Password, Office);
    }

    [Fact]
    public async Task A_forgotten_phone_that_repeats_its_old_password_spends_nobodys_budget()
    {
        for (var i = 0; i < 200; i++)
            (await ErrorOfAsync(Address, "the old password", Office)).Should().Be(MailError.SignInFailed);

        await SignInAsync(Address, House.Password, Office);
    }

    [Fact]
    public async Task An_account_that_was_removed_signs_nobody_in()
    {
        await SignInAsync(Address, House.Password, Office);

        await _house.Directory.RemoveAccountAsync(Address, CancellationToken.None);

        (await ErrorOfAsync(Address, House.Password, Office)).Should().Be(MailError.SignInFailed);
    }

    private Task<SignedIn> SignInAsync(string user, string password, IPAddress from) =>
        _house.Get<Authenticator>().SignInAsync(new SignInAttempt(user, password, AccessProtocol.Imap, from), CancellationToken.None);

    private async Task<MailError> ErrorOfAsync(string user, string password, IPAddress from) =>
        (await Assert.ThrowsAsync<MailException>(() => SignInAsync(user, password, from))).Error;
}
