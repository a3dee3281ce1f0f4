using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Tracing;
using Casella.Core.Work;

namespace Casella.Core.Tests.Submission;

/// <summary>Mail that waits in the queue and is called back: as if it had never been sent (ADR 0049).</summary>
public sealed class CallingBackTests : IAsyncLifetime
{
    private const string Answer = "Message-ID: <m@example.test>\r\nFrom: info@example.test\r\nTo: bea@example.test\r\nCc: carla@elsewhere.test\r\n"
        + "Bcc: dora@elsewhere.test\r\nSubject: Re: =?utf-8?q?Perch=C3=A9?=\r\nIn-Reply-To: <o@example.org>\r\n\r\nciao\r\n";

    private static readonly Actor Anna = new(new PersonId(1), new DeviceId(1), AccessProtocol.Web, "Anna") { Rights = MemberRights.All };

    private House _house = null!;

    private HeldMail Held => _house.Get<HeldMail>();

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "bea");
        await AppendAsync("INBOX", "Message-ID: <o@example.org>\r\nSubject: s\r\n\r\nx");
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task It_is_the_draft_again_that_it_was_and_nobody_has_had_it()
    {
        var id = await SendAsync();
        (await FlagsAsync("INBOX")).Should().Be(MessageFlags.Answered);
        (await LeavingAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Id = id, Subject = "Re: Perché", LeavesAt = _house.Time.GetUtcNow().AddSeconds(10) });

        var result = await Held.CallBackAsync(await DoorAsync(), id, House.Cancelled);

        result.Outcome.Should().Be(CallBackOutcome.Done);
        (await _house.ReadAsync("info", "Drafts")).Should().ContainSingle().Which.Should().Contain("Bcc: dora@elsewhere.test").And.Contain("ciao");
        (await FlagsAsync("Drafts")).Should().Be(MessageFlags.Draft | MessageFlags.Seen);
        (await _house.ReadAsync("info", "Sent")).Should().BeEmpty();
        (await FlagsAsync("INBOX")).HasAny(MessageFlags.Answered).Should().BeFalse();
        var original = (await (await DoorAsync()).GetSnapshotAsync(await IdAsync("INBOX"), House.Cancelled))[0].Email;
        (await (await DoorAsync()).Work.GetAsync(original, House.Cancelled)).Step.Should().Be(WorkStep.InProgress, "a draft answers it again");
        (await LeavingAsync()).Should().BeEmpty();
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        await _house.AttemptAsync();
        _house.Transport.Sent.Should().BeEmpty();
        (await _house.ReadAsync("bea")).Should().BeEmpty();
        (await _house.Get<MailTraces>().FindAsync(id, House.Cancelled)).Single().Recipients.Should().HaveCount(3).And.OnlyContain(one => one.State == TraceState.CalledBack);
        (await Held.CallBackAsync(await DoorAsync(), id, House.Cancelled)).Outcome.Should().Be(CallBackOutcome.CalledBack, "somebody else was quicker");
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_server_that_begins_again_still_lets_it_be_called_back_and_else_sends_it_once()
    {
        var (first, second) = (await SendAsync(), await SendAsync(Answer.Replace("m@", "n@", StringComparison.Ordinal)));
        await _house.ReopenAsync();

        (await Held.CallBackAsync(await DoorAsync(), first, House.Cancelled)).Outcome.Should().Be(CallBackOutcome.Done);
        _house.Time.Advance(TimeSpan.FromSeconds(11));
        await _house.AttemptAsync();
        await _house.ReopenAsync();
        await _house.AttemptAsync();

        (await _house.ReadAsync("bea")).Should().ContainSingle().Which.Should().Contain("<n@example.test>").And.NotContain("Bcc:");
        (await Held.CallBackAsync(await DoorAsync(), second, House.Cancelled)).Outcome.Should().Be(CallBackOutcome.Left);
        (await _house.ReadAsync("info", "Sent")).Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_on_its_way_at_this_moment_is_not_called_back_and_what_is_called_back_does_not_leave()
    {
        var id = await SendAsync();
        using (_house.Queue.Gate.TryLeave(id))
            (await Held.CallBackAsync(await DoorAsync(), id, House.Cancelled)).Outcome.Should().Be(CallBackOutcome.Left);
        using (_house.Queue.Gate.TryCallBack(id))
        {
            _house.Queue.Gate.TryCallBack(id).Should().BeNull("one of two browsers");
            await _house.AttemptAsync();
        }

        _house.Transport.Sent.Should().BeEmpty();
        (await LeavingAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Half_of_it_is_on_its_way_and_it_cannot_be_called_back()
    {
        var id = await SendAsync();
        _house.Transport.Fates["elsewhere.test"] = new RecipientFate(FateKind.Deferred, "4.4.1", "nobody there", null);
        var row = (await _house.Get<IQueueStore>().FindAsync(id, House.Cancelled))!;
        await _house.Get<DeliveryAttempt>().RunAsync(
            new DueAttempt(new AttemptKey(id, "elsewhere.test"), row, [.. row.Recipients.Where(one => one.Address.Domain is "elsewhere.test")]), House.Cancelled);

        (await LeavingAsync()).Should().BeEmpty();
        (await Held.CallBackAsync(await DoorAsync(), id, House.Cancelled)).Outcome.Should().Be(CallBackOutcome.Left);
    }

    [Theory]
    [InlineData("moved")]
    [InlineData("expunged")]
    [InlineData("never filed")]
    public async Task It_comes_back_whatever_a_member_has_done_with_its_copy(string copy)
    {
        if (copy is "never filed")
            await (await DoorAsync()).SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["sent-copy"] = "off" }, House.Cancelled);
        var id = await SendAsync();
        var sent = await IdAsync("Sent");
        if (copy is "moved")
            await (await DoorAsync()).MoveAsync(sent, [new Uid(1)], await IdAsync("Trash"), House.Cancelled);
        else if (copy is "expunged")
            await (await DoorAsync()).ExpungeAsync(sent, [new Uid(1)], onlyDeleted: false, House.Cancelled);
        (await LeavingAsync()).Should().ContainSingle("it leaves all the same");

        (await Held.CallBackAsync(await DoorAsync(), id, House.Cancelled)).Outcome.Should().Be(CallBackOutcome.Done);

        (await _house.ReadAsync("info", "Drafts")).Should().ContainSingle().Which.Should().Contain("Bcc: dora@elsewhere.test").And.Contain("ciao");
        (await FlagsAsync("Drafts")).Should().Be(MessageFlags.Draft | MessageFlags.Seen);
        (await _house.ReadAsync("info", "Trash")).Should().BeEmpty();
        (await _house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task What_another_answer_deserves_stays()
    {
        var id = await SendAsync();
        await SendAsync(Answer.Replace("m@", "n@", StringComparison.Ordinal));

        await Held.CallBackAsync(await DoorAsync(), id, House.Cancelled);

        (await FlagsAsync("INBOX")).Has(MessageFlags.Answered).Should().BeTrue();
    }

    [Fact]
    public async Task What_was_answered_before_stays_so()
    {
        await (await DoorAsync()).StoreFlagsAsync(await IdAsync("INBOX"), [new Uid(1)], FlagOperation.Add, new FlagNames(MessageFlags.Answered, []), null, House.Cancelled);
        await Held.CallBackAsync(await DoorAsync(), await SendAsync(), House.Cancelled);
        (await FlagsAsync("INBOX")).Has(MessageFlags.Answered).Should().BeTrue();
    }

    [Fact]
    public async Task Cut_off_between_the_queue_and_the_mailbox_it_is_brought_to_its_end()
    {
        var id = await SendAsync();
        await _house.Get<IQueueStore>().CallBackAsync(id, _house.Time.GetUtcNow(), House.Cancelled);
        (await _house.ReadAsync("info", "Sent")).Should().ContainSingle();

        (await Held.CallBackAsync(await DoorAsync(), "m@example.test", House.Cancelled)).Outcome.Should().Be(CallBackOutcome.Done);

        (await _house.ReadAsync("info", "Sent")).Should().BeEmpty();
        (await _house.ReadAsync("info", "Drafts")).Should().ContainSingle();
    }

    [Fact]
    public async Task Nobody_calls_back_who_may_not_send()
    {
        var id = await SendAsync();
        var reader = await _house.DoorAsync("info", Anna with { Rights = MemberRights.Read | MemberRights.Work });
        var failure = await FluentActions.Awaiting(() => Held.CallBackAsync(reader, id, House.Cancelled)).Should().ThrowAsync<MailException>();
        failure.Which.Error.Should().Be(MailError.NoPermission);
        (await Held.CallBackAsync(await _house.DoorAsync("bea", Anna), id, House.Cancelled)).Outcome.Should().Be(CallBackOutcome.Left, "it is not theirs");
        (await LeavingAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task It_counts_for_nothing_in_the_limits_of_the_day()
    {
        for (var i = 0; i < 3; i++)
            (await Held.CallBackAsync(await DoorAsync(), await SendAsync(Answer.Replace("m@", $"m{i}@", StringComparison.Ordinal)), House.Cancelled)).Outcome.Should().Be(CallBackOutcome.Done);

        var answer = await TakeAsync(most: 2);

        answer.Limit.Should().BeNull("two of two in a day");
        answer.Fresh.Should().HaveCount(2, "the mailbox has written to neither");
        (await TakeAsync(most: 3)).Limit.Should().Be(3);
    }

    private Task<SendingAnswer> TakeAsync(int most) => _house.Get<ISendingStore>().TakeAsync(
        new SendingRequest(
            new AccountId(1), ["account 1"], (int)(_house.Time.GetUtcNow().ToUnixTimeSeconds() / 86_400),
            [.. new[] { "carla@elsewhere.test", "dora@elsewhere.test" }.Select(address =>
                (ReadOnlyMemory<byte>)System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(address))[..16])],
            most, most),
        House.Cancelled);

    private async Task<string> SendAsync(string text = Answer)
    {
        await using var message = House.Message(text);
        var request = new SubmissionRequest(
            await _house.SignedInAsync("info", Anna), House.Address("info@example.test"),
            [.. new[] { "bea@example.test", "carla@elsewhere.test", "dora@elsewhere.test" }.Select(address => new SubmissionRecipient(House.Address(address), null, null))],
            message, null, null)
        {
            HoldUntil = _house.Time.GetUtcNow().AddSeconds(10),
        };
        return (await _house.Submitter.SubmitAsync(request, House.Cancelled)).QueueId;
    }

    private async Task<IReadOnlyList<LeavingMail>> LeavingAsync() =>
        await _house.Queue.LeavingAsync((await DoorAsync()).Id, _house.Time.GetUtcNow().AddSeconds(11), House.Cancelled);

    private Task<MailAccount> DoorAsync() => _house.DoorAsync("info", Anna);

    private async Task AppendAsync(string mailbox, string text)
    {
        await using var message = House.Message(text);
        await (await DoorAsync()).AppendAsync(await IdAsync(mailbox), [new NewMessage(message, FlagNames.None, null)], House.Cancelled);
    }

    private async Task<MailboxId> IdAsync(string mailbox) => (await (await DoorAsync()).GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(mailbox))!.Id;

    private async Task<MessageFlags> FlagsAsync(string mailbox) => (await (await DoorAsync()).GetSnapshotAsync(await IdAsync(mailbox), House.Cancelled))[0].Flags;
}
