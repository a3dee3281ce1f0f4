using Casella.Core.Queue;
using Casella.Core.Submission;
using Microsoft.Extensions.Hosting;

namespace Casella.Core.Tests.Submission;

/// <summary>FUTURERELEASE (RFC 4865): mail that its sender wants to leave later.</summary>
public sealed class HeldMailTests
{
    [Fact]
    public async Task Held_mail_leaves_at_its_time_and_its_days_begin_then()
    {
        await using var house = await House.OpenAsync("anna", "bea");
        var until = house.Time.GetUtcNow().AddDays(30);
        await using var message = House.Message("From: anna@example.test\r\nSubject: later\r\n\r\nx\r\n");
        await house.Submitter.SubmitAsync(
            new SubmissionRequest(
                await house.SignedInAsync("anna"), House.Address("anna@example.test"),
                [new SubmissionRecipient(House.Address("bea@example.test"), null, null), new SubmissionRecipient(House.Address("carla@elsewhere.test"), null, null)],
                message, null, null)
            {
                HoldUntil = until,
                Security = TransportSecurity.Required,
            },
            House.Cancelled);

        (await house.ReadAsync("anna", "Sent")).Should().ContainSingle("the sender has it at once");
        (await house.ReadAsync("bea")).Should().BeEmpty("colleagues wait as the world does");
        await house.ReopenAsync();
        (await house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle().Which.Recipients.Should().OnlyContain(recipient => recipient.NextAt == until);

        house.Transport.Fates["elsewhere.test"] = new RecipientFate(FateKind.Deferred, "4.4.1", "nobody there", null);
        house.Time.Advance(TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1));
        var runner = house.Get<IEnumerable<IHostedService>>().OfType<QueueRunner>().Single();
        await runner.StartAsync(House.Cancelled);
        while ((await house.Queue.ListAsync(House.Cancelled)) is not [{ Recipients: [{ Attempts: 1 }] }])
            await Task.Delay(5, House.Cancelled);
        await runner.StopAsync(House.Cancelled);

        (await house.ReadAsync("bea")).Should().ContainSingle();
        house.Transport.Sent.Should().ContainSingle().Which.Security.Should().Be(TransportSecurity.Required);
        (await house.ReadAsync("anna")).Should().BeEmpty("it is tried for five days from its release on, so nothing is late yet");
    }
}
