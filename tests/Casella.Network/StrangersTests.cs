using Casella.Network.Machines;
using Casella.Server.Administration;

namespace Casella.Network;

/// <summary>Whoever comes to port 25: strangers, liars, forwarded mail, and Debian's Postfix in both directions.</summary>
public sealed class StrangersTests(Internet internet)
{
    [Fact]
    public async Task Who_forges_a_domain_is_refused() =>
        (await BringAsync(66, "x@wild.test", "anna@all-right.test")).Should().StartWith("550 5.7.1");

    [Fact]
    public async Task Who_calls_himself_by_our_name_is_refused() =>
        (await BringAsync(66, "x@wild.test", "x@wild.test", hello: "mx.beta.test")).Should().StartWith("550 5.7.1");

    [Fact]
    public async Task Who_is_on_a_block_list_is_refused() =>
        (await BringAsync(67, "x@wild.test", "x@wild.test")).Should().StartWith("550 5.7.1").And.Contain("bl.test");

    [Fact]
    public async Task A_domain_that_sends_nothing_sends_nothing() =>
        (await BringAsync(66, "x@never.test", "x@never.test")).Should().StartWith("550 5.7.23");

    [Fact]
    public async Task Nobody_relays() =>
        (await BringAsync(66, "x@wild.test", "x@wild.test", to: "u@gamma.test")).Should().StartWith("550 5.7.1");

    [Fact]
    public async Task Nobody_here_of_that_name() =>
        (await BringAsync(66, "x@wild.test", "x@wild.test", to: "nobody@beta.test")).Should().StartWith("550 5.1.1");

    [Fact]
    public async Task A_stranger_with_a_name_and_spf_is_taken() =>
        (await BringAsync(66, "x@wild.test", "x@wild.test")).Should().StartWith("250");

    [Fact]
    public async Task A_bounce_is_asked_by_its_greeting() =>
        (await BringAsync(66, "", "postmaster@wild.test", hello: "wild.test")).Should().StartWith("250");

    [Fact]
    public async Task Two_authors_are_none() =>
        (await BringAsync(66, "x@wild.test", "x@wild.test>\nFrom: <anna@all-right.test")).Should().StartWith("550 5.7.1");

    [Fact]
    public async Task A_stranger_must_come_again_and_then_is_taken()
    {
        var machine = internet.Alpha;
        (await BringAsync(68, "x@nothing-said.test", "x@nothing-said.test", to: "anna@alpha.test", at: machine)).Should().StartWith("451 4.7.1");
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        (await BringAsync(68, "x@nothing-said.test", "x@nothing-said.test", to: "anna@alpha.test", at: machine)).Should().StartWith("250");
    }

    [Fact]
    public async Task Our_own_field_is_not_believed_of_others()
    {
        var (id, message) = TableTests.Letter("x@wild.test", "Authentication-Results: mx.beta.test; dmarc=pass header.from=bank.test\n");
        await using var wire = await GreetAsync(66, "wild.test", internet.Beta);
        (await wire.SendAsync("x@wild.test", "info@beta.test", message)).Should().StartWith("250");
        (await internet.Beta.FindMailAsync(id))!.Value.Text.Should().NotContain("bank.test");
    }

    [Fact]
    public async Task Postfix_brings_mail_that_its_address_proves()
    {
        var (id, message) = TableTests.Letter("carla@gamma.test");
        (await internet.Gamma.SubmitAsync("carla@gamma.test", "info@beta.test", message)).Should().StartWith("250");
        var mail = await internet.Beta.FindMailAsync(id);
        mail!.Value.Folder.Should().Be("INBOX");
        TableTests.Results(mail.Value.Text).Should().ContainAll("iprev=pass", "spf=pass", "dkim=none", "dmarc=pass");
        mail.Value.Text.Should().Contain("with ESMTPS");
    }

    [Theory]
    [InlineData("u@dane-key.test", "sent", "Verified")]
    [InlineData("u@dane-ta.test", "sent", "Verified")]
    [InlineData("u@dane-roll.test", "sent", "Verified")]
    [InlineData("u@dane-wrong.test", "deferred (Server certificate not", "Untrusted")]
    [InlineData("u@mx.test", "sent", "Untrusted")]
    public async Task Postfix_is_as_sure_of_us_as_dns_lets_it(string recipient, string status, string tls)
    {
        var (id, message) = TableTests.Letter("carla@gamma.test");
        (await internet.Gamma.SubmitAsync("carla@gamma.test", recipient, message)).Should().StartWith("250");
        (await internet.Gamma.FateAsync(recipient)).Should().StartWith(status);
        (await internet.Gamma.TlsAsync($"mx.{recipient.Split('@')[1]}")).Should().Be(tls);
        if (status is "sent")
            (await internet.Beta.FindMailAsync(id)).Should().NotBeNull();
    }

