using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;

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

    [Fact]
    public async Task What_fails_is_remembered_over_a_restart_and_what_guesses_is_not_written()
    {
        await TryAsync(House.Password, Home, times: 1);
        await TryAsync(Mistyped, Home, times: 11);
        await TryAsync("the old password", Home, times: 11);
        for (var i = 0; i < 5; i++)
            await TryAsync($"guess {i}", Guesser, times: 1);
        var before = await ListAsync();
        before.Should().HaveCount(2);

        await ReopenAsync();
        (await ListAsync()).Should().BeEquivalentTo(before, options => options.WithStrictOrdering());
        (await _house.Get<IDirectoryStore>().GetSettingAsync("signin.failing", House.Cancelled))!.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Should().HaveCount(2).And.NotContain(line => line.Contains(Guesser.ToString(), StringComparison.Ordinal));

        await TryAsync(_phone.Password, Home, times: 1);
        await ReopenAsync();
        (await ListAsync()).Should().BeEmpty("both got in, or cannot be told from who has");
    }

    [Fact]
    public async Task After_a_restart_the_office_is_told_that_the_hour_before_is_missing()
    {
        (await OverviewAsync()).TrialsSince.Should().Be(_house.Time.GetUtcNow(), "the server has just started");
        _house.Time.Advance(TimeSpan.FromHours(1));
        (await OverviewAsync()).TrialsSince.Should().BeNull("the hour is whole");
        await TryAsync("the old password", Home, times: 1);
        (await OverviewAsync()).Failing.Should().ContainSingle();

        await ReopenAsync();

        (await OverviewAsync()).Should().Match<OverviewFacts>(facts => facts.Failing.Count == 0 && facts.TrialsSince == _house.Time.GetUtcNow());
    }

    [Fact]
    public async Task The_clock_writes_and_sign_ins_do_not_so_a_crash_forgets_minutes_and_guesses_cost_no_disk()
    {
        await TryAsync(Mistyped, Home, times: 11);
        (await SettingAsync()).Should().BeNull();

        var clock = _house.Get<IEnumerable<IHostedService>>().OfType<SignInClock>().Single();
        await clock.StartAsync(House.Cancelled);
        string? kept;
        while ((kept = await SettingAsync()) is null)
        {
            _house.Time.Advance(TimeSpan.FromMinutes(5));
            await Task.Delay(5, House.Cancelled);
        }

        await clock.StopAsync(House.Cancelled);
        kept.Should().Contain(" 11 Imap WrongPassword ").And.EndWith($" {Home} {Info}\n");
    }

    [Fact]
    public async Task A_flood_of_names_nobody_owns_a_device_for_does_not_push_a_device_out()
    {
        await TryAsync(Mistyped, Home, times: 11);
        var failing = _house.Get<SignInFeed>().Failing;
        var info = House.Address(Info);
        for (var i = 0; i < 5_000; i++)
            failing.Note(info, new SignInTrial(_house.Time.GetUtcNow(), AccessProtocol.Imap, new IPAddress(0x0A_00_00_00 + i), SignInOutcome.WrongPassword));

        failing.List().Should().HaveCount(2_000);
        (await ListAsync()).Should().ContainSingle().Which.Name.Should().Be("anna's phone");
    }

    private async Task ReopenAsync()
    {
        await _house.ReopenAsync();
        await _house.Directory.RecoverAsync(House.Cancelled);
    }

    private Task<string?> SettingAsync() => _house.Get<IDirectoryStore>().GetSettingAsync("signin.failing", House.Cancelled);

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
