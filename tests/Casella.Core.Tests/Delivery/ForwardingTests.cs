using System.Net;
using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Microsoft.Extensions.Hosting;

namespace Casella.Core.Tests.Delivery;

public sealed class ForwardingTests
{
    private const string Mail = "Return-Path: <anna@example.net>\r\nFrom: anna@example.net\r\nMessage-ID: <1@example.net>\r\n\r\nhello\r\n";

    [Fact]
    public async Task A_group_has_mailboxes_and_addresses_elsewhere()
    {
        await using var house = await OpenAsync();
        await house.Directory.AddAliasAsync("board@example.test", "bea@example.test", House.Cancelled);
        await house.Directory.AddAliasAsync("board@example.test", "carla@elsewhere.test", House.Cancelled);
        await house.Directory.AddAliasAsync("board@example.test", "dario@elsewhere.test", House.Cancelled);

        (await DeliverAsync(house, "board@example.test")).Should().BeOfType<DeliveryOutcome.Delivered>();

        (await house.ReadAsync("bea")).Should().ContainSingle();
        var queued = (await house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle().Which;
        queued.Recipients.Select(recipient => recipient.Address.ToString()).Should().Equal("carla@elsewhere.test", "dario@elsewhere.test");
        queued.ReversePath!.OriginalLocalPart.Should().MatchRegex("^SRS0=[a-z2-7]{8}=[a-z2-7]{2}=example.net=anna$");
        queued.ReversePath.Domain.Should().Be("example.test");
    }

    [Fact]
    public async Task A_sender_that_tries_again_does_not_double_what_went_on()
    {
        await using var house = await OpenAsync();
        await house.Directory.AddAliasAsync("board@example.test", "carla@elsewhere.test", House.Cancelled);

        (await DeliverAsync(house, "board@example.test")).Should().BeOfType<DeliveryOutcome.Delivered>();
        (await DeliverAsync(house, "board@example.test")).Should().BeOfType<DeliveryOutcome.Duplicate>();
        (await house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle();
    }

    [Fact]
    public async Task What_goes_on_has_the_way_it_came_and_nothing_of_a_mailbox()
    {
        await using var house = await OpenAsync();
        await house.Directory.AddAliasAsync("board@example.test", "carla@elsewhere.test", House.Cancelled);
        var text = "";
        house.Transport.During = async mail => text = await TextAsync(mail.Content);
        await DeliverAsync(house, "board@example.test");
        await RunAsync(house);

        text.Should().Be("Delivered-To: board@example.test\r\n" + Mail[(Mail.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    [Fact]
    public async Task Mail_that_comes_round_again_is_refused()
    {
        await using var house = await OpenAsync();
        await house.Directory.AddAliasAsync("board@example.test", "carla@elsewhere.test", House.Cancelled);

        var outcome = await DeliverAsync(house, "board@example.test", "Delivered-To: carla@elsewhere.test\r\nDelivered-To: BOARD@example.test\r\n" + Mail);

        outcome.Should().Be(new DeliveryOutcome.Refused(House.Address("board@example.test"), MailError.MailLoop));
        (await house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_report_finds_its_way_back_and_only_a_report_of_ours()
    {
        await using var house = await OpenAsync();
        var rewriting = house.Get<SenderRewriting>();
        var sender = await rewriting.RewriteAsync(House.Address("Anna.Rossi@Example.net"), "example.test", House.Cancelled);

        var back = (Resolution.Local)await house.Resolver.ResolveAsync(sender, House.Cancelled);
        back.Forwards.Select(address => address.ToWire()).Should().Equal("Anna.Rossi@example.net");
        back.IsReturn.Should().BeTrue();

        var forged = sender.ToWire().Replace("=Anna", "=Boss", StringComparison.Ordinal);
        (await house.Resolver.ResolveAsync(House.Address(forged), House.Cancelled)).Should().BeOfType<Resolution.Unknown>();
        house.Time.Advance(TimeSpan.FromDays(22));
        (await house.Resolver.ResolveAsync(sender, House.Cancelled)).Should().BeOfType<Resolution.Unknown>("three weeks are enough");
    }

    [Fact]
    public async Task The_way_back_survives_a_restart_and_capitals()
    {
        await using var house = await OpenAsync();
        var sender = await house.Get<SenderRewriting>().RewriteAsync(House.Address("anna@example.net"), "example.test", House.Cancelled);
        await house.ReopenAsync();

        var shouted = House.Address(sender.ToWire().ToUpperInvariant());
        (await house.Get<SenderRewriting>().ReverseAsync(shouted, House.Cancelled)).Should().Be(House.Address("anna@example.net"));
    }

    [Fact]
    public async Task A_sender_that_others_have_rewritten_is_kept_short_and_leads_to_the_first()
    {
        await using var house = await OpenAsync();
        var rewriting = house.Get<SenderRewriting>();
        var second = await rewriting.RewriteAsync(House.Address("SRS0=abcd=xy=example.net=anna@first.test"), "example.test", House.Cancelled);
        second.OriginalLocalPart.Should().MatchRegex("^SRS1=[a-z2-7]{8}=first.test==abcd=xy=example.net=anna$");
        (await rewriting.ReverseAsync(second, House.Cancelled)).Should().Be(House.Address("SRS0=abcd=xy=example.net=anna@first.test"));

        var third = await rewriting.RewriteAsync(House.Address("SRS1=abcd=first.test==abcd=xy=example.net=anna@second.test"), "example.test", House.Cancelled);
        (await rewriting.ReverseAsync(third, House.Cancelled)).Should().Be(House.Address("SRS0=abcd=xy=example.net=anna@first.test"));
    }

    [Fact]
    public async Task Our_own_people_keep_their_name_when_their_mail_goes_on()
    {
        await using var house = await OpenAsync();
        await house.Directory.AddAliasAsync("board@example.test", "carla@elsewhere.test", House.Cancelled);
        await using var message = House.Message("From: anna@example.test\r\nSubject: s\r\n\r\nx\r\n");
        await house.Submitter.SubmitAsync(
            new SubmissionRequest(
                await house.SignedInAsync("anna"), House.Address("anna@example.test"), [new SubmissionRecipient(House.Address("board@example.test"), null, null)], message, null, null),
            House.Cancelled);

        (await house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle().Which.ReversePath.Should().Be(House.Address("anna@example.test"));
    }

    [Fact]
    public async Task What_is_for_nobody_else_is_caught_where_a_domain_wants_it()
    {
        await using var house = await OpenAsync();
        (await house.Resolver.ResolveAsync(House.Address("anybody@example.test"), House.Cancelled)).Should().BeOfType<Resolution.Unknown>();
        await house.Directory.AddAliasAsync("*@example.test", "anna@example.test", House.Cancelled);

        ((Resolution.Local)await house.Resolver.ResolveAsync(House.Address("anybody@example.test"), House.Cancelled)).Accounts[0].Address.LocalPart.Should().Be("anna");
        ((Resolution.Local)await house.Resolver.ResolveAsync(House.Address("bea+x@example.test"), House.Cancelled)).Accounts[0].Address.LocalPart.Should().Be("bea");
        (await house.Resolver.ResolveAsync(House.Address("SRS0=abcdefgh=xy=example.net=anna@example.test"), House.Cancelled)).Should().BeOfType<Resolution.Unknown>();
        (await house.Resolver.ResolveAsync(House.Address("anybody@elsewhere.test"), House.Cancelled)).Should().BeOfType<Resolution.Remote>();
    }

    private static Task<House> OpenAsync() => House.OpenAsync("anna", "bea");

    private static async Task<DeliveryOutcome> DeliverAsync(House house, string recipient, string mail = Mail)
    {
        await using var message = House.Message(mail);
        var request = new DeliveryRequest(House.Address("anna@example.net"), [House.Address(recipient)], message)
        {
            Verdict = new AuthenticationVerdict { Client = IPAddress.Parse("192.0.2.1") },
        };
        return (await house.Deliverer.DeliverAsync(request, House.Cancelled))[0];
    }

    private static async Task RunAsync(House house)
    {
        var runner = house.Get<IEnumerable<IHostedService>>().OfType<QueueRunner>().Single();
        await runner.StartAsync(House.Cancelled);
        while ((await house.Queue.ListAsync(House.Cancelled)).Count > 0)
            await Task.Delay(5, House.Cancelled);
        await runner.StopAsync(House.Cancelled);
    }

    private static async Task<string> TextAsync(StagedMessage content)
    {
        await using var stream = content.OpenRead();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(House.Cancelled);
    }
}
