using Casella.Core.Changes;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Filtering.Spam;

/// <summary>
/// Who moves mail into SPAM and out of it teaches: by any program and any member, once for each message, and what is
/// taken back is unlearnt.
/// </summary>
public sealed class SpamTrainingTests : IAsyncLifetime
{
    private const string Trick = "vincita milionaria casino fortuna premio jackpot clicca subito gratis lotteria roulette bonus scommesse guadagna";

    private static readonly FlagNames Answered = new(MessageFlags.Answered, []);

    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info", "anna");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Theory]
    [InlineData(AccessProtocol.Imap)]
    [InlineData(AccessProtocol.Web)]
    public async Task A_move_into_SPAM_teaches_once_and_back_unteaches(AccessProtocol protocol)
    {
        await _house.DeliverAsync(SpamMail.Plain("x@shop.test", "Premio", Trick), SpamMail.Good("shop.test"));
        var door = await _house.DoorAsync("info", new Actor(null, null, protocol, "someone"));
        await MoveAsync(door, "INBOX", "SPAM");
        await LearnAsync();
        (await TotalsAsync()).Should().Be((new SpamTotals(1, 0), new SpamTotals(1, 0)));
        await LearnAsync();
        (await TotalsAsync()).Should().Be((new SpamTotals(1, 0), new SpamTotals(1, 0)), "the same is not learnt twice");

        await MoveAsync(door, "SPAM", "Archive");
        await LearnAsync();
        (await TotalsAsync()).Should().Be((new SpamTotals(0, 0), new SpamTotals(0, 0)));
        await MoveAsync(door, "Archive", "SPAM");
        await MoveAsync(door, "SPAM", "INBOX");
        await MoveAsync(door, "INBOX", "SPAM");
        await LearnAsync();
        (await TotalsAsync()).Should().Be((new SpamTotals(1, 0), new SpamTotals(1, 0)));
        (await SenderAsync("x@shop.test"))!.Spam.Should().Be(1);
    }

    [Fact]
    public async Task The_server_does_not_teach_itself_and_a_member_who_puts_its_mistake_right_does()
    {
        await _house.DeliverAsync(SpamMail.Plain("\"info@example.test\" <x@evil.example>", "FATTURA URGENTE", "Vedi http://192.0.2.77/x"), SpamMail.Unknown);
        await LearnAsync();
        (await TotalsAsync()).Own.Should().Be(default(SpamTotals));
        await MoveAsync(await _house.DoorAsync("info"), "SPAM", "INBOX");
        await LearnAsync();
        (await TotalsAsync()).Should().Be((new SpamTotals(0, 1), new SpamTotals(0, 1)));
    }

    [Fact]
    public async Task Emptying_SPAM_teaches_nothing()
    {
        await _house.DeliverAsync(SpamMail.Plain("x@shop.test", "Premio", Trick), SpamMail.Good("shop.test"));
        var door = await _house.DoorAsync("info");
        await MoveAsync(door, "INBOX", "SPAM");
        await MoveAsync(door, "SPAM", "Trash");
        await LearnAsync();
        (await TotalsAsync()).Own.Should().Be(new SpamTotals(1, 0));
    }

    [Fact]
    public async Task Copies_and_uploads_teach_and_an_undo_takes_it_back()
    {
        await _house.DeliverAsync(SpamMail.Plain("x@shop.test", "Premio", Trick), SpamMail.Good("shop.test"));
        var phone = await _house.AddPhoneAsync("info", "anna");
        var actor = new Actor(phone.Device.Person?.Id, phone.Device.Id, AccessProtocol.Imap, "anna's phone");
        var door = await _house.DoorAsync("info", actor);
        var (inbox, spam) = (await BoxAsync(door, "INBOX"), await BoxAsync(door, "SPAM"));
        await door.CopyAsync(inbox, await UidsAsync(door, inbox), spam, House.Cancelled);
        await LearnAsync();
        (await TotalsAsync()).Own.Should().Be(new SpamTotals(1, 0));

        await using (var content = House.Message(SpamMail.Plain("y@shop.test", "Premio", Trick)))
            await door.AppendAsync(spam, [new NewMessage(content, FlagNames.None, null)], House.Cancelled);
        await LearnAsync();
        (await TotalsAsync()).Own.Should().Be(new SpamTotals(2, 0));
    }

