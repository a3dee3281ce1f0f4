using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Core.Submission;

namespace Casella.Core.Tests.Submission;

public sealed class SentCopyTests : IAsyncLifetime
{
    private const string Head = "From: info@example.test\r\nTo: bea@example.test\r\nSubject: s\r\nMessage-ID: <m1@example.test>\r\n";
    private static readonly DeviceId Laptop = new(21);
    private static readonly Actor Smtp = new(null, Laptop, AccessProtocol.Submission, "laptop");
    private static readonly Actor Imap = new(null, Laptop, AccessProtocol.Imap, "laptop", "Thunderbird");
    private static readonly Actor Other = new(null, new DeviceId(22), AccessProtocol.Imap, "phone");
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info", "bea");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task What_is_sent_is_in_Sent_read_with_its_Bcc_and_by_its_sender()
    {
        await SubmitAsync("From: info@example.test\r\nBcc: secret@example.org\r\nSubject: s\r\n\r\nbody\r\n");

        var copy = (await _house.ReadAsync("info", "Sent")).Should().ContainSingle().Subject;
        copy.Should().Contain("\r\nBcc: secret@example.org\r\n").And.EndWith("\r\n\r\nbody\r\n");
        var received = (await _house.ReadAsync("bea")).Should().ContainSingle().Subject;
        received.Should().NotContain("secret");
        foreach (var field in (string[])["Date: ", "Message-ID: "])
            Field(copy, field).Should().NotBeNull().And.Be(Field(received, field), "both have the same {0}", field);
        (await SnapshotAsync("Sent"))[0].Flags.Should().Be(MessageFlags.Seen);
        (await ChangesAsync()).Should().Contain(change => change.Kind == ChangeKind.Added && change.Actor == Smtp);
    }

    [Fact]
    public async Task A_mailbox_may_leave_filing_to_its_programs()
    {
        await SetAsync("sent-copy", "off");
        await SubmitAsync(Head + "\r\nbody\r\n");
        (await _house.ReadAsync("info", "Sent")).Should().BeEmpty();
        (await _house.ReadAsync("bea")).Should().ContainSingle();
    }

    [Fact]
    public async Task A_message_that_is_sent_again_after_a_lost_answer_is_filed_once()
    {
        await SubmitAsync(Head + "\r\nbody\r\n");
        await _house.ReopenAsync();
        await SubmitAsync(Head + "\r\nbody\r\n");
        (await _house.ReadAsync("info", "Sent")).Should().ContainSingle();
        (await _house.ReadAsync("bea")).Should().ContainSingle();
    }

    [Fact]
    public async Task The_program_files_it_too_and_gets_the_UID_of_the_copy_that_is_there()
    {
        await SubmitAsync(Head + "\r\nbody\r\n");
        var uid = await AppendAsync(Imap, "Sent", Head + "\r\nbody\r\n", new FlagNames(MessageFlags.Flagged, ["$Private"]));

        var sent = await SnapshotAsync("Sent");
        sent.Count.Should().Be(1);
        sent[0].Uid.Should().Be(uid).And.Be(new Uid(1));
        sent[0].Flags.Has(MessageFlags.Seen | MessageFlags.Flagged | MessageFlags.Keyword(sent.Keywords.IndexOf("$Private"))).Should().BeTrue();
    }

