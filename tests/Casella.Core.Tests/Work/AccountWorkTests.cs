using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Work;

namespace Casella.Core.Tests.Work;

public sealed class AccountWorkTests : IAsyncLifetime
{
    private static readonly Actor Anna = new(new PersonId(1), new DeviceId(31), AccessProtocol.Imap, "Anna's PC");
    private static readonly Actor AnnaSends = new(new PersonId(1), new DeviceId(31), AccessProtocol.Submission, "Anna's PC");
    private static readonly Actor Marco = new(new PersonId(2), new DeviceId(32), AccessProtocol.Imap, "Marco's phone");
    private House _house = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "bea");
        await AppendAsync(Marco, "INBOX", "Message-ID: <o@example.org>\r\nSubject: s\r\n\r\nx");
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task A_draft_of_an_answer_makes_its_original_in_progress_with_the_name_of_who_writes()
    {
        (await StateAsync()).Should().Be(WorkState.New);

        await DraftAsync(Anna);

        var now = Seconds(_house.Time.GetUtcNow());
        (await StateAsync()).Should().Be(new WorkState(WorkStep.InProgress, Anna, now, now.AddMinutes(30)));
        (await KeywordsAsync()).Should().Equal("$InProgress", "$label2");
        (await ChangesAsync()).Should().Contain(change => change.Kind == ChangeKind.FlagsChanged && change.Actor == Anna);
    }

    [Fact]
    public async Task Saving_again_only_moves_the_end_and_leaves_what_others_have_changed()
    {
        var first = await DraftAsync(Anna);
        var since = Seconds(_house.Time.GetUtcNow());
        await StoreAsync(Marco, "INBOX", new Uid(1), FlagOperation.Remove, new FlagNames(MessageFlags.None, ["$label2"]));
        _house.Time.Advance(TimeSpan.FromMinutes(20));
        await DraftAsync(Anna);
        await ExpungeAsync(Anna, "Drafts", first);
        _house.Time.Advance(TimeSpan.FromMinutes(20));
        await EndDueAsync();

        var state = await StateAsync();
        (state.Step, state.By, state.Since, state.Until).Should().Be((WorkStep.InProgress, Anna, since, since.AddMinutes(50)));
        (await KeywordsAsync()).Should().Equal("$InProgress");
    }

    [Theory]
    [InlineData("expunge")]
    [InlineData("move")]
    [InlineData("deleted")]
    [InlineData("mailbox")]
    public async Task A_draft_that_goes_ends_it(string how)
    {
        var draft = await DraftAsync(Anna);
        var mail = await _house.DoorAsync("info", Anna);
        switch (how)
        {
            case "expunge":
                await ExpungeAsync(Anna, "Drafts", draft);
                break;
            case "move":
                await mail.MoveAsync(await IdAsync("Drafts"), [draft], await IdAsync("Trash"), House.Cancelled);
                break;
            case "deleted":
                await StoreAsync(Anna, "Drafts", draft, FlagOperation.Add, new FlagNames(MessageFlags.Deleted, []));
                break;
            default:
                await mail.DeleteMailboxAsync(MailboxName.Parse("Drafts"), House.Cancelled);
                break;
        }

        (await StateAsync()).Should().Be(WorkState.New);
        (await KeywordsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Half_an_hour_without_a_draft_ends_it_as_the_server_also_after_a_restart()
    {
        await DraftAsync(Anna);
        _house.Time.Advance(TimeSpan.FromMinutes(29));
        await EndDueAsync();
        (await StateAsync()).Step.Should().Be(WorkStep.InProgress);
        await _house.ReopenAsync();
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        await _house.DoorAsync("info");

        await EndDueAsync();

        (await StateAsync()).Should().Be(WorkState.New);
        (await KeywordsAsync()).Should().BeEmpty();
        (await ChangesAsync())[^1].Actor.Should().Be(Actor.Server);
        var last = (await _house.DoorAsync("info")).HighestModSeq;
        await EndDueAsync();
        (await _house.DoorAsync("info")).HighestModSeq.Should().Be(last, "nothing is due any more");
    }

    [Fact]
    public async Task Marks_that_somebody_has_taken_away_are_no_reason_to_ask_for_ever()
    {
        await DraftAsync(Anna);
        await StoreAsync(Marco, "INBOX", new Uid(1), FlagOperation.Remove, new FlagNames(MessageFlags.None, ["$label2", "$InProgress"]));
        _house.Time.Advance(TimeSpan.FromMinutes(31));
        await EndDueAsync();
        _house.Accounts.WithWorkDue(_house.Time.GetUtcNow()).Should().BeEmpty();
    }

    [Fact]
    public async Task What_a_member_had_set_before_stays()
    {
        await StoreAsync(Marco, "INBOX", new Uid(1), FlagOperation.Add, new FlagNames(MessageFlags.None, ["$label2"]));
        var draft = await DraftAsync(Anna);
        await ExpungeAsync(Anna, "Drafts", draft);
        (await KeywordsAsync()).Should().Equal("$label2");
    }

    [Fact]
    public async Task Two_who_write_are_both_waited_for_and_the_first_is_named()
    {
        var annas = await DraftAsync(Anna);
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        await DraftAsync(Marco);
        (await StateAsync()).By.Should().Be(Anna);

        await ExpungeAsync(Anna, "Drafts", annas);

        (await StateAsync()).By.Should().Be(Marco);
        (await KeywordsAsync()).Should().Equal("$InProgress", "$label2");
        _house.Time.Advance(TimeSpan.FromMinutes(31));
        await EndDueAsync();
        (await KeywordsAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("off", WorkStep.New)]
    [InlineData("on", WorkStep.Done)]
    public async Task The_answer_ends_it_and_the_mailbox_may_call_that_done(string policy, WorkStep step)
    {
        await (await _house.DoorAsync("info")).SetPolicyAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["done-on-answer"] = policy }, House.Cancelled);
        var draft = await DraftAsync(Anna);
        await SubmitAsync("From: info@example.test\r\nIn-Reply-To: <o@example.org>\r\n\r\nx");

        var state = await StateAsync();
        state.Step.Should().Be(step);
        if (step is WorkStep.Done)
            (state.By, state.Since).Should().Be((AnnaSends, Seconds(_house.Time.GetUtcNow())));
        (await KeywordsAsync()).Should().Equal(step is WorkStep.Done ? ["$Done"] : []);
        await ExpungeAsync(Anna, "Drafts", draft);
        (await StateAsync()).Should().Be(state);
    }

    [Fact]
    public async Task Somebody_elses_answer_does_not_end_ones_own_work()
    {
        await DraftAsync(Marco);
        await SubmitAsync("From: info@example.test\r\nIn-Reply-To: <o@example.org>\r\n\r\nx");
        (await StateAsync()).By.Should().Be(Marco);
    }

    [Fact]
    public async Task A_forward_ends_the_work_and_is_never_done()
    {
        await (await _house.DoorAsync("info")).SetPolicyAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["done-on-answer"] = "on" }, House.Cancelled);
        await DraftAsync(Anna);
        await SubmitAsync("From: info@example.test\r\nIn-Reply-To: <o@example.org>\r\nSubject: I: s\r\n\r\nx");
        (await StateAsync()).Should().Be(WorkState.New);
    }

    [Fact]
    public async Task An_account_with_all_its_keywords_used_still_saves_drafts()
    {
        for (var i = 0; i < MessageFlags.MaxKeywords; i++)
            await StoreAsync(Marco, "INBOX", new Uid(1), FlagOperation.Add, new FlagNames(MessageFlags.None, [$"k{i}"]));
        await DraftAsync(Anna);
        (await StateAsync()).Should().Be(WorkState.New);
    }

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private async Task<WorkState> StateAsync()
    {
        var mail = await _house.DoorAsync("info");
        return await mail.Work.GetAsync((await mail.GetSnapshotAsync(await IdAsync("INBOX"), House.Cancelled))[0].Email, House.Cancelled);
    }

    private async Task<IReadOnlyList<string>> KeywordsAsync()
    {
        var mail = await _house.DoorAsync("info");
        var inbox = await mail.GetSnapshotAsync(await IdAsync("INBOX"), House.Cancelled);
        return [.. inbox.Keywords.Names.Where((_, number) => inbox[0].Flags.Has(MessageFlags.Keyword(number))).Order(StringComparer.Ordinal)];
    }

    private Task EndDueAsync() => _house.Get<WorkClock>().EndDueAsync(House.Cancelled);

    private Task<Uid> DraftAsync(Actor actor) => AppendAsync(actor, "Drafts", "In-Reply-To: <o@example.org>\r\nSubject: Re: s\r\n\r\nx");

    private async Task<Uid> AppendAsync(Actor actor, string mailbox, string text)
    {
        await using var message = House.Message(text);
        var mail = await _house.DoorAsync("info", actor);
        return (await mail.AppendAsync(await IdAsync(mailbox), [new NewMessage(message, FlagNames.None, null)], House.Cancelled)).Uids[0];
    }

    private async Task StoreAsync(Actor actor, string mailbox, Uid uid, FlagOperation operation, FlagNames flags) =>
        await (await _house.DoorAsync("info", actor)).StoreFlagsAsync(await IdAsync(mailbox), [uid], operation, flags, null, House.Cancelled);

    private async Task ExpungeAsync(Actor actor, string mailbox, Uid uid) =>
        await (await _house.DoorAsync("info", actor)).ExpungeAsync(await IdAsync(mailbox), [uid], onlyDeleted: false, House.Cancelled);

    private async Task SubmitAsync(string text)
    {
        await using var message = House.Message(text);
        await _house.Submitter.SubmitAsync(
            new SubmissionRequest(
                await _house.SignedInAsync("info", AnnaSends), House.Address("info@example.test"),
                [new SubmissionRecipient(House.Address("bea@example.test"), null, null)], message, null, null),
            House.Cancelled);
    }

    private async Task<MailboxId> IdAsync(string mailbox) =>
        (await (await _house.DoorAsync("info")).GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(mailbox))!.Id;

    private async Task<IReadOnlyList<ChangeRow>> ChangesAsync()
    {
        var mail = await _house.DoorAsync("info");
        return await _house.Get<IMailStore>().ReadAsync(mail.Id, reader => reader.Changes(new ModSeq(0), 1_000), House.Cancelled);
    }
}