    [Fact]
    public async Task An_undone_move_is_unlearnt()
    {
        await _house.DeliverAsync(SpamMail.Plain("x@shop.test", "Premio", Trick), SpamMail.Good("shop.test"));
        var phone = await _house.AddPhoneAsync("info", "anna");
        var door = await _house.DoorAsync("info", new Actor(phone.Device.Person?.Id, phone.Device.Id, AccessProtocol.Imap, "anna's phone"));
        await MoveAsync(door, "INBOX", "SPAM");
        await LearnAsync();
        (await TotalsAsync()).Own.Should().Be(new SpamTotals(1, 0));

        var office = await _house.DoorAsync("info", new Actor(null, null, AccessProtocol.CommandLine, "office"));
        var undone = await office.UndoAsync(new UndoRequest { Device = phone.Device.Id }, House.Cancelled);
        undone.Restored.Should().Be(1);
        await LearnAsync();
        (await TotalsAsync()).Should().Be((new SpamTotals(0, 0), new SpamTotals(0, 0)));
    }

    [Fact]
    public async Task An_answer_says_that_the_mail_was_wanted_and_the_sender_is_known()
    {
        await _house.DeliverAsync(SpamMail.Plain("marco@good.test", "Corso", "Vorrei sapere del corso di primo soccorso"), SpamMail.Unknown);
        var door = await _house.DoorAsync("info");
        var inbox = await BoxAsync(door, "INBOX");
        await door.StoreFlagsAsync(inbox, await UidsAsync(door, inbox), FlagOperation.Add, Answered, null, House.Cancelled);
        await using (var content = House.Message("From: info@example.test\r\nTo: Marco <marco@good.test>\r\nCc: lucia@good.test\r\nSubject: Re: Corso\r\n\r\nSì.\r\n"))
            await door.AppendAsync(await BoxAsync(door, "Sent"), [new NewMessage(content, FlagNames.None, null)], House.Cancelled);
        await LearnAsync();
        (await TotalsAsync()).Own.Should().Be(new SpamTotals(0, 1));
        (await SenderAsync("marco@good.test"))!.WasWrittenTo.Should().BeTrue();
        (await SenderAsync("lucia@good.test"))!.WasWrittenTo.Should().BeTrue();

        await _house.DeliverAsync(SpamMail.Plain("lucia@good.test", "Domanda", "Quando?"), SpamMail.Unknown);
        (await _house.ReadAsync("info"))[^1].Should().Contain("WRITTEN_TO=-4.0").And.NotContain("FIRST_CONTACT");
    }

    [Fact]
    public async Task What_one_mailbox_has_learnt_helps_its_domain_and_says_how_much_it_is_like()
    {
        for (var i = 0; i < 12; i++)
        {
            await _house.DeliverAsync(SpamMail.Plain($"x{i}@shop{i}.test", "Premio", $"{Trick} numero{i}"), SpamMail.Good($"shop{i}.test"));
            await MoveAsync(await _house.DoorAsync("info"), "INBOX", "SPAM");
            await _house.DeliverAsync(SpamMail.Plain($"socio{i}@good{i}.test", "Iscrizione", $"Buongiorno vorrei iscrivere mio figlio al corso estivo della sezione, quali documenti servono? socio{i}"), SpamMail.Good($"good{i}.test"));
            var door = await _house.DoorAsync("info");
            var inbox = await BoxAsync(door, "INBOX");
            await door.StoreFlagsAsync(inbox, (await UidsAsync(door, inbox)).TakeLast(1).ToList(), FlagOperation.Add, Answered, null, House.Cancelled);
            await MoveAsync(door, "INBOX", "Archive");
        }

        await LearnAsync();
        foreach (var name in new[] { "info", "anna" })
        {
            await _house.DeliverAsync(SpamMail.Plain("new@other.test", "Premio", $"{Trick} adesso"), SpamMail.Good("other.test"), $"{name}@example.test");
            (await _house.ReadAsync(name, "SPAM"))[^1].Should().Contain("BAYES_SPAM:12=").And.Contain("X-Spam-Flag: YES");
            await _house.DeliverAsync(SpamMail.Plain("nuovo@altro.test", "Iscrizione", "Buongiorno vorrei iscrivere mia figlia al corso estivo della sezione, quali documenti servono?"), SpamMail.Unknown, $"{name}@example.test");
            (await _house.ReadAsync(name))[^1].Should().Contain("BAYES_HAM=").And.NotContain("X-Spam-Flag");
        }
    }

