using System.Net;
using Casella.Core.Delivery;

namespace Casella.Core.Tests.Filtering.Spam;

/// <summary>What becomes of mail from outside: taken, marked, into SPAM or refused; and that it says why.</summary>
public sealed class SpamFilterTests : IAsyncLifetime
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info", "anna");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        (await _house.VerifyAsync("anna")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task An_ordinary_first_mail_is_taken_and_tells_that_it_was_looked_at()
    {
        (await _house.DeliverAsync(SpamMail.Plain("Marco <marco@good.test>", "Iscrizione", "Buongiorno, vorrei iscrivermi."), SpamMail.Good("good.test"))).Should().BeOfType<DeliveryOutcome.Delivered>();

        var text = (await _house.ReadAsync("info")).Should().ContainSingle().Subject;
        text.Should().StartWith("Return-Path: <x@example.org>\r\nX-Spam-Status: No, score=0.0 required=4.0\r\n\ttests=");
        text.Should().Contain("FIRST_CONTACT=0.5").And.NotContain("X-Spam-Flag");
    }

    [Fact]
    public async Task Who_has_written_before_is_known_from_then_on()
    {
        for (var i = 0; i < 2; i++)
            await _house.DeliverAsync(SpamMail.Plain("marco@good.test", "Iscrizione", "Buongiorno."), SpamMail.Good("good.test"));
        var texts = await _house.ReadAsync("info");
        texts[0].Should().Contain("FIRST_CONTACT").And.NotContain("KNOWN_SENDER");
        texts[1].Should().Contain("KNOWN_SENDER=-1.0").And.NotContain("FIRST_CONTACT");
    }

    [Fact]
    public async Task What_nobody_wants_is_refused_in_words_for_its_sender()
    {
        var refused = (await _house.DeliverAsync(SpamMail.Trap(), SpamMail.Unknown)).Should().BeOfType<DeliveryOutcome.Refused>().Subject;
        refused.IsSpam.Should().BeTrue();
        refused.Text.Should().Contain("non e stato accettato").And.Contain("un programma in allegato").And.Contain("postmaster@example.test");
        refused.Text.Should().MatchRegex("^[ -~]+$", "an SMTP reply is one line of ASCII");
        (await _house.ReadAsync("info")).Should().BeEmpty();
        (await _house.ReadAsync("info", "SPAM")).Should().BeEmpty();

        await (await _house.DoorAsync("info")).SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["language"] = "en" }, House.Cancelled);
        (await _house.DeliverAsync(SpamMail.Trap(), SpamMail.Unknown)).Should().BeOfType<DeliveryOutcome.Refused>().Which.Text.Should().Contain("a program is attached");
    }

    [Fact]
    public async Task Postmaster_is_never_out_of_reach()
    {
        await _house.Directory.AddAliasAsync("postmaster@example.test", "info@example.test", House.Cancelled);
        (await _house.DeliverAsync(SpamMail.Trap(), SpamMail.Unknown, "postmaster@example.test")).Should().BeOfType<DeliveryOutcome.Delivered>();
        (await _house.ReadAsync("info", "SPAM")).Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_spam_is_in_SPAM_with_its_reasons_and_without_those_of_strangers()
    {
        var message = SpamMail.Plain("\"info@example.test\" <x@evil.example>", "FATTURA URGENTE", "Vedi http://192.0.2.77/x", "X-Spam-Status: No\r\nX-Spam-Flag: NO\r\nX-Virus-Status: Clean\r\n");
        (await _house.DeliverAsync(message, SpamMail.Unknown)).Should().BeOfType<DeliveryOutcome.Delivered>();

        (await _house.ReadAsync("info")).Should().BeEmpty();
        var text = (await _house.ReadAsync("info", "SPAM")).Should().ContainSingle().Subject;
        text.Should().Contain("X-Spam-Flag: YES\r\n").And.Contain("NAME_IS_OURS=3.5").And.Contain("X-Spam-Report: ");
        text.Should().NotContain("X-Spam-Status: No\r\n").And.NotContain("X-Spam-Flag: NO").And.NotContain("X-Virus-Status");
        text.Should().EndWith("Vedi http://192.0.2.77/x\r\n");
    }

    [Fact]
    public async Task What_is_only_suspect_is_marked_and_stays_in_the_inbox()
    {
        await _house.DeliverAsync(SpamMail.Plain("x@evil.example", "Offerta", "Vedi http://192.0.2.77/x"), SpamMail.Unknown);
        (await _house.ReadAsync("info")).Should().ContainSingle().Which.Should().Contain("X-Spam-Flag: YES");
    }

    [Fact]
    public async Task Our_own_mail_and_that_of_trusted_networks_is_not_judged()
    {
        await _house.DeliverAsync(SpamMail.Trap(), verdict: null);
        await _house.DeliverAsync(SpamMail.Trap(), new AuthenticationVerdict { Client = IPAddress.Loopback, IsTrusted = true });
        (await _house.ReadAsync("info")).Should().HaveCount(2).And.AllSatisfy(text => text.Should().Contain("X-Spam-Flag: NO"));
    }

    [Fact]
    public async Task The_script_comes_before_the_filter_and_knows_what_it_found()
    {
        await ActivateAsync("require [\"fileinto\", \"spamtestplus\", \"relational\", \"comparator-i;ascii-numeric\"]; if spamtest :percent :value \"ge\" :comparator \"i;ascii-numeric\" \"50\" { fileinto \"Archive\"; }");
        await _house.DeliverAsync(Spam(), SpamMail.Unknown);
        (await _house.ReadAsync("info", "Archive")).Should().ContainSingle().Which.Should().Contain("X-Spam-Flag: YES");
        (await _house.ReadAsync("info", "SPAM")).Should().BeEmpty();

        await ActivateAsync("keep;");
        await _house.DeliverAsync(Spam(), SpamMail.Unknown);
        (await _house.ReadAsync("info")).Should().ContainSingle("it was said");
    }

    [Fact]
    public async Task A_script_that_says_nothing_leaves_it_to_the_filter_and_answers_nobody()
    {
        await ActivateAsync("require [\"vacation\", \"imap4flags\"]; vacation \"Siamo chiusi.\"; addflag \"corso\";");
        await _house.DeliverAsync(Spam(), SpamMail.Unknown);
        (await _house.ReadAsync("info", "SPAM")).Should().ContainSingle();
        (await _house.ReadAsync("info")).Should().BeEmpty();
        (await _house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();

        await ActivateAsync("error \"guasto\";", "ihave");
        await _house.DeliverAsync(Spam(), SpamMail.Unknown);
        (await _house.ReadAsync("info", "SPAM")).Should().HaveCount(2, "a script that fails is as if it had said nothing");
    }

    [Fact]
    public async Task One_mailbox_that_wants_it_keeps_the_others_from_refusing()
    {
        for (var i = 0; i < 2; i++)
            await _house.DeliverAsync(SpamMail.Plain("x@evil.example", "Offerta", "Buongiorno."), SpamMail.Good("evil.example"), "anna@example.test");
        var message = SpamMail.Trap();
        await using (var content = House.Message(message))
        {
            var request = new DeliveryRequest(House.Address("x@evil.example"), [House.Address("info@example.test"), House.Address("postmaster@example.test")], content) { Verdict = SpamMail.Unknown };
            await _house.Directory.AddAliasAsync("postmaster@example.test", "anna@example.test", House.Cancelled);
            (await _house.Deliverer.DeliverAsync(request, House.Cancelled)).Should().AllBeOfType<DeliveryOutcome.Delivered>();
        }

        (await _house.ReadAsync("info", "SPAM")).Should().ContainSingle();
        (await _house.ReadAsync("anna", "SPAM")).Should().ContainSingle();
    }

    [Fact]
    public async Task A_hostile_message_is_judged_in_little_time()
    {
        var links = string.Concat(Enumerable.Repeat("http://a.b:9999@", 20_000));
        var words = string.Join(' ', Enumerable.Range(0, 200_000).Select(i => $"parola{i}"));
        var html = "<a href='x'>" + string.Concat(Enumerable.Repeat("<div style='display:none'><a href=http://1.2.3.4>", 50_000));
        foreach (var (type, body) in new[] { ("text/plain", links), ("text/plain", words), ("text/html", html), ("multipart/mixed; boundary=b", string.Concat(Enumerable.Repeat("--b\r\nContent-Type: text/html\r\n\r\n<a href=http://x.y>z</a>\r\n", 5_000))) })
        {
            var message = SpamMail.Plain("x@evil.example", new string('A', 100_000), body).Replace("text/plain; charset=utf-8", type, StringComparison.Ordinal);
            (await QuickestAsync(async () => (await _house.DeliverAsync(message, SpamMail.Unknown)).Should().NotBeOfType<DeliveryOutcome.Deferred>()))
                .Should().BeLessThan(Promised, type);
        }
    }

    /// <summary>The machine may be busy with something else once, and not three times.</summary>
    private static async Task<TimeSpan> QuickestAsync(Func<Task> work)
    {
        var quickest = TimeSpan.MaxValue;
        for (var i = 0; i < 3 && quickest >= Promised; i++)
        {
            var begin = TimeProvider.System.GetTimestamp();
            await work();
            quickest = TimeSpan.FromTicks(Math.Min(quickest.Ticks, TimeProvider.System.GetElapsedTime(begin).Ticks));
        }

        return quickest;
    }

    private static string Spam() => SpamMail.Plain("\"info@example.test\" <x@evil.example>", "FATTURA URGENTE", "Vedi http://192.0.2.77/x");

    private async Task ActivateAsync(string script, string? needs = null)
    {
        var filters = (await _house.DoorAsync("info")).Filters;
        await filters.PutAsync("prova", needs is null ? script : $"require \"{needs}\"; {script}", House.Cancelled);
        await filters.ActivateAsync("prova", House.Cancelled);
    }
}
