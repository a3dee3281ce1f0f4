using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Queue;

namespace Casella.Core.Tests.Delivery;

/// <summary>Who is answered by a mailbox that has set an answer, and how often (RFC 3834).</summary>
public sealed class AutomaticAnswerTests : IAsyncLifetime
{
    private House _house = null!;
    private int _number;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "anna");
        await _house.Directory.AddAliasAsync("segreteria@example.test", "info@example.test", House.Cancelled);
        await SetAsync("answer", "La segreteria è chiusa.\\nTorniamo il 7 gennaio.");
    }

    public async ValueTask DisposeAsync() => await _house.DisposeAsync();

    [Theory]
    [InlineData("a person", "gino@example.org", "To: info@example.test", true)]
    [InlineData("by Cc, with a tag and a name", "gino@example.org", "To: x@example.org\r\nCc: \"Info\" <INFO+corso@example.test>", true)]
    [InlineData("says that no program wrote it", "gino@example.org", "To: info@example.test\r\nAuto-Submitted: no", true)]
    [InlineData("sent on by hand", "gino@example.org", "To: x@example.org\r\nResent-To: info@example.test", true)]
    [InlineData("null reverse-path", null, "To: info@example.test", false)]
    [InlineData("a report", "gino@example.org", "To: info@example.test\r\nAuto-Submitted: auto-replied (vacation)", false)]
    [InlineData("a monitor", "gino@example.org", "To: info@example.test\r\nauto-submitted: AUTO-GENERATED; x=y", false)]
    [InlineData("bulk", "gino@example.org", "To: info@example.test\r\nPrecedence: bulk", false)]
    [InlineData("an old list", "gino@example.org", "To: info@example.test\r\nPrecedence: List", false)]
    [InlineData("a list", "gino@example.org", "To: info@example.test\r\nList-Id: <x.example.org>", false)]
    [InlineData("a newsletter", "gino@example.org", "To: info@example.test\r\nList-Unsubscribe: <https://example.org>", false)]
    [InlineData("Exchange says no", "gino@example.org", "To: info@example.test\r\nX-Auto-Response-Suppress: OOF, AutoReply", false)]
    [InlineData("spam", "gino@example.org", "To: info@example.test\r\nX-Spam-Flag: YES", false)]
    [InlineData("not addressed to it", "gino@example.org", "To: undisclosed-recipients:;", false)]
    [InlineData("addressed to somebody else", "gino@example.org", "To: anna@example.test", false)]
    [InlineData("a mail server", "MAILER-DAEMON@example.org", "To: info@example.test", false)]
    [InlineData("a postmaster", "postmaster@example.org", "To: info@example.test", false)]
    [InlineData("a list's owner", "owner-corso@example.org", "To: info@example.test", false)]
    [InlineData("a list's requests", "corso-request@example.org", "To: info@example.test", false)]
    [InlineData("nobody reads there", "noreply+77@example.org", "To: info@example.test", false)]
    [InlineData("itself", "info@example.test", "To: info@example.test", false)]
    [InlineData("itself by its other name", "segreteria@example.test", "To: info@example.test", false)]
    public async Task Who_is_answered(string what, string? sender, string fields, bool isAnswered)
    {
        await DeliverAsync(sender, fields, "info@example.test");

        (await AnswersAsync()).Should().HaveCount(isAnswered ? 1 : 0, what);
    }

    [Fact]
    public async Task Mail_to_an_alias_is_answered_too()
    {
        await DeliverAsync("gino@example.org", "To: segreteria@example.test", "segreteria@example.test");

        (await AnswersAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Once_in_seven_days_to_each_sender()
    {
        const string To = "To: info@example.test";
        await DeliverAsync("gino@example.org", To, "info@example.test");
        await DeliverAsync("GINO@example.org", To, "info@example.test");
        await DeliverAsync("maria@example.org", To, "info@example.test");
        (await AnswersAsync()).Select(answer => answer.Recipients.Single().Address.ToString()).Should().BeEquivalentTo("gino@example.org", "maria@example.org");

        await _house.ReopenAsync();
        _house.Time.Advance(TimeSpan.FromDays(6));
        await DeliverAsync("gino@example.org", To, "info@example.test");
        (await AnswersAsync()).Should().HaveCount(2);

        _house.Time.Advance(TimeSpan.FromDays(1));
        await DeliverAsync("gino@example.org", To, "info@example.test");
        (await AnswersAsync()).Should().HaveCount(3);
    }

    [Fact]
    public async Task The_same_delivery_again_is_not_answered_again()
    {
        var message = Text("To: info@example.test");
        for (var time = 0; time < 2; time++)
        {
            await using var content = House.Message(message);
            await _house.Deliverer.DeliverAsync(new DeliveryRequest(House.Address("gino@example.org"), [House.Address("info@example.test")], content), House.Cancelled);
        }

        (await AnswersAsync()).Should().ContainSingle();
    }

    [Theory]
    [InlineData("2026-11-24", true)]
    [InlineData("2026-11-23", false)]
    [InlineData("never", true)]
    public async Task Until_its_last_day(string until, bool isAnswered)
    {
        await SetAsync("answer-until", until);

        await DeliverAsync("gino@example.org", "To: info@example.test", "info@example.test");

        (await AnswersAsync()).Should().HaveCount(isAnswered ? 1 : 0);
    }

    [Fact]
    public async Task Without_an_answer_there_is_none()
    {
        await SetAsync("answer", "off");
        await DeliverAsync("gino@example.org", "To: info@example.test", "info@example.test");

        (await AnswersAsync()).Should().BeEmpty();
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Two_mailboxes_that_answer_do_not_answer_each_other_for_ever()
    {
        await (await _house.DoorAsync("anna")).SetPolicyAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["answer"] = "Sono in ferie." }, House.Cancelled);
        await DeliverAsync("anna@example.test", "To: info@example.test", "info@example.test");

        while ((await _house.Get<Casella.Core.Storage.IQueueStore>().ListAsync(House.Cancelled)) is [var waiting, ..])
            await _house.Get<DeliveryAttempt>().RunAsync(
                new DueAttempt(new AttemptKey(waiting.Id, "example.test"), waiting, waiting.Recipients), House.Cancelled);

        (await _house.ReadAsync("anna")).Should().ContainSingle().Which.Should().StartWith("Return-Path: <>").And.Contain("Subject: Auto: x");
        (await _house.ReadAsync("info")).Should().ContainSingle();
    }

    [Fact]
    public async Task The_answer_as_it_is_sent()
    {
        await using var content = House.Message(
            "From: gino@example.org\r\nTo: info@example.test\r\nMessage-ID: <2@example.org>\r\nReferences: <1@example.test>\r\n"
            + "Subject: =?utf-8?q?Quando_=C3=A8_il_corso=3F?=\r\n\r\nCiao\r\n");
        await _house.Deliverer.DeliverAsync(new DeliveryRequest(House.Address("gino@example.org"), [House.Address("info@example.test")], content), House.Cancelled);

        var answer = (await AnswersAsync()).Single();
        answer.ReversePath.Should().BeNull("nobody answers an answer");
        var message = Notices.NoticeReading.Decoded(await ContentAsync(answer));
        message[..message.IndexOf("Message-Id", StringComparison.Ordinal)].Should().Be(
            """
            From: info@example.test
            Date: Tue, 24 Nov 2026 09:00:00 +0000
            Subject: Auto: Quando è il corso?

            """);
        message.Should().Contain("\nTo: gino@example.org\nAuto-Submitted: auto-replied\nIn-Reply-To: <2@example.org>\nReferences: <1@example.test> <2@example.org>\n")
            .And.EndWith("\n\nLa segreteria è chiusa.\nTorniamo il 7 gennaio.\n");
    }

    private Task SetAsync(string name, string value) => SetAsync(new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value });

    private async Task SetAsync(Dictionary<string, string> values) => await (await _house.DoorAsync("info")).SetPolicyAsync(values, House.Cancelled);

    private string Text(string fields) => $"From: gino@example.org\r\n{fields}\r\nSubject: x\r\nMessage-ID: <{++_number}@example.org>\r\n\r\nCiao\r\n";

    private async Task DeliverAsync(string? sender, string fields, string recipient)
    {
        await using var content = House.Message(Text(fields));
        var request = new DeliveryRequest(sender is null ? null : House.Address(sender), [House.Address(recipient)], content);
        (await _house.Deliverer.DeliverAsync(request, House.Cancelled)).Single().Should().BeOfType<DeliveryOutcome.Delivered>();
    }

    private Task<IReadOnlyList<QueuedMessage>> AnswersAsync() => _house.Queue.ListAsync(House.Cancelled);

    private async Task<string> ContentAsync(QueuedMessage message)
    {
        using var content = new MemoryStream();
        await _house.Get<Casella.Core.Storage.IQueueStore>().CopyContentAsync(message.Id, content, House.Cancelled);
        return Encoding.UTF8.GetString(content.ToArray());
    }
}
