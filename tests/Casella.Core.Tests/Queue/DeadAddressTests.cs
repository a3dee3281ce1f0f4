using Casella.Core.Office;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Core.Tests.Office;

namespace Casella.Core.Tests.Queue;

/// <summary>Addresses that nothing is sent to for now: the office sees them and lets one be tried again.</summary>
public sealed class DeadAddressTests
{
    [Fact]
    public async Task They_are_listed_with_the_reason_and_until_when_and_one_that_is_lifted_is_tried_again()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("olga", OfficeRoles.Operator);
        await RefuseAsync(house, "info@example.test", "Morto@gone.test", 3);
        await RefuseAsync(house, "info@example.test", "vivo@gone.test", 2);
        var first = new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

        var dead = (await door.Mail.DeadAsync(House.Cancelled)).Should().ContainSingle().Subject;

        (dead.Address.ToString(), dead.Refusals, dead.Reason, dead.Server).Should().Be(("morto@gone.test", 3, "550 no such user", "mx.gone.test"));
        (dead.FirstAt, dead.LastAt, dead.Until).Should().Be((first, first.AddDays(2), first.AddDays(16)));
        await SendAsync(house, "info@example.test", "morto@gone.test");
        house.Transport.Sent.Should().HaveCount(5, "it is not tried");
        house.Time.Advance(TimeSpan.FromSeconds(1));

        (await door.Mail.LiftDeadAsync("MORTO@gone.test", House.Cancelled)).Should().BeTrue();

        (await door.Mail.DeadAsync(House.Cancelled)).Should().BeEmpty();
        (await door.Mail.LiftDeadAsync("morto@gone.test", House.Cancelled)).Should().BeFalse("it is tried anyway");
        await house.ReopenAsync();
        await SendAsync(house, "info@example.test", "morto@gone.test");
        house.Transport.Sent.Should().HaveCount(6);
        var entry = (await house.CommandLine().Journal.ReadAsync(2, null, "morto@", House.Cancelled))[^1];
        (entry.Who, entry.Act, entry.Subject, entry.Outcome).Should().Be(("olga", "queue.lift-dead", "morto@gone.test", JournalOutcome.Done));
    }

    [Fact]
    public async Task A_domain_operator_sees_those_that_were_written_to_from_there_and_lifts_none()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("eva", OfficeRoles.DomainOperator);
        await RefuseAsync(house, "info@example.test", "ours@gone.test", 3);
        await RefuseAsync(house, "info@other.test", "theirs@gone.test", 3);

        (await door.Mail.DeadAsync(House.Cancelled)).Select(dead => dead.Address.LocalPart).Should().Equal("ours");
        (await house.CommandLine().Mail.DeadAsync(House.Cancelled)).Select(dead => dead.Address.LocalPart).Should().Equal("theirs", "ours");
        (await FluentActions.Invoking(() => door.Mail.LiftDeadAsync("ours@gone.test", House.Cancelled)).Should().ThrowAsync<MailException>())
            .Which.Error.Should().Be(MailError.NoPermission);
    }

    /// <summary>A mail each day, which its server refuses.</summary>
    private static async Task RefuseAsync(House house, string from, string to, int days)
    {
        house.Transport.Fates["gone.test"] = new RecipientFate(FateKind.Failed, "5.1.1", "550 no such user", "mx.gone.test");
        for (var day = 0; day < days; day++)
        {
            await SendAsync(house, from, to);
            house.Time.Advance(TimeSpan.FromDays(1));
        }
    }

    private static async Task SendAsync(House house, string from, string to)
    {
        await using var message = House.Message("From: info@example.test\r\nSubject: corso\r\n\r\nCiao\r\n");
        await house.Queue.EnqueueAsync(
            new QueueRequest(null, House.Address(from), [new SubmissionRecipient(House.Address(to), null, null)], message, null, null), House.Cancelled);
        await house.AttemptAsync();
    }
}