    [Fact]
    public async Task A_process_that_is_killed_between_the_two_writes_counts_nothing_twice()
    {
        await _house.DeliverAsync(SpamMail.Plain("x@shop.test", "Premio", Trick), SpamMail.Good("shop.test"));
        await MoveAsync(await _house.DoorAsync("info"), "INBOX", "SPAM");
        var learning = _house.Get<SpamLearning>();
        learning.BetweenWrites = () => throw new InvalidOperationException("killed");
        await LearnAsync();
        (await TotalsAsync()).Should().Be((default(SpamTotals), new SpamTotals(1, 0)), "the domain has heard it");

        await _house.ReopenAsync();
        await LearnAsync();
        (await TotalsAsync()).Should().Be((new SpamTotals(1, 0), new SpamTotals(1, 0)));

        // And when it was taken back in between.
        _house.Get<SpamLearning>().BetweenWrites = () => throw new InvalidOperationException("killed");
        await MoveAsync(await _house.DoorAsync("info"), "SPAM", "INBOX");
        await LearnAsync();
        await _house.ReopenAsync();
        await MoveAsync(await _house.DoorAsync("info"), "INBOX", "SPAM");
        await LearnAsync();
        (await TotalsAsync()).Should().Be((new SpamTotals(1, 0), new SpamTotals(1, 0)));
    }

    [Fact]
    public async Task A_message_that_is_gone_teaches_nothing_and_stops_nobody()
    {
        await _house.DeliverAsync(SpamMail.Plain("x@shop.test", "Premio", Trick), SpamMail.Good("shop.test"));
        var door = await _house.DoorAsync("info");
        await MoveAsync(door, "INBOX", "SPAM");
        var spam = await BoxAsync(door, "SPAM");
        var email = (await door.GetSnapshotAsync(spam, House.Cancelled))[0].Email;
        await door.ExpungeAsync(spam, null, onlyDeleted: false, House.Cancelled);
        await door.Destruction.DestroyAsync([email], null, House.Cancelled);
        await LearnAsync();
        (await TotalsAsync()).Own.Should().Be(default(SpamTotals));

        await _house.DeliverAsync(SpamMail.Plain("x@shop.test", "Premio", Trick), SpamMail.Good("shop.test"));
        await MoveAsync(door, "INBOX", "SPAM");
        await LearnAsync();
        (await TotalsAsync()).Own.Should().Be(new SpamTotals(1, 0));
    }

    private Task LearnAsync() => _house.Get<SpamTrainer>().LearnAllAsync(House.Cancelled);

    private async Task<(SpamTotals Own, SpamTotals House)> TotalsAsync()
    {
        var account = (await _house.DoorAsync("info")).Id;
        return (
            await _house.Get<IMailStore>().WriteAsync(account, transaction => transaction.Spam.Totals, null, House.Cancelled),
            await _house.Get<ISpamStore>().TotalsAsync("example.test", House.Cancelled));
    }

    private async Task<SenderRow?> SenderAsync(string address)
    {
        var account = (await _house.DoorAsync("info")).Id;
        var question = new SpamQuestion(MailWords.Hash(address), [], [], []);
        return (await _house.Get<IMailStore>().ReadAsync(account, reader => reader.SpamKnowledge(question), House.Cancelled)).Sender;
    }

    private static async Task MoveAsync(MailAccount door, string from, string to)
    {
        var source = await BoxAsync(door, from);
        await door.MoveAsync(source, await UidsAsync(door, source), await BoxAsync(door, to), House.Cancelled);
    }

    private static async Task<MailboxId> BoxAsync(MailAccount door, string name) =>
        (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(name))!.Id;

    private static async Task<List<Uid>> UidsAsync(MailAccount door, MailboxId mailbox)
    {
        var snapshot = await door.GetSnapshotAsync(mailbox, House.Cancelled);
        return [.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i].Uid)];
    }
}
