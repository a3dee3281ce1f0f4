using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Queue;

namespace Casella.Core.Tests.Filtering;

/// <summary>Incoming mail through a mailbox's script: where it goes, what leaves the house, and that nothing is lost.</summary>
public sealed class FilteredDeliveryTests : IAsyncLifetime
{
    private House _house = null!;
    private int _number;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info", "anna");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Files_marks_and_makes_folders()
    {
        await ActivateAsync("""
            require ["fileinto", "mailbox", "imap4flags", "copy"];
            fileinto :create :flags ["\\Seen", "corso"] "Corsi/2026";
            fileinto :copy :create "Archivio corsi";
            """);
        (await DeliverAsync()).Should().BeOfType<DeliveryOutcome.Delivered>();

        (await _house.ReadAsync("info")).Should().BeEmpty();
        (await _house.ReadAsync("info", "Archivio corsi")).Should().ContainSingle();
        var door = await _house.DoorAsync("info");
        var tree = await door.GetTreeAsync(House.Cancelled);
        tree.Subscriptions.Should().Contain("Corsi/2026");
        var snapshot = await door.GetSnapshotAsync(tree.Mailboxes.Single(box => string.Equals(box.Name.Value, "Corsi/2026", StringComparison.Ordinal)).Id, House.Cancelled);
        snapshot[0].Flags.Has(MessageFlags.Seen).Should().BeTrue();
        snapshot.Keywords.Names.Should().Contain("corso");
        (await door.GetQuotaAsync(House.Cancelled)).Messages.Should().Be(1, "two placements are one message");
    }