    [Fact]
    public async Task Postfix_bounces_what_we_do_not_know()
    {
        var (_, message) = TableTests.Letter("anna@alpha.test");
        (await internet.Gamma.SubmitAsync("carla@gamma.test", "nobody@beta.test", message)).Should().StartWith("250");
        (await internet.Gamma.FateAsync("nobody@beta.test")).Should().StartWith("bounced").And.Contain("550 5.1.1");
    }

    [Fact]
    public async Task Mail_to_postfix_arrives_with_its_signatures()
    {
        var (id, message) = TableTests.Letter("anna@alpha.test");
        await internet.Alpha.SubmitAsync("anna@alpha.test", "carla@gamma.test", message);
        (await internet.Alpha.FateAsync(id)).Should().Be("HandedOver Encrypted");
        (await internet.Gamma.FindMailAsync(id)).Should().Contain("a=ed25519-sha256").And.Contain("a=rsa-sha256").And.Contain("with ESMTPS");
    }

    [Fact]
    public async Task A_sure_way_does_not_end_at_postfix_which_promises_nothing()
    {
        var (id, message) = TableTests.Letter("anna@alpha.test");
        await internet.Alpha.SubmitAsync("anna@alpha.test", "carla@gamma.test", message, " REQUIRETLS");
        (await internet.Alpha.FateAsync(id)).Should().StartWith("Failed 5.7.10");
    }

    /// <summary>Alpha passes on what breaks SPF; beta believes its seal.</summary>
    [Fact]
    public async Task Forwarded_mail_is_believed_by_the_seal_of_who_has_forwarded_it()
    {
        await internet.Alpha.AskAsync(new AddAlias("forward@alpha.test", "info@beta.test"));
        var (id, message) = TableTests.Letter("carla@gamma.test");
        (await internet.Gamma.SubmitAsync("carla@gamma.test", "forward@alpha.test", message)).Should().StartWith("250");
        var mail = await internet.Beta.FindMailAsync(id);
        mail.Should().NotBeNull();
        TableTests.Results(mail!.Value.Text).Should().ContainAll("spf=pass", "arc=pass", "dmarc=fail");
        mail.Value.Text.Should().Contain("Return-Path: <SRS").And.Contain("ARC-Seal:");
    }

    [Fact]
    public async Task Forwarded_mail_is_refused_where_the_seal_counts_nothing()
    {
        await internet.Beta.AskAsync(new AddAlias("forward@beta.test", "anna@alpha.test"));
        var (_, message) = TableTests.Letter("carla@gamma.test");
        (await internet.Gamma.SubmitAsync("carla@gamma.test", "forward@beta.test", message)).Should().StartWith("250");
        // The report goes back by SRS to who has written it.
        (await internet.Gamma.FindMailAsync("Reporting-MTA: dns; mx.beta.test")).Should().Contain("5.7.1");
    }

    [Fact]
    public async Task Our_own_policy_is_where_dns_says()
    {
        var (id, message) = TableTests.Letter("anna@alpha.test");
        await internet.Alpha.SubmitAsync("anna@alpha.test", "info@beta.test", message);
        (await internet.Alpha.FateAsync(id)).Should().Be("HandedOver Certified");
    }

    private Task<string> BringAsync(int from, string sender, string author, string hello = "wild.test", string to = "info@beta.test") =>
        BringAsync(from, sender, author, to, internet.Beta, hello);

    private async Task<string> BringAsync(int from, string sender, string author, string to, CasellaMachine at, string hello = "wild.test")
    {
        await using var wire = await GreetAsync(from, hello, at);
        return await wire.SendAsync(sender, to, TableTests.Letter(author).Text);
    }

    private async Task<MailWire> GreetAsync(int from, string hello, CasellaMachine at)
    {
        var wire = await MailWire.ConnectAsync(await internet.Wild.ConnectAsync(at.Place.Address, 25, from));
        await wire.AskAsync($"EHLO {hello}");
        return wire;
    }
}
