using AwesomeAssertions;
using Casella.Core.Delivery;
using Casella.Core.Mailboxes;
using Casella.Smtp.Inbound;
using Casella.Smtp.Tests.World;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>What is decided before the content comes: block lists, names of clients, greylisting, trusted networks.</summary>
public sealed class SenderRulesTests
{
    private const string Mail = "From: anna@example.net\n\nhello\n";
    private static readonly InboundOptions Stranger = new() { TrustedNetworks = "", Greylist = new GreylistOptions { Scope = GreylistScope.Off } };

    [Fact]
    public async Task A_client_on_a_block_list_is_refused_but_may_write_to_postmaster()
    {
        await using var exchanger = await MailExchanger.StartAsync(Stranger with { BlockLists = "bl.test, other.test" });
        exchanger.Names.With("1.0.0.127.other.test A 127.0.0.4");

        (await exchanger.BringAsync(Mail, "anna@example.net")).Recipient.Should().Match("550 5.7.1 *127.0.0.1 is on the block list other.test*");
        (await exchanger.BringAsync(Mail, "anna@example.net", recipient: "postmaster@example.org")).Content.Should().StartWith("250");
    }

    [Theory]
    [InlineData("127.255.255.254")]
    [InlineData("192.0.2.1")]
    public async Task A_list_that_answers_something_else_lists_nobody(string answer)
    {
        await using var exchanger = await MailExchanger.StartAsync(Stranger with { BlockLists = "bl.test" });
        exchanger.Names.With($"1.0.0.127.bl.test A {answer}");

        (await exchanger.BringAsync(Mail, "anna@example.net")).Content.Should().StartWith("250");
    }

    [Theory]
    [InlineData("mail.example.org", "550 5.7.1")]
    [InlineData("MAIL.example.org.", "550 5.7.1")]
    [InlineData("mail.example.net", "250")]
    [InlineData("[127.0.0.1]", "250")]
    public async Task Nobody_else_has_our_name(string hello, string answer)
    {
        await using var exchanger = await MailExchanger.StartAsync(Stranger);
        (await exchanger.BringAsync(Mail, "anna@example.net", hello)).Recipient.Should().StartWith(answer);
    }

    [Fact]
    public async Task A_name_without_the_way_back_is_none()
    {
        await using var exchanger = await MailExchanger.StartAsync(Stranger);
        exchanger.Names.With("1.0.0.127.in-addr.arpa PTR mail.google.test\nmail.google.test A 192.0.2.1");
        await exchanger.BringAsync(Mail, "anna@example.net");

        (await exchanger.NewestAsync(SpecialUse.None)).Should().Contain("iprev=fail policy.iprev=127.0.0.1").And.NotContain("mail.google.test");
    }

    [Fact]
    public async Task Who_is_not_known_comes_again_in_some_minutes()
    {
        await using var exchanger = await MailExchanger.StartAsync(new InboundOptions
        {
            TrustedNetworks = "",
            Greylist = new GreylistOptions { Delay = TimeSpan.FromMilliseconds(1) },
        });

        (await exchanger.BringAsync(Mail, "anna@example.net")).Recipient.Should().Match("451 4.7.1 We do not know you yet: please try again in 1 minutes");
        await Task.Delay(1100, TestContext.Current.CancellationToken);      // the list counts in seconds
        (await exchanger.BringAsync(Mail, "anna@example.net")).Content.Should().StartWith("250");
        (await exchanger.BringAsync(Mail, "anna@example.net")).Content.Should().StartWith("250");
        (await exchanger.BringAsync(Mail, "marco@example.net")).Recipient.Should().StartWith("451 4.7.1");
    }

    [Fact]
    public async Task Who_is_proven_need_not_come_again()
    {
        await using var exchanger = await MailExchanger.StartAsync(new InboundOptions { TrustedNetworks = "" });
        exchanger.Names.With("example.net TXT v=spf1 ip4:127.0.0.1 -all\n1.0.0.127.in-addr.arpa PTR client.test\nclient.test A 127.0.0.1");

        (await exchanger.BringAsync(Mail, "anna@example.net")).Content.Should().StartWith("250");
    }

    [Fact]
    public async Task Our_own_networks_are_not_asked()
    {
        await using var exchanger = await MailExchanger.StartAsync(new InboundOptions { BlockLists = "bl.test" });
        exchanger.Names.With("1.0.0.127.bl.test A 127.0.0.4\n_dmarc.example.net TXT v=DMARC1; p=reject");

        (await exchanger.BringAsync(Mail, "anna@example.net")).Content.Should().StartWith("250");
        (await exchanger.NewestAsync(SpecialUse.None)).Should().NotContain("Authentication-Results");
        exchanger.Names.Questions.Should().Be(0);
    }

    [Fact]
    public async Task What_strangers_have_found_out_in_our_name_is_taken_away()
    {
        await using var exchanger = await MailExchanger.StartAsync(Stranger);
        await exchanger.BringAsync("Authentication-Results: mail.example.org; dmarc=pass\nAuthentication-Results: mx.example.com; spf=pass\n" + Mail, "anna@example.net");

        var stored = await exchanger.NewestAsync(SpecialUse.None);
        stored.Should().NotContain("dmarc=pass").And.Contain("mx.example.com; spf=pass").And.Contain("mail.example.org;\r\n\tiprev=");
    }

    [Fact]
    public async Task A_silent_name_server_holds_nobody_up_for_long()
    {
        await using var exchanger = await MailExchanger.StartAsync(Stranger with { CheckTime = TimeSpan.FromMilliseconds(300) });
        exchanger.Names.With("example.net TXT SILENT\n_dmarc.example.net TXT SILENT\n1.0.0.127.in-addr.arpa PTR SILENT");
        var started = TimeProvider.System.GetTimestamp();

        (await exchanger.BringAsync(Mail, "anna@example.net")).Content.Should().StartWith("250");
        (await exchanger.NewestAsync(SpecialUse.None)).Should().Contain("iprev=temperror").And.Contain("spf=temperror").And.Contain("dmarc=temperror");
        TimeProvider.System.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(10), "three questions one after another would take fifteen and more");
    }
}
