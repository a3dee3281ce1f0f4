using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;

namespace Casella.Core.Tests.Directory;

/// <summary>What the server tells who sets up a device and waits for it.</summary>
public sealed class SignInFeedTests : IAsyncLifetime
{
    private const string Address = "info@example.test";
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.10");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("198.51.100.7");

    private readonly List<SignInTrial> _told = [];
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
    public async Task A_sign_in_of_the_device_is_told_with_its_protocol()
    {
        using var watch = await WatchAsync();

        await SignInAsync(Address, _phone.Password, Elsewhere);
        await SignInAsync(Address, _phone.Password, Elsewhere, AccessProtocol.Submission);

        _told.Select(trial => (trial.Protocol, trial.Outcome)).Should().Equal(
            (AccessProtocol.Imap, SignInOutcome.Accepted), (AccessProtocol.Submission, SignInOutcome.Accepted));
        _told.Should().AllSatisfy(trial => trial.Device.Should().Be(_phone.Device.Id));
    }

    [Fact]
    public async Task A_mistyped_password_is_known_by_its_first_group()
    {
        using var watch = await WatchAsync();

        await SignInAsync(Address, Mistyped(_phone.Password), Elsewhere);
        await SignInAsync(Address, Mistyped(_phone.Password), Elsewhere);

        _told.Select(trial => (trial.Outcome, trial.Device)).Should().Equal(
            (SignInOutcome.WrongPassword, _phone.Device.Id), (SignInOutcome.WrongPassword, _phone.Device.Id));
    }

    [Fact]
    public async Task A_password_that_nobody_knows_is_told_for_its_mailbox()
    {
        using var watch = await WatchAsync();

        await SignInAsync(Address, "another password", Elsewhere);

        _told.Should().ContainSingle().Which.Outcome.Should().Be(SignInOutcome.WrongPassword);
    }

    [Theory]
    [InlineData("board@example.test", SignInOutcome.OtherMailbox)]
    [InlineData("imfo@example.test", SignInOutcome.UnknownUser)]
    [InlineData("anna", SignInOutcome.UnknownUser)]
    public async Task The_right_password_with_another_name_is_known(string typed, SignInOutcome outcome)
    {
        using var watch = await WatchAsync();

        await SignInAsync(typed, _phone.Password, Elsewhere);

        _told.Should().ContainSingle().Which.Outcome.Should().Be(outcome);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_told_to_who_watches_from_the_same_place_only()
    {
        using var watch = await WatchAsync();

        await SignInAsync("imfo@example.test", "any password", Elsewhere);
        _told.Should().BeEmpty();
        await SignInAsync("imfo@example.test", "any other password", Home);

        _told.Should().ContainSingle().Which.Outcome.Should().Be(SignInOutcome.UnknownUser);
    }

    [Theory]
    [InlineData(SignInOutcome.WrongPort)]
    [InlineData(SignInOutcome.CertificateRefused)]
    [InlineData(SignInOutcome.WrongClock)]
    public async Task What_fails_before_a_name_is_told_to_who_watches_from_the_same_place_and_is_not_kept(SignInOutcome trouble)
    {
        using var watch = await WatchAsync();
        var feed = _house.Get<SignInFeed>();

        feed.NoteConnection(AccessProtocol.Imap, Elsewhere, trouble);
        _told.Should().BeEmpty();
        feed.NoteConnection(AccessProtocol.Imap, Home, trouble);

        _told.Should().ContainSingle().Which.Outcome.Should().Be(trouble);
        feed.Recent(House.Address(Address)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_password_that_would_have_come_in_clear_is_told()
    {
        using var watch = await WatchAsync();

        _house.Get<Authenticator>().NoteWithoutTls(Address, AccessProtocol.Imap, Elsewhere);
        _house.Get<Authenticator>().NoteWithoutTls(null, AccessProtocol.Submission, Elsewhere);
        _house.Get<Authenticator>().NoteWithoutTls(null, AccessProtocol.Submission, Home);

        _told.Select(trial => (trial.Protocol, trial.Outcome)).Should().Equal(
            (AccessProtocol.Imap, SignInOutcome.WithoutTls), (AccessProtocol.Submission, SignInOutcome.WithoutTls));
    }

    [Fact]
    public async Task A_protocol_that_is_not_for_the_device_is_told()
    {
        var pop = await _house.Devices.AddAsync(new DeviceToAdd(Address, "anna", "anna's PC", DeviceProtocols.Pop3 | DeviceProtocols.Smtp), None);
        using var watch = await _house.Devices.WatchAsync(pop.Device, Home, _told.Add, None);

        await SignInAsync(Address, pop.Password, Elsewhere);

        _told.Should().ContainSingle().Which.Outcome.Should().Be(SignInOutcome.ProtocolNotAllowed);
    }

    [Fact]
    public async Task Other_devices_and_other_mailboxes_are_nobodys_business()
    {
        var laptop = await _house.Devices.AddAsync(new DeviceToAdd(Address, "anna", "anna's laptop", DeviceProtocols.All), None);
        using var watch = await WatchAsync();

        await SignInAsync(Address, laptop.Password, Home);
        await SignInAsync(Address, Mistyped(laptop.Password), Home);
        await SignInAsync("board@example.test", "another password", Home);

        _told.Should().BeEmpty();
    }

    [Fact]
    public async Task Nobody_is_told_after_the_watch()
    {
        (await WatchAsync()).Dispose();

        await SignInAsync(Address, _phone.Password, Home);

        _told.Should().BeEmpty();
    }

    [Fact]
    public async Task The_last_hour_of_a_mailbox_is_remembered_and_no_name_that_nobody_has()
    {
        await SignInAsync(Address, "another password", Elsewhere);
        for (var i = 0; i < 40; i++)
            await SignInAsync(Address, _phone.Password, Elsewhere);
        await SignInAsync("imfo@example.test", "any password", Elsewhere);
        var feed = _house.Get<SignInFeed>();
        Formats.Addresses.EmailAddress.TryParse(Address, out var info).Should().BeTrue();
        Formats.Addresses.EmailAddress.TryParse("imfo@example.test", out var nobody).Should().BeTrue();

        feed.Recent(info).Should().HaveCount(30).And.OnlyContain(trial => trial.Outcome == SignInOutcome.Accepted);
        feed.Recent(nobody).Should().BeEmpty();
        _house.Time.Advance(TimeSpan.FromMinutes(61));
        feed.Recent(info).Should().BeEmpty();
    }

    private Task<IDisposable> WatchAsync() => _house.Devices.WatchAsync(_phone.Device, Home, _told.Add, None);

    private async Task SignInAsync(string userName, string password, IPAddress remote, AccessProtocol protocol = AccessProtocol.Imap)
    {
        try
        {
            await _house.Get<Authenticator>().SignInAsync(new SignInAttempt(userName, password, protocol, remote), None);
        }
        catch (MailException refused)
        {
            refused.Error.Should().BeOneOf(MailError.SignInFailed, MailError.ProtocolNotAllowed);
        }
    }

    private static string Mistyped(string password) => password[..^1] + (password[^1] is 'a' ? 'b' : 'a');
}
