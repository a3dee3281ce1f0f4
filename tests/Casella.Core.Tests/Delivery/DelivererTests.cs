using Casella.Core.Delivery;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Delivery;

public sealed class DelivererTests
{
    private const string Text = "From: x@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: one\r\n\r\nbody\r\n";

    [Fact]
    public async Task Each_recipient_has_an_outcome_of_his_own()
    {
        await using var house = await House.OpenAsync("anna");
        await house.AddAsync("full", quota: 1024 * 1024);
        await house.Directory.AddAliasAsync("both@example.test", "anna@example.test", House.Cancelled);
        await using var large = House.Message(Text + new string('x', 900_000));
        await DeliverAsync(house, large, "full@example.test");
        await using var second = House.Message(Text.Replace("<1@", "<2@", StringComparison.Ordinal) + new string('y', 900_000));
        var outcomes = await DeliverAsync(house, second, "anna@example.test", "full@example.test", "nobody@example.test");
        outcomes[0].Should().BeOfType<DeliveryOutcome.Delivered>();
        outcomes[1].Should().BeOfType<DeliveryOutcome.Deferred>().Which.Reason.Should().Be(MailError.OverQuota);
        outcomes[2].Should().BeOfType<DeliveryOutcome.Refused>().Which.Reason.Should().Be(MailError.NoSuchAddress);
        (await house.ReadAsync("full")).Should().ContainSingle();
    }

    [Fact]
    public async Task The_same_delivery_again_is_recognised()
    {
        await using var house = await House.OpenAsync("anna");
        await using var first = House.Message("Received: by one\r\n" + Text);
        await using var retry = House.Message("Received: by two\r\n" + Text);
        (await DeliverAsync(house, first, "anna@example.test"))[0].Should().BeOfType<DeliveryOutcome.Delivered>();
        (await DeliverAsync(house, retry, "anna@example.test"))[0].Should().BeOfType<DeliveryOutcome.Duplicate>();
        await house.ReopenAsync();
        (await DeliverAsync(house, retry, "anna@example.test"))[0].Should().BeOfType<DeliveryOutcome.Duplicate>();
        (await house.ReadAsync("anna")).Should().ContainSingle();
    }

    [Fact]
    public async Task A_message_its_reader_has_removed_comes_when_it_is_sent_again()
    {
        await using var house = await House.OpenAsync("anna");
        await using var message = House.Message(Text);
        await DeliverAsync(house, message, "anna@example.test");
        var anna = await house.DoorAsync("anna");
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!;
        await anna.ExpungeAsync(inbox.Id, null, onlyDeleted: false, House.Cancelled);
        (await DeliverAsync(house, message, "anna@example.test"))[0].Should().BeOfType<DeliveryOutcome.Delivered>();
    }

    [Fact]
    public async Task Another_sender_recipient_or_text_is_another_delivery()
    {
        await using var house = await House.OpenAsync("anna");
        await using var message = House.Message(Text);
        await using var changed = House.Message(Text + "more\r\n");
        await using var nameless = House.Message("From: x@example.org\r\n\r\nbody\r\n");
        await DeliverAsync(house, message, "anna@example.test");
        (await DeliverAsync(house, message, "anna+tag@example.test"))[0].Should().BeOfType<DeliveryOutcome.Delivered>();
        (await DeliverAsync(house, changed, "anna@example.test"))[0].Should().BeOfType<DeliveryOutcome.Delivered>();
        (await house.Deliverer.DeliverAsync(new DeliveryRequest(null, [House.Address("anna@example.test")], message), House.Cancelled))[0]
            .Should().BeOfType<DeliveryOutcome.Delivered>();
        await DeliverAsync(house, nameless, "anna@example.test");
        (await DeliverAsync(house, nameless, "anna@example.test"))[0].Should().BeOfType<DeliveryOutcome.Delivered>("without a Message-ID nothing can be recognised");
        (await house.ReadAsync("anna")).Should().HaveCount(6);
        (await house.VerifyAsync("anna")).Should().BeEmpty();
    }

    private static Task<IReadOnlyList<DeliveryOutcome>> DeliverAsync(House house, StagedMessage message, params string[] recipients) =>
        house.Deliverer.DeliverAsync(
            new DeliveryRequest(House.Address("x@example.org"), [.. recipients.Select(House.Address)], message), House.Cancelled);
}
