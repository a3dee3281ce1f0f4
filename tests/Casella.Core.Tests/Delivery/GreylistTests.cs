using System.Net;
using Casella.Core.Delivery;
using Casella.Formats.Addresses;
using Casella.Storage;
using Casella.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Core.Tests.Delivery;

public sealed class GreylistTests : IAsyncDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("casella-grey-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly SqliteGreylistStore _store;
    private readonly Greylist _list;

    public GreylistTests()
    {
        _store = new SqliteGreylistStore(new StorageFolder(_folder));
        _list = new Greylist(_store, new GreylistOptions { Entries = 50 }, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Who_comes_again_after_some_minutes_is_known_from_then_on()
    {
        (await AskAsync("192.0.2.1", "anna@example.net")).Should().Be(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(3));
        (await AskAsync("192.0.2.200", "anna@example.net")).Should().Be(TimeSpan.FromMinutes(2), "a neighbour is the same");
        _time.Advance(TimeSpan.FromMinutes(2));
        (await AskAsync("192.0.2.1", "anna@example.net")).Should().BeNull();
        (await AskAsync("192.0.2.1", "anna@example.net")).Should().BeNull();
        (await AskAsync("192.0.3.1", "anna@example.net")).Should().NotBeNull("another network is another client");
        (await AskAsync("192.0.2.1", "marco@example.net")).Should().NotBeNull();
    }

    [Fact]
    public async Task Numbers_in_a_sender_do_not_matter()
    {
        await AskAsync("192.0.2.1", "bounce-1234@example.net");
        _time.Advance(TimeSpan.FromMinutes(6));
        (await AskAsync("192.0.2.1", "bounce-1299@example.net")).Should().BeNull();
    }

    [Fact]
    public async Task Who_never_comes_again_is_forgotten()
    {
        await AskAsync("192.0.2.1", "anna@example.net");
        _time.Advance(TimeSpan.FromDays(3));
        (await AskAsync("192.0.2.1", "anna@example.net")).Should().Be(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_network_whose_mail_comes_again_becomes_known_and_is_forgotten()
    {
        for (var i = 0; i < 5; i++)
            (await AskAsync("2001:db8::1", $"{(char)('a' + i)}@example.net")).Should().NotBeNull();
        _time.Advance(TimeSpan.FromMinutes(6));
        for (var i = 0; i < 5; i++)
            (await AskAsync("2001:db8::1", $"{(char)('a' + i)}@example.net")).Should().BeNull();
        (await AskAsync("2001:db8::2", "new@example.net")).Should().BeNull("five of its mails have come");
        _time.Advance(TimeSpan.FromDays(40));
        await AskAsync("192.0.2.1", "anna@example.net");
        (await AskAsync("2001:db8::1", "newer@example.net")).Should().NotBeNull("nobody has heard of it for forty days");
    }

    [Fact]
    public async Task A_flood_of_senders_forgets_the_oldest_and_not_who_is_known()
    {
        await AskAsync("192.0.2.1", "anna@example.net");
        _time.Advance(TimeSpan.FromMinutes(6));
        (await AskAsync("192.0.2.1", "anna@example.net")).Should().BeNull();
        for (var i = 0; i < 200; i++)
            await AskAsync($"10.0.{i}.1", "x@example.com");
        (await AskAsync("192.0.2.1", "anna@example.net")).Should().BeNull();
        (await AskAsync("10.0.0.1", "x@example.com")).Should().Be(TimeSpan.FromMinutes(5), "it was the oldest that had never come again");
    }

    private Task<TimeSpan?> AskAsync(string client, string sender) =>
        _list.AskAsync(IPAddress.Parse(client), Address(sender), Address("info@example.org"), CancellationToken.None);

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
