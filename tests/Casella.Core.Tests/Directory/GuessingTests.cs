using System.Diagnostics;
using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Directory;

/// <summary>
/// A10 of the catalogue of attacks: many passwords on one mailbox, one password on many mailboxes, from one address and
/// from five hundred, through every door; and the office behind the same address that goes on working.
/// </summary>
public sealed class GuessingTests : IAsyncLifetime
{
    private static readonly IPAddress Attacker = IPAddress.Parse("198.51.100.7");
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info");

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(8_640)]
    public void Ten_thousand_passwords_on_one_mailbox_are_fewer_than_a_hundred_guesses_a_day(int millisecondsApart)
    {
        var throttle = Throttle();
        Guesses(10_000, millisecondsApart, _ => throttle.Take("info@example.test", Attacker)).Should().BeInRange(20, 100);
    }

    [Fact]
    public void From_five_hundred_addresses_it_is_no_more()
    {
        var throttle = Throttle();
        Guesses(10_000, 8_640, i => throttle.Take("info@example.test", Address(i % 500))).Should().BeInRange(20, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_password_on_a_thousand_mailboxes_is_three_hundred_guesses_an_hour_from_one_address(bool isV6)
    {
        var throttle = Throttle();
        // IPv6: one /64, in which everybody has as many addresses as he likes.
        Guesses(10_000, 360, i => throttle.Take($"u{i % 1_000}@example.test", isV6 ? IPAddress.Parse($"2001:db8:1:2::{i:x}") : Attacker)).Should().BeInRange(50, 300);
    }

    [Fact]
    public void One_password_on_a_thousand_mailboxes_from_five_hundred_addresses_is_a_hundred_a_day_for_each_mailbox()
    {
        var throttle = Throttle();
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 20_000; i++)
        {
            var user = $"u{i % 1_000}@example.test";
            if (TryTake(() => throttle.Take(user, Address(i / 1_000 * 7 % 500 + i % 7))))
                taken[user] = taken.GetValueOrDefault(user) + 1;
            _house.Time.Advance(TimeSpan.FromMilliseconds(4_320));
        }

        taken.Values.Max().Should().BeLessThanOrEqualTo(100);
    }

    [Fact]
    public void Forty_nine_of_fifty_people_behind_the_attackers_address_still_sign_in_and_at_once()
    {
        var known = Known();
        var throttle = new SignInThrottle(new SignInOptions(), known, _house.Time);
        foreach (var i in Enumerable.Range(0, 50))
            known.Learn($"p{i}@example.test", AddressGroup.Of(Attacker));
        var (signedIn, waits) = (0, new List<TimeSpan>());
        for (var i = 0; i < 2_000; i++)
        {
            TryTake(() => throttle.Take($"victim{i % 100}@example.test", Attacker));
            if (i % 40 != 39)
                continue;
            var begin = Stopwatch.GetTimestamp();
            if (TryTake(() => throttle.Refund(throttle.Take($"p{i / 40}@example.test", Attacker))))
                signedIn++;
            waits.Add(Stopwatch.GetElapsedTime(begin));
        }

        // The machine may take a breath once; the throttle would hold up most of them.
        waits.Order().SkipLast(1).Last().Should().BeLessThan(TimeSpan.FromSeconds(1));
        signedIn.Should().BeGreaterThanOrEqualTo(49);
    }

    [Fact]
    public async Task All_doors_share_one_budget()
    {
        AccessProtocol[] doors = [AccessProtocol.Imap, AccessProtocol.Pop3, AccessProtocol.Submission, AccessProtocol.ManageSieve, AccessProtocol.Web, AccessProtocol.Jmap];
        var wrong = 0;
        for (var i = 0; i < 60; i++)
        {
            var attempt = () => _house.Get<Authenticator>().SignInAsync(
                new SignInAttempt("info@example.test", $"guess {i}", doors[i % doors.Length], Attacker), House.Cancelled);
            if ((await attempt.Should().ThrowAsync<MailException>()).Which.Error is MailError.SignInFailed)
                wrong++;
        }

        wrong.Should().Be(new SignInOptions().AccountBurst, "whichever door, it is one mailbox");
    }

    private KnownPlaces Known() => new(_house.Get<IDirectoryStore>(), new SignInOptions(), _house.Time);

    private SignInThrottle Throttle() => new(new SignInOptions(), Known(), _house.Time);

    private int Guesses(int count, int millisecondsApart, Action<int> take)
    {
        var taken = 0;
        for (var i = 0; i < count; i++)
        {
            if (TryTake(() => take(i)))
                taken++;
            _house.Time.Advance(TimeSpan.FromMilliseconds(millisecondsApart));
        }

        return taken;
    }

    private static bool TryTake(Action take)
    {
        try
        {
            take();
            return true;
        }
        catch (MailException spent) when (spent.Error is MailError.TooManySignIns)
        {
            return false;
        }
    }

    private static IPAddress Address(int number) => new([203, 0, (byte)(number / 250), (byte)(number % 250 + 1)]);
}