    [Fact]
    public async Task The_programs_copy_stays_when_it_has_the_Bcc()
    {
        await SubmitAsync(Head + "\r\nbody\r\n");
        await SetFlaggedAsync("Sent");
        var uid = await AppendAsync(Imap, "Sent", Head + "Bcc: secret@example.org\r\n\r\nbody\r\n", new FlagNames(MessageFlags.Seen, []));

        var sent = await SnapshotAsync("Sent");
        sent.Count.Should().Be(1);
        sent[0].Uid.Should().Be(uid).And.Be(new Uid(2));
        sent[0].Flags.Should().Be(MessageFlags.Seen | MessageFlags.Flagged);
        (await _house.ReadAsync("info", "Sent"))[0].Should().Contain("secret");
        (await AppendAsync(Imap, "Sent", Head + "Bcc: secret@example.org\r\n\r\nbody\r\n", FlagNames.None)).Should().Be(uid, "also the second time");
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_program_that_files_before_it_sends_has_one_copy_too()
    {
        var uid = await AppendAsync(Imap, "Sent", Head + "\r\nbody\r\n", FlagNames.None);
        await SubmitAsync(Head + "\r\nbody\r\n");

        var sent = await SnapshotAsync("Sent");
        sent.Count.Should().Be(1);
        sent[0].Uid.Should().Be(uid);
        sent[0].Flags.Should().Be(MessageFlags.Seen);
    }

    [Theory]
    [InlineData("another device")]
    [InlineData("another mailbox")]
    [InlineData("another Message-ID")]
    [InlineData("too late")]
    public async Task What_may_be_meant_is_kept(string why)
    {
        await SubmitAsync(Head + "\r\nbody\r\n");
        if (why is "too late")
            _house.Time.Advance(TimeSpan.FromMinutes(16));
        var text = why is "another Message-ID" ? Head.Replace("m1@", "m2@", StringComparison.Ordinal) : Head;
        var mailbox = why is "another mailbox" ? "Archive" : "Sent";
        await AppendAsync(why is "another device" ? Other : Imap, mailbox, text + "\r\nbody\r\n", FlagNames.None);
        ((await _house.ReadAsync("info", "Sent")).Count + (await _house.ReadAsync("info", "Archive")).Count).Should().Be(2);
    }

    [Theory]
    [InlineData("Subject: Re: s", "\\Answered")]
    [InlineData("Subject: I: s", "$Forwarded")]
    [InlineData("Subject: s\r\nX-Forwarded-Message-Id: <o@example.org>", "$Forwarded")]
    public async Task The_original_is_marked_wherever_it_is_in_the_transaction_of_the_copy(string fields, string flag)
    {
        await AppendAsync(Other, "INBOX", "Message-ID: <o@example.org>\r\nSubject: s\r\n\r\nx", FlagNames.None);
        await AppendAsync(Other, "INBOX", "Message-ID: <p@example.org>\r\nSubject: s\r\n\r\nx", FlagNames.None);
        var mail = await _house.DoorAsync("info", Other);
        await mail.CopyAsync(await IdAsync("INBOX"), [new Uid(1)], await IdAsync("Archive"), House.Cancelled);

        await SubmitAsync($"From: info@example.test\r\nIn-Reply-To: <o@example.org>\r\n{fields}\r\n\r\nx");

        var inbox = await SnapshotAsync("INBOX");
        var wanted = flag is "\\Answered" ? MessageFlags.Answered : MessageFlags.Keyword(inbox.Keywords.IndexOf(flag));
        inbox[0].Flags.Should().Be(wanted);
        inbox[1].Flags.Should().Be(MessageFlags.None);
        (await SnapshotAsync("Archive"))[0].Flags.Should().Be(wanted);
        var last = (await ChangesAsync()).GroupBy(change => change.ModSeq).Last().ToList();
        last.Select(change => change.Kind).Should().BeEquivalentTo([ChangeKind.Added, ChangeKind.FlagsChanged, ChangeKind.FlagsChanged]);
        last.Should().OnlyContain(change => change.Actor == Smtp);
    }

    [Fact]
    public async Task A_read_receipt_is_neither_filed_nor_an_answer()
    {
        await AppendAsync(Other, "INBOX", "Message-ID: <o@example.org>\r\n\r\nx", FlagNames.None);
        await SubmitAsync("From: info@example.test\r\nIn-Reply-To: <o@example.org>\r\n\r\nx", reversePath: null);
        (await _house.ReadAsync("info", "Sent")).Should().BeEmpty();
        (await SnapshotAsync("INBOX"))[0].Flags.Should().Be(MessageFlags.None);
    }

    [Fact]
    public async Task Who_is_full_to_the_end_of_the_reserve_still_sends_and_answers()
    {
        await _house.Directory.SetQuotaAsync("info@example.test", 1024 * 1024, House.Cancelled);
        for (var i = 0; i < 2; i++)
            await AppendAsync(Other, "Sent", "Subject: big\r\n\r\n" + new string('x', 25 * 1024 * 1024), FlagNames.None);
        await AppendAsync(Other, "Drafts", "Message-ID: <o@example.org>\r\n\r\nx", FlagNames.None);

        await SubmitAsync("From: info@example.test\r\nIn-Reply-To: <o@example.org>\r\n\r\n" + new string('y', 1024 * 1024 * 2));

        (await _house.ReadAsync("bea")).Should().ContainSingle();
        (await SnapshotAsync("Sent")).Count.Should().Be(2);
        (await SnapshotAsync("Drafts"))[0].Flags.Should().Be(MessageFlags.Answered);
    }

    [Fact]
    public async Task Sent_is_made_again_when_it_was_deleted()
    {
        await (await _house.DoorAsync("info")).DeleteMailboxAsync(MailboxName.Parse("Sent"), House.Cancelled);
        await SubmitAsync(Head + "\r\nbody\r\n");
        (await _house.ReadAsync("info", "Sent")).Should().ContainSingle();
    }

    private static string? Field(string message, string name) =>
        message.Split("\r\n").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));

    private Task SubmitAsync(string text) => SubmitAsync(text, "info@example.test");

    private async Task SubmitAsync(string text, string? reversePath)
    {
        await using var message = House.Message(text);
        await _house.Submitter.SubmitAsync(
            new SubmissionRequest(
                await _house.SignedInAsync("info", Smtp), reversePath is null ? null : House.Address(reversePath),
                [new SubmissionRecipient(House.Address("bea@example.test"), null, null)], message, null, null),
            House.Cancelled);
    }

    private async Task<Uid> AppendAsync(Actor actor, string mailbox, string text, FlagNames flags)
    {
        var mail = await _house.DoorAsync("info", actor);
        await using var message = House.Message(text);
        return (await mail.AppendAsync(await IdAsync(mailbox), [new NewMessage(message, flags, null)], House.Cancelled)).Uids[0];
    }

    private async Task SetFlaggedAsync(string mailbox) => await (await _house.DoorAsync("info", Other)).StoreFlagsAsync(
        await IdAsync(mailbox), [new Uid(1)], FlagOperation.Add, new FlagNames(MessageFlags.Flagged, []), null, House.Cancelled);

    private async Task SetAsync(string policy, string value) => await (await _house.DoorAsync("info")).SetPolicyAsync(
        new Dictionary<string, string>(StringComparer.Ordinal) { [policy] = value }, House.Cancelled);

    private async Task<MailboxId> IdAsync(string mailbox) =>
        (await (await _house.DoorAsync("info")).GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(mailbox))!.Id;

    private async Task<MailboxSnapshot> SnapshotAsync(string mailbox) =>
        await (await _house.DoorAsync("info")).GetSnapshotAsync(await IdAsync(mailbox), House.Cancelled);

    private async Task<IReadOnlyList<ChangeRow>> ChangesAsync()
    {
        var mail = await _house.DoorAsync("info");
        return await _house.Get<IMailStore>().ReadAsync(mail.Id, reader => reader.Changes(new ModSeq(0), 1_000), House.Cancelled);
    }
}
