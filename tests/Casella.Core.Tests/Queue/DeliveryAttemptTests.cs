using Casella.Core.Changes;
using Casella.Core.Queue;
using Casella.Core.Submission;
using MimeKit;

namespace Casella.Core.Tests.Queue;

/// <summary>What one attempt does to the queue, and what the sender hears of it.</summary>
public sealed class DeliveryAttemptTests
{
    private const string Text = "From: anna@example.test\r\nSubject: perché\r\nMessage-ID: <1@example.test>\r\n\r\nbody\r\n";

    [Fact]
    public async Task A_delivered_message_leaves_the_queue_and_nobody_is_told()
    {
        await using var house = await House.OpenAsync("anna");
        await EnqueueAsync(house, null, "x@example.org");
        await house.AttemptAsync();
        (await house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
        (await house.ReadAsync("anna")).Should().BeEmpty();
        house.Transport.Sent.Should().ContainSingle().Which.Recipients.Single().Address.ToString().Should().Be("x@example.org");
    }

    [Fact]
    public async Task A_failure_comes_back_as_a_report_that_programs_can_read()
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["example.org"] = new RecipientFate(FateKind.Failed, "5.1.1", "550 5.1.1 no such user", "mx.example.org");
        await EnqueueAsync(house, null, "x@example.org");
        await house.AttemptAsync();
        (await house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
        var report = await ReportAsync(house);
        report.Headers[HeaderId.AutoSubmitted].Should().Be("auto-replied");
        // RFC 5321 §4.4: final delivery writes it, and a report has the null reverse-path.
        report.Headers[HeaderId.ReturnPath].Should().Be("<>");
        var parts = report.Body.Should().BeOfType<MultipartReport>().Subject;
        parts.ReportType.Should().Be("delivery-status");
        ((TextPart)parts[0]).Text.Should().Contain("Questa casella non esiste").And.NotContain("There is no such mailbox").And.Contain("x@example.org");
        var status = StatusOf(report);
        status[0]["Reporting-MTA"].Should().Be("dns; mail.example.test");
        status[1]["Final-Recipient"].Should().Be("rfc822; x@example.org");
        status[1]["Action"].Should().Be("failed");
        status[1]["Status"].Should().Be("5.1.1");
        status[1]["Remote-MTA"].Should().Be("dns; mx.example.org");
        parts[2].Should().BeOfType<MessagePart>().Which.Message!.Subject.Should().Be("perché");
    }

    [Fact]
    public async Task A_report_speaks_the_language_of_its_mailbox()
    {
        await using var house = await House.OpenAsync("anna");
        await (await house.DoorAsync("anna", Actor.Server)).SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["language"] = "en" }, House.Cancelled);
        house.Transport.Fates["example.org"] = new RecipientFate(FateKind.Failed, "5.1.1", "550 5.1.1 no such user", "mx.example.org");
        await EnqueueAsync(house, null, "x@example.org");
        await house.AttemptAsync();

        var report = await ReportAsync(house);

