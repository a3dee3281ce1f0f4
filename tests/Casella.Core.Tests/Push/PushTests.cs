using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Policies;
using Casella.Core.Push;
using Casella.Formats.Push;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Casella.Core.Tests.Push;

/// <summary>Browsers are told of new mail: those that want it, whose owner may read it and is not looking.</summary>
public sealed class PushTests : IAsyncLifetime
{
    private const string Secret = "correct horse anna 7";
    private readonly TestPushService _service = new();
    private House _house = null!;
    private WebVisitor _anna = null!;
    private AccountId _info;

    private PushSubscriptions Subscriptions => _house.Get<PushSubscriptions>();
    private PushRunner Runner => _house.Get<IEnumerable<IHostedService>>().OfType<PushRunner>().Single();

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync(new SpamOptions(), services => services.AddSingleton<IPushTransport>(_service).AddCasellaPush(), "info", "board");
        await _house.People.AddAsync(new PersonToAdd("Anna", "anna", Language.Italian, Secret), House.Cancelled);
        await _house.People.SetMemberAsync("info@example.test", "anna", MemberRights.All, House.Cancelled);
        _info = (await _house.Directory.AccountAsync("info@example.test", House.Cancelled)).Id;
        _anna = await SignInAsync();
        // As with the server: from now on what comes is new.
        _ = Runner;
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task What_comes_within_a_moment_is_one_notice_without_content()
    {
        await WishAsync(_anna);
        await DeliverAsync("Turni");
        await DeliverAsync("Cena");

        await RunAsync();

        _service.Sent.Should().ContainSingle().Which.Should().Be(new PushNotice(_info, "info@example.test", 2, null));
        await RunAsync();
        _service.Sent.Should().ContainSingle("nothing is told twice");
    }

    [Fact]
    public async Task Who_wants_it_gets_sender_and_subject()
    {
        await WishAsync(_anna, withContent: true);
        await DeliverAsync("Turni");

        await RunAsync();

        System.Text.Encoding.ASCII.GetString(_service.Sent.Single().Newest!.Subject!.Value.Span).Should().Contain("Turni");
    }

    [Fact]
    public async Task Who_looks_at_the_mailbox_is_left_in_peace()
    {
        await WishAsync(_anna);
        using (_house.Get<Onlookers>().Enter(_anna, _info))
        {
            await DeliverAsync("Turni");
            await RunAsync();
        }

        _service.Sent.Should().BeEmpty();
        await DeliverAsync("Cena");
        await RunAsync();
        _service.Sent.Should().ContainSingle();
    }

    [Fact]
    public async Task A_subscription_that_is_gone_is_forgotten_and_a_busy_service_asked_again()
    {
        await WishAsync(_anna);
        _service.Outcome = PushOutcome.Later;
        await DeliverAsync("Turni");
        await RunAsync();
        _service.Outcome = PushOutcome.Gone;
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        // What waits goes back into the queue beside the clock.
        while (_service.Sent.Count < 2)
        {
            await Runner.SendWaitingAsync(House.Cancelled);
            await Task.Yield();
        }

        (await Subscriptions.FindAsync(_anna, House.Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task Who_may_no_longer_read_hears_nothing()
    {
        await WishAsync(_anna);
        await _house.People.RemoveMemberAsync("info@example.test", "anna", House.Cancelled);
        await DeliverAsync("Turni");

        await RunAsync();

        _service.Sent.Should().BeEmpty();
    }

    [Fact]
    public async Task A_browser_that_is_signed_out_takes_its_subscription_with_it()
    {
        await WishAsync(_anna);

        await _house.Get<WebSessions>().EndAsync(_anna, _anna.Session, House.Cancelled);

        (await Subscriptions.FindAsync(_anna, House.Cancelled)).Should().BeNull();
        await DeliverAsync("Turni");
        await RunAsync();
        _service.Sent.Should().BeEmpty();
    }

    [Fact]
    public async Task Only_own_mailboxes_and_real_addresses_are_taken()
    {
        var board = (await _house.Directory.AccountAsync("board@example.test", House.Cancelled)).Id;
        (await SetAsync(Wish([board]))).Should().BeFalse();
        (await SetAsync(Wish([_info]) with { Endpoint = "http://push.example.net/1" })).Should().BeFalse();
        (await SetAsync(Wish([_info]) with { Keys = new PushKeys([4], [1]) })).Should().BeFalse();

        (await SetAsync(Wish([_info, board]))).Should().BeTrue();

        (await Subscriptions.FindAsync(_anna, House.Cancelled))!.Accounts.Should().Equal(_info);
    }

    private async Task<WebVisitor> SignInAsync()
    {
        var sessions = _house.Get<WebSessions>();
        var session = await sessions.SignInAsync(new WebSignIn("anna", Secret, "Firefox", IPAddress.Loopback), House.Cancelled);
        return (await sessions.FindAsync(session.Token, IPAddress.Loopback, House.Cancelled))!;
    }

    private Task<bool> SetAsync(PushWish wish) => Subscriptions.SetAsync(_anna, wish, House.Cancelled);

    private async Task WishAsync(WebVisitor visitor, bool withContent = false) =>
        (await Subscriptions.SetAsync(visitor, Wish([_info]) with { WithContent = withContent }, House.Cancelled)).Should().BeTrue();

    private static PushWish Wish(IReadOnlyList<AccountId> accounts)
    {
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = browser.ExportParameters(includePrivateParameters: false).Q;
        return new PushWish("https://push.example.net/1", new PushKeys([4, .. point.X!, .. point.Y!], new byte[16]), accounts, WithContent: false);
    }

    private async Task DeliverAsync(string subject)
    {
        var message = House.Message($"From: Marco <marco@example.org>\r\nTo: info@example.test\r\nSubject: {subject}\r\n\r\nCiao\r\n");
        var account = await _house.DoorAsync("info", Actor.Server);
        await account.DeliverAsync(message, RandomNumberGenerator.GetBytes(16), SpecialUse.None, House.Cancelled);
    }

    private async Task RunAsync()
    {
        await Runner.LookAsync(House.Cancelled);
        await Runner.SendWaitingAsync(House.Cancelled);
    }

    private sealed class TestPushService : IPushTransport
    {
        public PushOutcome Outcome { get; set; } = PushOutcome.Sent;
        public ConcurrentQueue<PushNotice> Sent { get; } = [];

        public Task<PushOutcome> SendAsync(PushSubscription to, PushNotice notice, PushSigner signer, CancellationToken cancellationToken)
        {
            Sent.Enqueue(notice);
            return Task.FromResult(Outcome);
        }
    }
}
