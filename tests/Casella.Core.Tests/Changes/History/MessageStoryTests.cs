using Casella.Core.Changes;
using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Submission;
using Microsoft.Extensions.Hosting;

namespace Casella.Core.Tests.Changes.History;

/// <summary>One message through a long life, with many hands on it.</summary>
public sealed class MessageStoryTests : IAsyncLifetime
{
    private const string Question =
        "Return-Path: <bea@example.org>\r\n"
        + "Authentication-Results: mail.example.test; spf=pass smtp.mailfrom=example.org; dkim=fail (bad; signature) header.d=example.org\r\n"
        + "Received: from mx.example.org by mail.example.test; Tue, 24 Nov 2026 09:00:00 +0000\r\n"
        + "Authentication-Results: mail.example.test; dmarc=pass\r\n"
        + "From: Bea <bea@example.org>\r\nSubject: =?utf-8?q?Quota_di_novembre=3F?=\r\nMessage-ID: <q1@example.org>\r\n\r\nWhen?\r\n";

    private House _house = null!;
    private Actor _anna = null!;
    private Actor _marco = null!;
    private Actor _office = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "bea");
        _anna = Of(await _house.AddPhoneAsync("info", "anna"), AccessProtocol.Imap, "iOS Mail");
        _marco = Of(await _house.AddPhoneAsync("info", "marco"), AccessProtocol.Imap, "Thunderbird");
        _office = Of(await _house.AddPhoneAsync("info", "office"), AccessProtocol.Pop3, null);
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task The_story_names_who_did_what_from_the_arrival_to_the_end()
    {
        await DeliverAsync(Question);
        await ByPop3Async();
        await FlagAsync(_anna, "INBOX", MessageFlags.Seen);
        await FlagAsync(_marco, "INBOX", MessageFlags.Flagged, "Tessere");
        await MoveAsync(_marco, "INBOX", "Archive");
        await AppendAsync(_anna, "Drafts", "In-Reply-To: <q1@example.org>\r\nSubject: Re: Quota\r\n\r\nI am writing\r\n");
        await SubmitAsync(_anna, "In-Reply-To: <q1@example.org>\r\nSubject: Re: Quota\r\nMessage-ID: <a1@example.test>\r\nUser-Agent: Thunderbird 140\r\n");
        await SubmitAsync(_marco, "X-Forwarded-Message-Id: <q1@example.org>\r\nSubject: Fwd: Quota\r\nMessage-ID: <f1@example.test>\r\n");
        await MoveAsync(_marco, "Archive", "Trash");
        await ExpungeAsync(Actor.Server, "Trash");
        await UndoLastAsync();
        await _house.People.LeaveAsync("marco", House.Cancelled);

        var story = await StoryAsync("<q1@example.org>");

        story.Events.Select(told => (told.Step, told.Actor.Name)).Should().Equal(
            (StoryStep.Arrived, "server"), (StoryStep.Hidden, "office's phone"), (StoryStep.FirstRead, "anna's phone"), (StoryStep.Flagged, "marco's phone"),
            (StoryStep.Labelled, "marco's phone"), (StoryStep.Moved, "marco's phone"), (StoryStep.WorkBegan, "anna's phone"),
            (StoryStep.Answered, "anna's phone"), (StoryStep.WorkEnded, "anna's phone"), (StoryStep.Forwarded, "marco's phone"),
            (StoryStep.Trashed, "marco's phone"), (StoryStep.Deleted, "server"), (StoryStep.Restored, "administrator"));
        (story.Subject, story.Sender, story.KeptUntil).Should().Be(("Quota di novembre?", "bea@example.org", null));
        story.Folders.Should().Equal("Trash");
        (await WordsAsync(story, Language.English)).Should().Equal(
            "Arrived in INBOX from bea@example.org; sender checked: SPF pass, DKIM fail",
            "Office (office's phone, POP3) removed it from their own device; the others still see it",
            "First read by anna (anna's phone, IMAP, iOS Mail)",
            "Marco (marco's phone, IMAP, Thunderbird) marked it as flagged",
            "Marco (marco's phone, IMAP, Thunderbird) put the label “Tessere” on it",
            "Marco (marco's phone, IMAP, Thunderbird) moved it from INBOX to Archive",
            "Anna (anna's phone, IMAP, iOS Mail) is writing an answer",
            "Anna (anna's phone, SMTP, Thunderbird 140) answered it with “Re: Quota” <a1@example.test>",
            "Anna (anna's phone, SMTP, Thunderbird 140): nobody is working on it any more",
            "Marco (marco's phone, SMTP, Thunderbird) forwarded it with “Fwd: Quota” <f1@example.test>",
            "Marco (marco's phone, IMAP, Thunderbird) threw it away: from Archive to Trash",
            "The server deleted it from Trash",
            "The office put it back into Trash");
        (await WordsAsync(story, Language.Italian))[0].Should().Be("Arrivato in Posta in arrivo da bea@example.org; mittente verificato: SPF pass, DKIM fail");
    }

    [Fact]
    public async Task A_message_is_found_by_every_name_that_it_has_or_had()
    {
        await DeliverAsync(Question);
        var objectId = (await StoryAsync("<q1@example.org>")).ObjectId!;
        await MoveAsync(_marco, "INBOX", "Archive");
        var mail = await _house.DoorAsync("info", _marco);
        await mail.RenameMailboxAsync(MailboxName.Parse("Archive"), MailboxName.Parse("Old/2026"), House.Cancelled);
        await mail.DeleteMailboxAsync(MailboxName.Parse("Old/2026"), House.Cancelled);

        foreach (var name in (string[])["q1@example.org", " <q1@example.org>", objectId, "INBOX/1", "inbox/1", "Archive/1", "Old/2026/1"])
            (await StoryAsync(name)).Subject.Should().Be("Quota di novembre?", name);
        (await StoryAsync("INBOX/1")).Events.Select(told => (told.Step, told.Folder, told.OtherFolder)).Should().Equal(
            (StoryStep.Arrived, "INBOX", null), (StoryStep.Moved, "INBOX", "Archive"), (StoryStep.Deleted, "Old/2026", null));
        foreach (var unknown in (string[])["INBOX/2", "Nowhere/1", "q2@example.org", "Mffff", ""])
            (await (await DoorAsync()).History.FindAsync(unknown, House.Cancelled)).Should().BeEmpty(unknown);
    }

    [Fact]
    public async Task A_program_that_files_its_answer_itself_is_linked_too()
    {
        await DeliverAsync(Question);
        await SetAsync("sent-copy", "off");
        await AppendAsync(_anna, "Sent", "In-Reply-To: <q1@example.org>\r\nSubject: Re: Quota\r\nMessage-ID: <a2@example.test>\r\n\r\nSoon\r\n");
        await FlagAsync(_anna, "INBOX", MessageFlags.Answered);

        var link = (await StoryAsync("q1@example.org")).Events.Single(told => told.Step == StoryStep.Answered).Link;
        (link?.MessageId, link?.Subject).Should().Be(("a2@example.test", "Re: Quota"));
    }

    [Fact]
    public async Task What_is_deleted_says_until_when_and_then_that_it_is_gone()
    {
        await DeliverAsync(Question);
        await FlagAsync(_anna, "INBOX", MessageFlags.Seen);
        await ExpungeAsync(_anna, "INBOX");
        var deleted = _house.Time.GetUtcNow();

        var kept = await StoryAsync("INBOX/1");
        kept.KeptUntil.Should().Be(deleted.AddDays(30));
        new StoryWords(Language.Italian, await NamesAsync(), TimeZoneInfo.Utc).Now(kept)
            .Should().Be("Non è in nessuna cartella; si può recuperare fino al 24 dicembre 2026.");

        await TidyAfterAsync(TimeSpan.FromDays(26));
        await TidyAfterAsync(TimeSpan.FromDays(5));
        var gone = await StoryAsync("INBOX/1");
        gone.Events.Select(told => told.Step).Should().Equal(StoryStep.Arrived, StoryStep.FirstRead, StoryStep.Deleted, StoryStep.Gone);
        (gone.KeptUntil, gone.Subject).Should().Be((null, null));

        await TidyAfterAsync(TimeSpan.FromDays(7));
        (await (await DoorAsync()).History.FindAsync("INBOX/1", House.Cancelled)).Should().BeEmpty("the log keeps the story of what exists");
    }

    [Fact]
    public async Task History_joins_what_belongs_together_and_tells_the_names_of_then()
    {
        for (var i = 0; i < 3; i++)
            await DeliverAsync($"From: bea@example.org\r\nSubject: m{i}\r\n\r\nx\r\n");
        foreach (var uid in (uint[])[1, 2, 3])
            await MoveAsync(_anna, "INBOX", "Archive", uid);
        _house.Time.Advance(TimeSpan.FromHours(1));
        var since = _house.Time.GetUtcNow();
        await (await _house.DoorAsync("info", _marco)).RenameMailboxAsync(MailboxName.Parse("Archive"), MailboxName.Parse("Old"), House.Cancelled);
        await MoveAsync(_marco, "Old", "Trash", 1);

        (await LinesAsync(new HistoryRequest { Limit = 4 })).Should().Equal(
            "3 messages arrived in INBOX",
            "Anna (anna's phone, IMAP, iOS Mail) moved 3 messages from INBOX to Archive",
            "Marco (marco's phone, IMAP, Thunderbird) renamed the folder Archive to Old",
            "Marco (marco's phone, IMAP, Thunderbird) moved “m0” from Old to Trash");
        (await LinesAsync(new HistoryRequest { Limit = 1 })).Should().ContainSingle().Which.Should().Contain("from Old to Trash");
        (await LinesAsync(new HistoryRequest { Person = _anna.Person })).Should().ContainSingle().Which.Should().StartWith("Anna");
        (await LinesAsync(new HistoryRequest { Device = _marco.Device, Since = since })).Should().HaveCount(2);
        (await LinesAsync(new HistoryRequest { Until = since.AddSeconds(-1) })).Should().NotContain(line => line.Contains("Old", StringComparison.Ordinal));
        (await LinesAsync(new HistoryRequest { Since = _house.Time.GetUtcNow().AddHours(1) })).Should().BeEmpty();
    }

    [Fact]
    public async Task A_strangers_subject_stays_on_its_line()
    {
        await DeliverAsync("From: bea@example.org\r\nSubject: =?utf-8?q?a=1B[2Jb=0Ac=E2=80=AEd?=\r\n\r\nx\r\n");

        (await LinesAsync(new HistoryRequest { Limit = 1 })).Should().Equal("“a[2Jbcd” arrived in INBOX from bea@example.org");
    }

    private static Actor Of(AddedDevice device, AccessProtocol protocol, string? client) =>
        new(device.Device.Person!.Id, device.Device.Id, protocol, device.Device.Name, client);

    private Task<MailAccount> DoorAsync(Actor? actor = null) => _house.DoorAsync("info", actor);

    private async Task<MessageStory> StoryAsync(string name)
    {
        var history = (await DoorAsync()).History;
        return await history.StoryAsync((await history.FindAsync(name, House.Cancelled))[0], House.Cancelled);
    }

    private Task<ActorNames> NamesAsync() => ActorNames.LoadAsync(_house.People, _house.Devices, "info@example.test", House.Cancelled);

    private async Task<IReadOnlyList<string>> WordsAsync(MessageStory story, Language language)
    {
        var words = new StoryWords(language, await NamesAsync(), TimeZoneInfo.Utc);
        return [.. story.Events.Select(told => words.Of(story, told))];
    }

    private async Task<IReadOnlyList<string>> LinesAsync(HistoryRequest request)
    {
        var words = new HistoryWords(Language.English, await NamesAsync());
        return [.. (await (await DoorAsync()).History.ReadAsync(request, House.Cancelled)).Select(words.Of)];
    }

    private async Task<MailboxId> IdAsync(string mailbox) => (await (await DoorAsync()).GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(mailbox))!.Id;

    private async Task DeliverAsync(string text)
    {
        await (await DoorAsync(Actor.Server)).DeliverAsync(House.Message(text), default, SpecialUse.None, House.Cancelled);
        _house.Time.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task ByPop3Async()
    {
        var views = (await DoorAsync(_office)).Maildrops;
        var view = await views.OpenAsync(House.Cancelled);
        await views.UpdateAsync(view, [view[0]], House.Cancelled);
    }

    private async Task<uint> LastAsync(string mailbox)
    {
        var snapshot = await (await DoorAsync()).GetSnapshotAsync(await IdAsync(mailbox), House.Cancelled);
        return snapshot[snapshot.Count - 1].Uid.Value;
    }

    private async Task FlagAsync(Actor actor, string mailbox, MessageFlags flags, params string[] keywords) => await (await DoorAsync(actor)).StoreFlagsAsync(
        await IdAsync(mailbox), [new Uid(await LastAsync(mailbox))], FlagOperation.Add, new FlagNames(flags, keywords), null, House.Cancelled);

    private async Task MoveAsync(Actor actor, string from, string to, uint? uid = null)
    {
        await (await DoorAsync(actor)).MoveAsync(await IdAsync(from), [new Uid(uid ?? await LastAsync(from))], await IdAsync(to), House.Cancelled);
        _house.Time.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task ExpungeAsync(Actor actor, string mailbox) =>
        await (await DoorAsync(actor)).ExpungeAsync(await IdAsync(mailbox), null, onlyDeleted: false, House.Cancelled);

    private async Task AppendAsync(Actor actor, string mailbox, string text) => await (await DoorAsync(actor)).AppendAsync(
        await IdAsync(mailbox), [new NewMessage(House.Message(text), new FlagNames(MessageFlags.Seen, []), null)], House.Cancelled);

    private async Task SubmitAsync(Actor actor, string header)
    {
        await using var message = House.Message($"From: info@example.test\r\nTo: bea@example.test\r\n{header}\r\nText\r\n");
        await _house.Submitter.SubmitAsync(
            new SubmissionRequest(
                await _house.SignedInAsync("info", actor with { Protocol = AccessProtocol.Submission }), House.Address("info@example.test"),
                [new SubmissionRecipient(House.Address("bea@example.test"), null, null)], message, null, null),
            House.Cancelled);
    }

    private async Task TidyAfterAsync(TimeSpan time)
    {
        _house.Time.Advance(time);
        await _house.Get<IEnumerable<IHostedService>>().OfType<Retention>().Single().TidyAllAsync(House.Cancelled);
    }

    private async Task UndoLastAsync()
    {
        var mail = await DoorAsync(new Actor(null, null, AccessProtocol.CommandLine, "administrator"));
        (await mail.UndoAsync(new UndoRequest { Change = mail.HighestModSeq }, House.Cancelled)).Restored.Should().Be(1);
    }

    private async Task SetAsync(string policy, string value) =>
        await (await DoorAsync()).SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { [policy] = value }, House.Cancelled);
}