    [Fact]
    public async Task What_is_filed_is_the_whole_message_as_it_came()
    {
        await ActivateAsync("require \"fileinto\"; fileinto \"Archive\";");
        var message = Text();
        await DeliverAsync(message);

        (await _house.ReadAsync("info", "Archive")).Should().Equal(message);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_once_a_day_and_the_message_is_in_INBOX()
    {
        await ActivateAsync("require \"fileinto\"; fileinto \"Nessuna\";");
        await DeliverAsync();
        await DeliverAsync();

        (await _house.ReadAsync("info")).Should().HaveCount(2);
        await NoticesAsync();
        var texts = await _house.ReadAsync("info");
        texts.Should().HaveCount(3).And.AllSatisfy(text => text.Should().MatchRegex("^(From|Return-Path): "));
        Tests.Notices.NoticeReading.Decoded(texts[2]).Should().Contain("Nessuna");
    }

    [Fact]
    public async Task An_error_keeps_the_message_and_tells_the_members_once_a_day()
    {
        await ActivateAsync("require [\"fileinto\", \"ihave\"];\nfileinto \"Sent\";\nerror \"basta\";");
        for (var i = 0; i < 3; i++)
            (await DeliverAsync()).Should().BeOfType<DeliveryOutcome.Delivered>();

        (await _house.ReadAsync("info", "Sent")).Should().BeEmpty("all or nothing");
        await NoticesAsync();
        (await _house.ReadAsync("info")).Should().HaveCount(4).And.ContainSingle(text => Tests.Notices.NoticeReading.Decoded(text).Contains("riga 3", StringComparison.Ordinal));
        _house.Time.Advance(TimeSpan.FromDays(1));
        await DeliverAsync();
        await NoticesAsync();
        (await _house.ReadAsync("info")).Should().HaveCount(6);
    }

    [Fact]
    public async Task What_is_discarded_is_gone_and_recognised_when_it_comes_again()
    {
        await ActivateAsync("if header :contains \"subject\" \"corso\" { discard; }");
        var message = Text();
        (await DeliverAsync(message)).Should().BeOfType<DeliveryOutcome.Delivered>();
        (await DeliverAsync(message)).Should().BeOfType<DeliveryOutcome.Duplicate>();
        (await _house.ReadAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Sent_on_once_from_the_same_sender_without_Return_Path()
    {
        await ActivateAsync("require \"copy\"; redirect :copy \"paolo@example.net\";");
        var message = "Return-Path: <gino@example.org>\r\n" + Text();
        await DeliverAsync(message);
        await DeliverAsync(message);

        var queued = (await _house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle().Subject;
        queued.ReversePath!.ToString().Should().Be("gino@example.org");
        queued.Recipients.Single().Address.ToString().Should().Be("paolo@example.net");
        var sent = await SentAsync(queued);
        sent.Should().StartWith("X-Sieve-Redirected-From: info@example.test\r\n").And.NotContain("Return-Path");
        sent.Should().EndWith("Buongiorno.\r\n");
        (await _house.ReadAsync("info")).Should().ContainSingle();
    }

    [Fact]
    public async Task A_circle_ends_and_keeps()
    {
        await ActivateAsync("redirect \"paolo@example.net\";");
        await DeliverAsync("X-Sieve-Redirected-From: info@example.test\r\n" + Text());
        await DeliverAsync(string.Concat(Enumerable.Repeat("Received: from a by b; Tue, 24 Nov 2026 09:00:00 +0000\r\n", 60)) + Text());

        (await _house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
        (await _house.ReadAsync("info")).Should().HaveCount(2);
    }

    [Fact]
    public async Task Refused_with_the_scripts_words_in_ASCII()
    {
        await ActivateAsync("require \"reject\"; reject \"Perché? Non scrivere più qui, è inutile.\";");
        var outcome = (await DeliverAsync()).Should().BeOfType<DeliveryOutcome.Refused>().Subject;
        outcome.Reason.Should().Be(MailError.RefusedByRecipient);
        outcome.Text.Should().Be("Perche? Non scrivere piu qui, e inutile.");
        (await _house.ReadAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Answers_once_in_the_scripts_time_and_not_twice_beside_the_mailboxs_own_answer()
    {
        await (await _house.DoorAsync("info")).SetPolicyAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["answer"] = "Risposta della casella." }, House.Cancelled);
        await ActivateAsync("require \"vacation\"; vacation :days 2 :subject \"Chiuso\" \"Risposta del filtro.\";");
        await DeliverAsync();
        await DeliverAsync();
        var answer = (await _house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle().Subject;
        answer.ReversePath.Should().BeNull();
        var text = await SentAsync(answer);
        text.Should().Contain("Subject: Chiuso").And.Contain("Auto-Submitted: auto-replied").And.Contain("Risposta del filtro.").And.Contain("In-Reply-To: <");

        await _house.ReopenAsync();
        _house.Time.Advance(TimeSpan.FromDays(3));
        await DeliverAsync();
        (await _house.Queue.ListAsync(House.Cancelled)).Should().HaveCount(2);
    }

    [Theory]
    [InlineData("null reverse-path", null, "To: info@example.test")]
    [InlineData("a program", "gino@example.org", "To: info@example.test\r\nAuto-Submitted: auto-replied")]
    [InlineData("a list", "gino@example.org", "To: info@example.test\r\nList-Id: <x.example.org>")]
    [InlineData("not to it", "gino@example.org", "To: somebody@example.org")]
    [InlineData("a daemon", "mailer-daemon@example.org", "To: info@example.test")]
    public async Task Never_answers_who_is_no_person(string what, string? sender, string fields)
    {
        await ActivateAsync("require \"vacation\"; vacation \"Chiuso.\";");
        await DeliverAsync(Text(fields), sender);
        (await _house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty(what);
        (await _house.ReadAsync("info")).Should().ContainSingle();
    }

    [Fact]
    public async Task Answers_in_MIME_and_keeps_a_copy()
    {
        await ActivateAsync("""
            require ["vacation", "fcc", "special-use"];
            vacation :mime :fcc "Sent" :addresses "vecchia@example.org" text:
            Content-Type: text/html; charset=utf-8

            <p>Siamo chiusi, perché è festa.</p>
            .
            ;
            """);
        await DeliverAsync(Text("To: vecchia@example.org"));
        var text = await SentAsync((await _house.Queue.ListAsync(House.Cancelled)).Single());
        text.Should().Contain("Content-Type: text/html").And.Contain("Subject: Auto: Un corso");
        (await _house.ReadAsync("info", "Sent")).Should().ContainSingle();
    }

    [Fact]
    public async Task Tells_somebody()
    {
        await ActivateAsync("require \"enotify\"; notify :importance \"1\" :message \"Nuova\" \"mailto:paolo@example.net?body=Ciao%20Paolo\";");
        await DeliverAsync();
        await DeliverAsync(Text("To: info@example.test\r\nAuto-Submitted: auto-notified"));
        var text = await SentAsync((await _house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle().Subject);
        text.Should().Contain("Subject: Nuova").And.Contain("Auto-Submitted: auto-notified").And.Contain("Importance: high").And.Contain("Ciao Paolo");
        (await _house.ReadAsync("info")).Should().HaveCount(2);
    }

    [Fact]
    public async Task Remembers_what_it_has_seen()
    {
        await ActivateAsync("require [\"duplicate\", \"fileinto\", \"mailbox\"]; if duplicate :header \"X-Numero\" :seconds 3600 { fileinto :create \"Doppi\"; }");
        await DeliverAsync(Text("To: info@example.test\r\nX-Numero: 7"));
        await DeliverAsync(Text("To: info@example.test\r\nX-Numero: 7"));
        await DeliverAsync(Text("To: info@example.test\r\nX-Numero: 8"));
        (await _house.ReadAsync("info")).Should().HaveCount(2);
        (await _house.ReadAsync("info", "Doppi")).Should().ContainSingle();

        _house.Time.Advance(TimeSpan.FromHours(2));
        await DeliverAsync(Text("To: info@example.test\r\nX-Numero: 7"));
        (await _house.ReadAsync("info")).Should().HaveCount(3);
    }

    [Fact]
    public async Task Asks_folders_colleagues_and_other_scripts()
    {
        var filters = (await _house.DoorAsync("info")).Filters;
        await filters.PutAsync("regole", "require [\"fileinto\", \"extlists\"]; if address :list \"from\" \":addrbook:default\" { fileinto \"Archive\"; }", House.Cancelled);
        await ActivateAsync("""
            require ["include", "special-use", "fileinto", "mailbox"];
            include "regole";
            include :optional "nessuno";
            if allof (specialuse_exists "\\Junk", mailboxexists "Trash", not mailboxexists "Nessuna") { fileinto :specialuse "\\Junk" "Nessuna"; }
            """);
        await DeliverAsync("From: anna@example.test\r\n" + Text());
        (await _house.ReadAsync("info", "Archive")).Should().ContainSingle();
        (await _house.ReadAsync("info", "SPAM")).Should().ContainSingle();
        (await _house.ReadAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_changed_header_is_stored_and_the_body_stays()
    {
        await ActivateAsync("require \"editheader\"; addheader \"X-Prima\" \"perché\"; deleteheader \"X-Numero\";");
        await DeliverAsync(Text("To: info@example.test\r\nX-Numero: 7"));
        var text = (await _house.ReadAsync("info")).Should().ContainSingle().Subject;
        text.Should().StartWith("X-Prima: =?utf-8?").And.NotContain("X-Numero").And.EndWith("\r\n\r\nBuongiorno.\r\n");
    }

    [Fact]
    public async Task An_edited_message_is_stored_sent_on_and_counted_as_it_is()
    {
        await ActivateAsync("""
            require ["replace", "enclose", "copy", "fileinto"];
            fileinto :copy "Archive";
            replace :subject "Tolto" "Il testo non c'è più.";
            redirect :copy "paolo@example.net";
            enclose :subject "Guarda" "Dentro c'è il messaggio.";
            """);
        var message = "Return-Path: <gino@example.org>\r\n" + Text();
        (await DeliverAsync(message)).Should().BeOfType<DeliveryOutcome.Delivered>();

        (await _house.ReadAsync("info", "Archive")).Should().Equal(message);
        var sent = await SentAsync((await _house.Queue.ListAsync(House.Cancelled)).Single());
        sent.Should().Contain("Subject: Tolto").And.Contain("Original-Subject: Un corso").And.NotContain("Guarda").And.NotContain("Return-Path").And.NotContain("Buongiorno");
        var kept = (await _house.ReadAsync("info")).Should().ContainSingle().Subject;
        kept.Should().Contain("Subject: Guarda").And.Contain("From: <info@example.test>").And.Contain("Original-Subject: Un corso").And.Contain("message/rfc822");
        (await (await _house.DoorAsync("info")).GetQuotaAsync(House.Cancelled)).Messages.Should().Be(2, "the edited one is another message");
    }

    [Fact]
    public async Task An_error_after_an_edit_keeps_the_message_as_it_came()
    {
        await ActivateAsync("require [\"replace\", \"ihave\"]; replace \"Nuovo.\"; error \"basta\";");
        var message = Text();
        await DeliverAsync(message);
        (await _house.ReadAsync("info")).Should().Equal(message);
    }

    [Fact]
    public async Task A_full_mailbox_makes_the_sender_wait()
    {
        await _house.AddAsync("piena", quota: 1 << 20);
        await ActivateAsync("require \"fileinto\"; fileinto \"Archive\";", "piena");
        var message = Text("To: piena@example.test") + new string('x', 1 << 20);
        (await DeliverAsync(message, to: "piena@example.test")).Should().BeOfType<DeliveryOutcome.Deferred>().Which.Reason.Should().Be(MailError.OverQuota);
        (await _house.ReadAsync("piena", "Archive")).Should().BeEmpty();
    }

    private Task NoticesAsync() => _house.Get<Casella.Core.Notices.NoticeRunner>().DeliverAllAsync(House.Cancelled);

    private async Task ActivateAsync(string script, string mailbox = "info")
    {
        var filters = (await _house.DoorAsync(mailbox)).Filters;
        await filters.PutAsync("prova", script, House.Cancelled);
        await filters.ActivateAsync("prova", House.Cancelled);
    }

    private async Task<DeliveryOutcome> DeliverAsync(string? message = null, string? sender = "gino@example.org", string to = "info@example.test")
    {
        await using var content = House.Message(message ?? Text());
        var request = new DeliveryRequest(sender is null ? null : House.Address(sender), [House.Address(to)], content);
        return (await _house.Deliverer.DeliverAsync(request, House.Cancelled)).Single();
    }

    private string Text(string fields = "To: info@example.test") =>
        $"From: gino@example.org\r\n{fields}\r\nSubject: Un corso\r\nMessage-ID: <{++_number}@example.org>\r\n\r\nBuongiorno.\r\n";

    private async Task<string> SentAsync(QueuedMessage queued)
    {
        using var content = new MemoryStream();
        await _house.Get<Casella.Core.Storage.IQueueStore>().CopyContentAsync(queued.Id, content, House.Cancelled);
        return Encoding.UTF8.GetString(content.ToArray());
    }
}