        ((TextPart)((MultipartReport)report.Body!)[0]).Text.Should().Contain("There is no such mailbox").And.NotContain("Questa casella non esiste");
        report.Subject.Should().NotContain(" / ");
    }

    [Fact]
    public async Task A_temporary_failure_waits_longer_each_time_and_delay_is_told_once()
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["example.org"] = new RecipientFate(FateKind.Deferred, "4.7.1", "451 4.7.1 later", "mx.example.org");
        await EnqueueAsync(house, null, "x@example.org");
        await house.AttemptAsync();
        var waiting = (await house.Queue.ListAsync(House.Cancelled)).Single().Recipients.Single();
        (waiting.Attempts, waiting.NextAt, waiting.LastError).Should().Be((1, house.Time.GetUtcNow().AddMinutes(5), "451 4.7.1 later"));
        (await house.ReadAsync("anna")).Should().BeEmpty();

        house.Time.Advance(TimeSpan.FromHours(5));
        await house.AttemptAsync();
        var report = await ReportAsync(house);
        var status = StatusOf(report);
        status[1]["Action"].Should().Be("delayed");
        status[1]["Will-Retry-Until"].Should().NotBeNull();
        house.Time.Advance(TimeSpan.FromHours(5));
        await house.AttemptAsync();
        (await house.ReadAsync("anna")).Should().ContainSingle();
    }

    [Fact]
    public async Task After_five_days_it_comes_back()
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["example.org"] = new RecipientFate(FateKind.Deferred, "4.4.1", "The server did not answer in time", null);
        await EnqueueAsync(house, null, "x@example.org");
        house.Time.Advance(TimeSpan.FromDays(5));
        await house.AttemptAsync();
        (await house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
        var status = StatusOf(await ReportAsync(house));
        (status[1]["Action"], status[1]["Status"]).Should().Be(("failed", "5.4.1"));
    }

    [Theory]
    [InlineData(FateKind.Failed, DsnNotify.Never, 0)]
    [InlineData(FateKind.Failed, DsnNotify.Success, 0)]
    [InlineData(FateKind.Failed, DsnNotify.Failure, 1)]
    [InlineData(FateKind.Delivered, DsnNotify.Success, 1)]
    [InlineData(FateKind.Delivered, DsnNotify.Failure, 0)]
    public async Task NOTIFY_decides_what_is_told(FateKind kind, DsnNotify notify, int reports)
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["example.org"] = new RecipientFate(kind, kind == FateKind.Failed ? "5.0.0" : "2.0.0", "x", "mx.example.org");
        await EnqueueAsync(house, notify, "x@example.org");
        await house.AttemptAsync();
        (await house.ReadAsync("anna")).Should().HaveCount(reports);
    }

    [Fact]
    public async Task An_address_that_is_dead_is_left_alone_for_a_while_and_its_sender_hears_it_at_once()
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["example.org"] = new RecipientFate(FateKind.Failed, "5.1.1", "550 no such user", "mx.example.org");
        for (var i = 0; i < 3; i++)
        {
            await EnqueueAsync(house, null, "morto@example.org");
            await house.AttemptAsync();
            house.Time.Advance(TimeSpan.FromDays(1));
        }

        house.Transport.Sent.Should().HaveCount(3);
        house.Transport.Fates.Clear();
        await EnqueueAsync(house, null, "morto@example.org", "vivo@example.org");
        await house.AttemptAsync();
        house.Transport.Sent.Should().HaveCount(4);
        house.Transport.Sent[^1].Recipients.Should().ContainSingle().Which.Address.ToString().Should().Be("vivo@example.org");
        (await house.ReadAsync("anna")).Should().HaveCount(4).And.Subject.Last().Should().Contain("Not tried").And.Contain("550 no such user");

        // Two weeks after its server was last asked it is asked again; once it takes mail all is forgotten.
        house.Time.Advance(TimeSpan.FromDays(14));
        await EnqueueAsync(house, null, "morto@example.org");
        await house.AttemptAsync();
        await EnqueueAsync(house, null, "morto@example.org");
        await house.AttemptAsync();
        house.Transport.Sent.Should().HaveCount(6);
    }

    [Theory]
    [InlineData("5.2.2", 1)]
    [InlineData("5.7.1", 1)]
    [InlineData("5.1.1", 0)]
    public async Task Only_what_is_said_of_the_address_and_on_several_days_makes_it_dead(string status, int daysApart)
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["example.org"] = new RecipientFate(FateKind.Failed, status, "550 no", "mx.example.org");
        for (var i = 0; i < 4; i++)
        {
            await EnqueueAsync(house, null, "x@example.org");
            await house.AttemptAsync();
            house.Time.Advance(TimeSpan.FromDays(daysApart));
        }

        house.Transport.Sent.Should().HaveCount(4);
    }

    [Fact]
    public async Task Mail_without_a_reverse_path_is_never_reported_on()
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["example.org"] = new RecipientFate(FateKind.Failed, "5.1.1", "no", "mx.example.org");
        await using var message = House.Message(Text);
        await house.Queue.EnqueueAsync(
            new QueueRequest(null, null, [new SubmissionRecipient(House.Address("x@example.org"), null, null)], message, null, null), House.Cancelled);
        await house.AttemptAsync();
        (await house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
        (await house.ReadAsync("anna")).Should().BeEmpty();
    }

    [Fact]
    public async Task The_queue_outlives_the_process_small_and_large()
    {
        await using var house = await House.OpenAsync("anna");
        await using var large = House.Message(Text + new string('x', 200_000) + "\r\n");
        await EnqueueAsync(house, null, "x@example.org", "y@example.net");
        await house.Queue.EnqueueAsync(
            new QueueRequest(null, House.Address("anna@example.test"), [new SubmissionRecipient(House.Address("Z@example.org"), DsnNotify.Delay, "rfc822;q@example.org")], large, "env", true),
            House.Cancelled);
        await house.ReopenAsync();
        (await house.Queue.ListAsync(House.Cancelled)).Should().HaveCount(2);
        long size = 0;
        house.Transport.During = mail =>
        {
            size = Math.Max(size, mail.Content.Size);
            return Task.CompletedTask;
        };
        await house.AttemptAsync();
        size.Should().Be(large.Size);
        var passed = house.Transport.Sent.Single(mail => mail.EnvelopeId is not null);
        passed.ReturnFull.Should().BeTrue();
        passed.Recipients.Single().Should().Be(new SubmissionRecipient(House.Address("Z@example.org"), DsnNotify.Delay, "rfc822;q@example.org"));
        passed.Recipients.Single().Address.ToWire().Should().Be("Z@example.org");
        (await house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task The_office_may_retry_and_remove()
    {
        await using var house = await House.OpenAsync("anna");
        house.Transport.Fates["example.org"] = new RecipientFate(FateKind.Deferred, "4.7.1", "later", "mx.example.org");
        var id = await EnqueueAsync(house, null, "x@example.org");
        await house.AttemptAsync();
        await house.Queue.RetryAsync(id, House.Cancelled);
        (await house.Queue.ListAsync(House.Cancelled)).Single().Recipients.Single().NextAt.Should().Be(house.Time.GetUtcNow());
        await house.Queue.RemoveAsync(id, House.Cancelled);
        (await house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
        var again = async () => await house.Queue.RemoveAsync(id, House.Cancelled);
        (await again.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchMessage);
    }

    private static async Task<string> EnqueueAsync(House house, DsnNotify? notify, params string[] recipients)
    {
        await using var message = House.Message(Text);
        return await house.Queue.EnqueueAsync(
            new QueueRequest(
                null, House.Address("anna@example.test"), [.. recipients.Select(r => new SubmissionRecipient(House.Address(r), notify, null))], message, null, null),
            House.Cancelled);
    }

    private static HeaderListCollection StatusOf(MimeMessage report) =>
        report.Body.Should().BeOfType<MultipartReport>().Subject[1].Should().BeOfType<MessageDeliveryStatus>().Subject.StatusGroups;

    private static async Task<MimeMessage> ReportAsync(House house)
    {
        var text = (await house.ReadAsync("anna")).Should().ContainSingle().Subject;
        return await MimeMessage.LoadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), House.Cancelled);
    }
}
