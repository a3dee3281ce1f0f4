using System.Net;
using System.Text;
using AwesomeAssertions;
using Casella.Core.Delivery;
using Casella.Core.Filtering.Spam;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Smtp.Inbound;
using Casella.Smtp.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>rspamd and clamd as they are, slow, broken or away: an opinion, or none in time.</summary>
public sealed class ScannerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // ---- rspamd

    [Fact]
    public async Task Rspamd_hears_who_sends_and_its_symbols_are_the_reasons()
    {
        await using var fake = new FakeRspamd { Answer = """{"score": 6.5, "action": "add header", "symbols": {"R_SPF_FAIL": {"score": 4.0, "name": "R_SPF_FAIL"}, "ZERO": {"score": 0.0}, "BAD NAME\r\n": {"score": 3.0}}}""" };
        using var engine = Engine(fake);
        await using var message = Message("Subject: x\r\n\r\nhello\r\n");
        var reasons = await engine.AskAsync(Request(message), Cancelled);

        reasons.Should().Equal(new SpamReason("R_SPF_FAIL", 4), new SpamReason("BADNAME", 3), new SpamReason("RSPAMD", -0.5));
        var (path, fields, body) = fake.Asked.Should().ContainSingle().Subject;
        (path, body).Should().Be(("/checkv2", "Subject: x\r\n\r\nhello\r\n"));
        (fields["IP"], fields["Helo"], fields["From"], fields["Rcpt"]).Should().Be(("192.0.2.1", "mail.evil.test", "x@evil.test", "info@example.org"));
        fields["Hostname"].Should().BeNull("a line end cannot stand in it");
    }

    [Theory]
    [InlineData("no json", 200)]
    [InlineData("{}", 200)]
    [InlineData("[1]", 200)]
    [InlineData("{\"score\": \"many\"}", 200)]
    [InlineData("{\"score\": 1, \"symbols\": {\"A\": 7}}", 200)]
    [InlineData("{\"score\": 1}", 500)]
    public async Task Rspamd_that_is_broken_has_no_opinion(string answer, int status)
    {
        await using var fake = new FakeRspamd { Answer = answer, Status = status };
        using var engine = Engine(fake);
        await using var message = Message("Subject: x\r\n\r\nhello\r\n");
        (await engine.AskAsync(Request(message), Cancelled)).Should().BeNull();
        (await engine.LearnAsync("x"u8.ToArray(), true, Cancelled)).Should().Be(status == 200);
    }

    [Fact]
    public async Task Rspamd_that_is_slow_or_away_holds_nobody_up()
    {
        await using var fake = new FakeRspamd { Delay = TimeSpan.FromMinutes(1) };
        using var slow = Engine(fake);
        using var away = new RspamdEngine(new SpamOptions { Rspamd = new RspamdOptions { Worker = $"http://127.0.0.1:{FakeRspamd.FreePort()}" } }, NullLogger<RspamdEngine>.Instance);
        await using var message = Message("Subject: x\r\n\r\nhello\r\n");
        var begin = TimeProvider.System.GetTimestamp();
        (await slow.AskAsync(Request(message), Cancelled)).Should().BeNull();
        (await away.AskAsync(Request(message), Cancelled)).Should().BeNull();
        TimeProvider.System.GetElapsedTime(begin).Should().BeLessThan(TimeSpan.FromSeconds(40), "nobody has waited for the minute");
    }

    [Fact]
    public async Task Rspamd_is_told_what_members_say()
    {
        await using var fake = new FakeRspamd();
        using var engine = Engine(fake);
        (await engine.LearnAsync("one"u8.ToArray(), isSpam: true, Cancelled)).Should().BeTrue();
        (await engine.LearnAsync("two"u8.ToArray(), isSpam: false, Cancelled)).Should().BeTrue();
        fake.Asked.Select(asked => (asked.Path, asked.Body, asked.Fields["Password"])).Should().Equal(("/learnspam", "one", "secret"), ("/learnham", "two", "secret"));
    }

    [Fact]
    public async Task What_rspamd_knows_already_was_heard()
    {
        await using var fake = new FakeRspamd { Status = 404, Answer = """{"error":"<1@evil.test> has been already learned as spam, ignore it"}""" };
        using var engine = Engine(fake);
        (await engine.LearnAsync("one"u8.ToArray(), isSpam: true, Cancelled)).Should().BeTrue();
    }

    [Fact]
    public async Task Debians_rspamd_judges_and_learns()
    {
        Assert.SkipUnless(RealRspamd.IsInstalled, "rspamd is not installed (apt-get install rspamd)");
        await using var rspamd = await RealRspamd.StartAsync(Cancelled);
        var options = new SpamOptions { Rspamd = new RspamdOptions { Worker = rspamd.Worker, Controller = rspamd.Controller, Time = TimeSpan.FromSeconds(30) } };
        using var engine = new RspamdEngine(options, NullLogger<RspamdEngine>.Instance);
        const string Text = "From: a@evil.test\r\nTo: info@example.org\r\nSubject: Premio\r\nMessage-ID: <1@evil.test>\r\n\r\nvincita premio casino clicca subito adesso gratis lotteria fortuna jackpot\r\n";
        await using var message = Message(Text);
        var before = await engine.AskAsync(Request(message), Cancelled);
        before.Should().Contain(new SpamReason("TEST_PREMIO", 7.5)).And.NotContain(reason => reason.Sign.StartsWith("BAYES", StringComparison.Ordinal));

        (await engine.LearnAsync(Encoding.ASCII.GetBytes(Text), isSpam: true, Cancelled)).Should().BeTrue();
        (await engine.LearnAsync("From: b@good.test\r\nSubject: Corso\r\n\r\nbuongiorno vorrei iscrivermi al corso di primo soccorso della sezione grazie\r\n"u8.ToArray(), isSpam: false, Cancelled)).Should().BeTrue();
        (await engine.LearnAsync(Encoding.ASCII.GetBytes(Text), isSpam: true, Cancelled)).Should().BeTrue("it knows that already");
        using var client = new HttpClient();
        using var statistics = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync($"{rspamd.Controller}/stat", Cancelled));
        statistics.RootElement.GetProperty("learned").GetInt32().Should().Be(2);
    }

    // ---- clamd

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clamd_finds_what_it_knows(bool isUnix)
    {
        var path = isUnix ? Path.Join(Path.GetTempPath(), $"clamd-{Guid.NewGuid():N}"[..14]) : null;
        await using var fake = new FakeClamd(path);
        var scanner = Scanner(fake.Place);
        await using var clean = Message("Subject: x\r\n\r\n" + new string('a', 300_000));
        await using var infected = Message("Subject: x\r\n\r\n" + new string('a', 100_000) + FakeClamd.Signature);
        (await scanner.ScanAsync(clean, Cancelled)).Should().BeEmpty();
        (await scanner.ScanAsync(infected, Cancelled)).Should().Be("Casella.Test");
    }

    [Theory]
    [InlineData("")]
    [InlineData("stream: ")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0")]
    public async Task Clamd_that_is_broken_has_no_opinion(string answer)
    {
        await using var fake = new FakeClamd { Answer = answer };
        await using var message = Message("Subject: x\r\n\r\nhello\r\n");
        (await Scanner(fake.Place).ScanAsync(message, Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task Clamd_that_is_slow_or_away_holds_nobody_up_and_is_not_asked_about_what_is_too_large()
    {
        await using var fake = new FakeClamd { Delay = TimeSpan.FromMinutes(1) };
        await using var message = Message("Subject: x\r\n\r\nhello\r\n");
        var begin = TimeProvider.System.GetTimestamp();
        (await Scanner(fake.Place).ScanAsync(message, Cancelled)).Should().BeNull();
        (await Scanner($"127.0.0.1:{FakeRspamd.FreePort()}").ScanAsync(message, Cancelled)).Should().BeNull();
        (await Scanner("/nowhere/clamd.ctl").ScanAsync(message, Cancelled)).Should().BeNull();
        TimeProvider.System.GetElapsedTime(begin).Should().BeLessThan(TimeSpan.FromSeconds(40), "nobody has waited for the minute");
        var small = new ClamdScanner(new VirusOptions { Clamd = fake.Place, SizeAtMost = 10 }, NullLogger<ClamdScanner>.Instance);
        (await small.ScanAsync(message, Cancelled)).Should().BeNull();
    }

    private static RspamdEngine Engine(FakeRspamd fake) => new(
        new SpamOptions { Rspamd = new RspamdOptions { Worker = fake.Url, Controller = fake.Url + "/", Password = "secret", Time = fake.Delay > TimeSpan.Zero ? Soon : TimeSpan.FromSeconds(20) } },
        NullLogger<RspamdEngine>.Instance);

    private static ClamdScanner Scanner(string place) => new(new VirusOptions { Clamd = place, ClamdTime = TimeSpan.FromSeconds(2) }, NullLogger<ClamdScanner>.Instance);

    private static StagedMessage Message(string text) => MessageStaging.FromBytes(Encoding.ASCII.GetBytes(text));

    private static DeliveryRequest Request(StagedMessage message) => new(Address("x@evil.test"), [Address("info@example.org")], message)
    {
        Verdict = new AuthenticationVerdict { Client = IPAddress.Parse("192.0.2.1"), HelloName = "mail.evil.test", ClientName = "evil\r\nRcpt: y" },
    };

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
