using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Office;

namespace Casella.Core.Tests.Directory;

/// <summary>Which devices the office should help, and which are none of its business.</summary>
public sealed class FailingDevicesTests : IAsyncLifetime
{
    private const string Info = "info@example.test";
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.10");
    private static readonly IPAddress Guesser = IPAddress.Parse("198.51.100.7");

    private House _house = null!;
    private AddedDevice _phone = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        _phone = await _house.AddPhoneAsync("info", "anna");
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_device_that_fails_for_more_than_an_hour_is_named_until_it_gets_in()
    {
        await TryAsync(Mistyped, Home, times: 9);
        (await ListAsync()).Should().BeEmpty("it is ten times at least");
        await TryAsync(Mistyped, Home, times: 1);

        (await ListAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Address = Info, Name = "anna's phone", Times = 10 }, options => options.ExcludingMissingMembers());
        (await OverviewAsync()).Failing.Should().ContainSingle().Which.Since.Should().NotBeNull();

        await TryAsync(_phone.Password, Home, times: 1);
        (await ListAsync()).Should().BeEmpty();
        (await OverviewAsync()).Failing.Should().BeEmpty();
    }

    [Fact]
    public async Task Whose_it_is_gets_in_by_another_device_and_a_revoked_one_are_nobodys_business()
    {
        var tablet = await _house.Devices.AddAsync(new DeviceToAdd(Info, "anna", "tablet", DeviceProtocols.All), House.Cancelled);
        await TryAsync(Mistyped, Home, times: 12);
        (await ListAsync()).Should().ContainSingle();
        await TryAsync(tablet.Password, Guesser, times: 1);
        (await ListAsync()).Should().BeEmpty("she has her mail");

        await TryAsync(Mistyped, Home, times: 12);
        _house.Time.Advance(TimeSpan.FromDays(2));
        await TryAsync(Mistyped, Home, times: 12);
        (await ListAsync()).Should().ContainSingle("a new streak");
        await _house.Devices.RevokeAsync(Info, "anna's phone", House.Cancelled);
        (await ListAsync()).Should().BeEmpty("the office knows");
    }

    [Fact]
    public async Task Guesses_are_not_told_and_the_old_common_password_from_a_known_place_is()
    {
        await TryAsync("guess", Guesser, times: 12);
        (await ListAsync()).Should().BeEmpty();

        await TryAsync(House.Password, Home, times: 1);
        await TryAsync("the old password", Home, times: 12);

        (await ListAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Address = Info, Name = (string?)null, Times = 12 }, options => options.ExcludingMissingMembers());
    }

    private string Mistyped => _phone.Password[..^1] + (_phone.Password[^1] == 'a' ? 'b' : 'a');

    /// <summary>Every ten minutes, as a phone looks for mail.</summary>
    private async Task TryAsync(string password, IPAddress from, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _house.Time.Advance(TimeSpan.FromMinutes(10));
            try
            {
                await _house.Get<Authenticator>().SignInAsync(new SignInAttempt(Info, password, AccessProtocol.Imap, from), House.Cancelled);
            }
            catch (MailException refused) when (refused.Error is MailError.SignInFailed)
            {
                continue;
            }
        }
    }

    private Task<IReadOnlyList<FailingDevice>> ListAsync() => _house.Get<FailingDevices>().ListAsync(House.Cancelled);

    private Task<OverviewFacts> OverviewAsync() => _house.Get<OfficeDoors>().Open(OfficeCaller.CommandLine).Overview.ReadAsync(House.Cancelled);
}
