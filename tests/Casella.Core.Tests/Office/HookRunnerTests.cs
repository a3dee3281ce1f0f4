using Casella.Core.Office;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Casella.Core.Tests.Office;

/// <summary>What webhooks are told, and how often.</summary>
public sealed class HookRunnerTests
{
    [Fact]
    public async Task A_hook_hears_what_it_asked_for_signed_and_in_order()
    {
        await using var house = await Staff.OpenAsync();
        var (runner, there) = Runner(house);
        var owner = await house.StaffAsync("olga", OfficeRoles.Owner);
        var secret = await owner.Hooks.AddAsync("https://hooks.example.org/in", ["mailbox", "delivery.failed"], House.Cancelled);

        await owner.Mailboxes.SetQuotaAsync("info@example.test", 5 << 20, House.Cancelled);
        await owner.Aliases.AddAsync("us@example.test", "info@example.test", House.Cancelled);
        await owner.Mailboxes.DropCommonPasswordAsync("info@example.test", House.Cancelled);
        await runner.RunDueAsync(House.Cancelled);

        there.Calls.Select(call => call.Event).Should().Equal("mailbox.set-quota", "mailbox.drop-password");
        var first = there.Calls[0];
        first.Url.Should().Be("https://hooks.example.org/in");
        first.Body.Should().Contain("\"subject\":\"info@example.test\"").And.Contain("\"by\":\"olga\"").And.NotContain("5242880");
        first.Signature.Should().Be(HookSignature.Of(secret, house.Time.GetUtcNow(), first.Body));
        (await owner.Hooks.ListAsync(House.Cancelled)).Single().Should().Match<Hook>(hook => hook.LastError == null && hook.LastAt != null && hook.Waiting == 0);
    }

    [Fact]
    public async Task A_hook_that_is_away_gets_everything_later_in_order_and_holds_up_nobody()
    {
        await using var house = await Staff.OpenAsync();
        var (runner, there) = Runner(house);
        var owner = await house.StaffAsync("olga", OfficeRoles.Owner);
        await owner.Hooks.AddAsync("https://away.example.org/", ["alias"], House.Cancelled);
        await owner.Hooks.AddAsync("https://here.example.org/", ["alias"], House.Cancelled);
        there.Failing = "https://away.example.org/";
        await owner.Aliases.AddAsync("a@example.test", "info@example.test", House.Cancelled);
        await owner.Aliases.AddAsync("b@example.test", "info@example.test", House.Cancelled);

        var next = await runner.RunDueAsync(House.Cancelled);
        next.Should().Be(house.Time.GetUtcNow() + TimeSpan.FromMinutes(1));
        there.Calls.Count(call => call.Url.Contains("here", StringComparison.Ordinal)).Should().Be(2);
        there.Calls.Count(call => call.Url.Contains("away", StringComparison.Ordinal)).Should().Be(1);
        (await owner.Hooks.ListAsync(House.Cancelled))[0].Should().Match<Hook>(hook => hook.LastError == "answered 500" && hook.Waiting == 2);
        (there.Failing, there.Calls) = (null, []);
        house.Time.Advance(TimeSpan.FromMinutes(2));
        await runner.RunDueAsync(House.Cancelled);

        there.Calls.Select(call => call.Body.Contains("a@example.test", StringComparison.Ordinal)).Should().Equal(true, false);
        (await owner.Hooks.ListAsync(House.Cancelled))[0].LastError.Should().BeNull();
    }

    [Fact]
    public async Task After_three_days_a_call_is_given_up()
    {
        await using var house = await Staff.OpenAsync();
        var (runner, there) = Runner(house);
        var owner = await house.StaffAsync("olga", OfficeRoles.Owner);
        await owner.Hooks.AddAsync("https://away.example.org/", [], House.Cancelled);
        there.Failing = "https://away.example.org/";
        await owner.Aliases.AddAsync("a@example.test", "info@example.test", House.Cancelled);

        for (var hours = 0; hours < 24 * 5; hours++)
        {
            await runner.RunDueAsync(House.Cancelled);
            house.Time.Advance(TimeSpan.FromHours(1));
        }

        // Also the adding of the hook itself was told to it.
        there.Calls.Count(call => string.Equals(call.Event, "alias.add", StringComparison.Ordinal)).Should().BeInRange(0, 9);
        there.Calls.Should().HaveCountGreaterThan(8);
        (await owner.Hooks.ListAsync(House.Cancelled)).Single().LastError.Should().Be("answered 500");
    }

    [Fact]
    public async Task Mail_that_comes_in_is_told_without_what_it_says()
    {
        await using var house = await Staff.OpenAsync();
        var (runner, there) = Runner(house);
        var owner = await house.StaffAsync("olga", OfficeRoles.Owner);
        await owner.Hooks.AddAsync("https://hooks.example.org/", ["mail"], House.Cancelled);
        await runner.RunDueAsync(House.Cancelled);

        await house.Deliverer.DeliverAsync(
            new Casella.Core.Delivery.DeliveryRequest(House.Address("gino@example.org"), [House.Address("info@example.test")], House.Message("Subject: secret plans\r\n\r\nx\r\n")), House.Cancelled);
        await runner.RunDueAsync(House.Cancelled);

        there.Calls.Single().Body.Should().Contain("mail.received").And.Contain("gino@example.org").And.NotContain("secret plans");
    }

    [Theory]
    [InlineData("http://hooks.example.org/")]
    [InlineData("https://user@hooks.example.org/")]
    [InlineData("ftp://hooks.example.org/")]
    [InlineData("hooks")]
    public async Task A_hook_is_an_https_address(string url)
    {
        await using var house = await Staff.OpenAsync();

        await FluentActions.Invoking(() => house.CommandLine().Hooks.AddAsync(url, [], House.Cancelled)).Should().ThrowAsync<Casella.Core.Directory.DirectoryRuleException>();
    }

    private static (HookRunner Runner, There There) Runner(House house)
    {
        var there = new There();
        return (new HookRunner(house.Get<IHookStore>(), there, house.Get<OfficeFeed>(), house.Time, NullLogger<HookRunner>.Instance), there);
    }

    /// <summary>The other side.</summary>
    private sealed class There : IHookTransport
    {
        public List<SignedCall> Calls { get; set; } = [];
        public string? Failing { get; set; }

        public Task<string?> SendAsync(SignedCall call, CancellationToken cancellationToken)
        {
            lock (Calls)
                Calls.Add(call);
            return Task.FromResult(string.Equals(call.Url, Failing, StringComparison.Ordinal) ? "answered 500" : null);
        }
    }
}
