using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Core.Tracing;

namespace Casella.Core.Tests.Tracing;

/// <summary>"Where is this mail?" has an answer for every recipient, from the moment of sending.</summary>
public sealed class MailTracesTests
{
    private const string Text = "From: anna@example.test\r\nSubject: prova\r\nMessage-ID: <1@example.test>\r\n\r\nbody\r\n";

    [Fact]
    public async Task Each_recipients_way_is_told_from_the_queue_to_its_end()
    {
        await using var house = await House.OpenAsync("anna", "bea");
        house.Transport.Fates["good.test"] = new RecipientFate(FateKind.Delivered, "2.0.0", "250 taken", "mx.good.test") { Wire = WireSecurity.Certified };
        house.Transport.Fates["bad.test"] = new RecipientFate(FateKind.Failed, "5.1.1", "550 no such user", "mx.bad.test") { Wire = WireSecurity.Encrypted };
        house.Transport.Fates["slow.test"] = new RecipientFate(FateKind.Deferred, "4.4.1", "nobody answers", null);
        var id = await SubmitAsync(house, "bea@example.test", "x@good.test", "y@bad.test", "z@slow.test");
        (await StatesAsync(house, id)).Should().BeEquivalentTo("bea@example.test Stored", "x@good.test Waiting", "y@bad.test Waiting", "z@slow.test Waiting");

        await house.AttemptAsync();

        (await StatesAsync(house, id)).Should().BeEquivalentTo("bea@example.test Stored", "x@good.test HandedOver", "y@bad.test Failed", "z@slow.test Waiting");
        var anna = await house.Directory.AccountAsync("anna@example.test", House.Cancelled);
        var recipients = await house.Get<MailTraces>().OfMessageAsync(anna.Id, "1@example.test", House.Cancelled);
        recipients.Single(one => one.State is TraceState.HandedOver).Should().BeEquivalentTo(
            new { Server = "mx.good.test", Security = WireSecurity.Certified, Status = "2.0.0", At = house.Time.GetUtcNow() });
        recipients.Single(one => one.State is TraceState.Waiting).Should().BeEquivalentTo(
            new { Attempts = 1, Diagnostic = "4.4.1 nobody answers", At = house.Time.GetUtcNow().AddMinutes(5) });

        await house.Queue.RemoveAsync(id, House.Cancelled);
        (await StatesAsync(house, id)).Should().Contain("z@slow.test Removed");
    }

    [Fact]
    public async Task What_others_sent_is_not_told_to_who_received_it()
    {
        await using var house = await House.OpenAsync("anna", "bea");
        await SubmitAsync(house, "bea@example.test");
        var bea = await house.Directory.AccountAsync("bea@example.test", House.Cancelled);
        (await house.Get<MailTraces>().OfMessageAsync(bea.Id, "1@example.test", House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_message_that_was_sent_again_has_the_newest_word_on_each()
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["bad.test"] = new RecipientFate(FateKind.Failed, "5.2.2", "552 full", "mx.bad.test");
        await SubmitAsync(house, "y@bad.test");
        await house.AttemptAsync();
        house.Time.Advance(TimeSpan.FromDays(1));
        house.Transport.Fates["bad.test"] = new RecipientFate(FateKind.Delivered, "2.0.0", "250 taken", "mx.bad.test");
        await SubmitAsync(house, "y@bad.test");
        await house.AttemptAsync();
        var anna = await house.Directory.AccountAsync("anna@example.test", House.Cancelled);
        (await house.Get<MailTraces>().OfMessageAsync(anna.Id, "1@example.test", House.Cancelled)).Should().ContainSingle()
            .Which.State.Should().Be(TraceState.HandedOver);
    }

    [Fact]
    public async Task After_a_quarter_of_a_year_it_is_forgotten()
    {
        await using var house = await House.OpenAsync("anna", "bea");
        var id = await SubmitAsync(house, "bea@example.test");
        house.Time.Advance(TimeSpan.FromDays(91));
        await SubmitAsync(house, "bea@example.test");
        (await house.Get<MailTraces>().FindAsync(id, House.Cancelled)).Should().BeEmpty();
        (await house.Get<MailTraces>().FindAsync("<1@example.test>", House.Cancelled)).Should().ContainSingle();
    }

    private static async Task<IReadOnlyList<string>> StatesAsync(House house, string id) =>
    [
        .. (await house.Get<MailTraces>().FindAsync(id, House.Cancelled)).Should().ContainSingle().Subject.Recipients
            .Select(recipient => $"{recipient.Address} {recipient.State}"),
    ];

    private static async Task<string> SubmitAsync(House house, params string[] recipients)
    {
        await using var message = House.Message(Text);
        var result = await house.Submitter.SubmitAsync(
            new SubmissionRequest(
                await house.SignedInAsync("anna"), House.Address("anna@example.test"),
                [.. recipients.Select(recipient => new SubmissionRecipient(House.Address(recipient), null, null))], message, null, null),
            House.Cancelled);
        return result.QueueId;
    }
}
