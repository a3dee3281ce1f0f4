using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Policies;
using Casella.Core.Tests.Notices;

namespace Casella.Core.Tests.Quota;

/// <summary>A mailbox of 1 MB that fills: who is told what, when.</summary>
public sealed class QuotaWarningTests : IAsyncLifetime
{
    private const int Limit = 1024 * 1024;
    private House _house = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync();
        await _house.AddAsync("info", quota: Limit);
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Theory]
    [InlineData(79, 0)]
    [InlineData(80, 1)]
    [InlineData(90, 1)]
    [InlineData(99, 1)]
    public async Task Rising_over_a_step_is_told_once(int percent, int notices)
    {
        await FillToAsync(percent);

        (await DeliveredAsync()).Should().HaveCount(notices);
    }

    [Fact]
    public async Task There_is_one_mail_a_day_at_most_and_a_step_that_was_reached_sooner_is_told_then()
    {
        await FillToAsync(81);
        await FillToAsync(91);
        await FillToAsync(96);
        (await DeliveredAsync()).Should().ContainSingle("all on one day");

        _house.Time.Advance(TimeSpan.FromHours(23));
        await FillToAsync(97);
        (await DeliveredAsync()).Should().ContainSingle("the day is not over");

        _house.Time.Advance(TimeSpan.FromHours(1));
        await FillToAsync(98);
        (await DeliveredAsync()).Should().HaveCount(2).And.Subject.Last().Should().Contain("spazio occupato 9");

        _house.Time.Advance(TimeSpan.FromDays(3));
        await FillToAsync(99);
        (await DeliveredAsync()).Should().HaveCount(2, "nothing new to tell");
    }

    [Fact]
    public async Task What_was_left_and_is_reached_again_is_told_again_also_after_a_restart()
    {
        await FillToAsync(85);
        await DeliveredAsync();
        await EmptyAsync();
        await _house.ReopenAsync();
        _house.Time.Advance(TimeSpan.FromDays(2));

        await FillToAsync(85);
        (await DeliveredAsync()).Should().ContainSingle("the first went with the clean-up");

        await _house.ReopenAsync();
        _house.Time.Advance(TimeSpan.FromDays(2));
        await FillToAsync(86);
        (await DeliveredAsync()).Should().ContainSingle("a restart repeats nothing");
    }

    [Fact]
    public async Task A_notice_gets_into_a_full_mailbox_and_causes_none_itself()
    {
        await FillToAsync(100);

        (await DeliveredAsync()).Should().ContainSingle();
        var mail = await _house.DoorAsync("info");
        (await mail.GetQuotaAsync(House.Cancelled)).Used.Should().BeGreaterThan(Limit);
        (await mail.Care.PendingNoticesAsync(House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_notice_that_a_process_has_left_is_delivered_by_the_next_one_and_once()
    {
        await FillToAsync(85);

        await _house.ReopenAsync();
        await DeliveredAsync();
        (await DeliveredAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task The_words_in_Italian()
    {
        await GrowForAWeekAsync();

        Decoded((await DeliveredAsync())[^1]).Should().Be(
            """
            Return-Path: <>
            From: Servizio di posta <postmaster@example.test>
            Date: Tue, 01 Dec 2026 09:00:00 +0000
            Subject: Casella info@example.test: spazio occupato 80 %
            Message-Id: <notice.1.1@example.test>
            To: info@example.test
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Ciao,

            la casella info@example.test occupa 0,8 MB dei 1 MB a disposizione: siamo al 80 per cento. Di questo passo sarà piena tra circa 2 giorni.

            Quando la casella è piena, la posta nuova resta in attesa sui server di chi scrive e dopo qualche giorno torna al mittente. Leggere, eliminare e spedire resta possibile.

            Come fare spazio:
            - elimina i messaggi vecchi che non servono più, soprattutto quelli con allegati grandi;
            - svuota le cartelle Trash e SPAM.

            Quello che elimini da Trash non occupa più spazio, e per 30 giorni si può ancora recuperare.

            Il servizio di posta di example.test
            (Questo messaggio è scritto dal server: nessuno legge le risposte.)

            """);
    }

    [Fact]
    public async Task The_words_in_English()
    {
        await (await _house.DoorAsync("info")).SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["language"] = "en" }, House.Cancelled);
        await GrowForAWeekAsync();

        var text = Decoded((await DeliveredAsync())[^1]);

        text.Should().Contain("Subject: The mailbox info@example.test is 80 % full").And.Contain("From: Mail service <postmaster@example.test>")
            .And.Contain("the mailbox info@example.test uses 0.8 MB of its 1 MB: it is 80 % full. As things go it will be full in about 2 days.")
            .And.Contain("- empty the folders Trash and SPAM.").And.Contain("for 30 days it can still be brought back");
    }

    [Fact]
    public async Task Each_device_has_an_alert_once_a_day_from_80_percent_on()
    {
        var phone = await DeviceAsync(1);
        var laptop = await DeviceAsync(2);
        await FillToAsync(79);
        (await phone.Care.TakeAlertAsync(House.Cancelled)).Should().BeNull("there is room");

        await FillToAsync(87);
        (await phone.Care.TakeAlertAsync(House.Cancelled)).Should().BeEquivalentTo(new { Percent = 87, DaysLeft = (int?)null, Language = Language.Italian });
        (await phone.Care.TakeAlertAsync(House.Cancelled)).Should().BeNull("it was told");
        (await laptop.Care.TakeAlertAsync(House.Cancelled)).Should().NotBeNull("each device for itself");

        await FillToAsync(88);
        await _house.ReopenAsync();
        phone = await DeviceAsync(1);
        _house.Time.Advance(TimeSpan.FromHours(23));
        (await phone.Care.TakeAlertAsync(House.Cancelled)).Should().BeNull("a restart forgets nothing that a commit has carried");
        _house.Time.Advance(TimeSpan.FromHours(1));
        (await phone.Care.TakeAlertAsync(House.Cancelled)).Should().NotBeNull("another day");
    }

    /// <summary>To four fifths of the limit in eight days of a tenth each.</summary>
    private async Task GrowForAWeekAsync()
    {
        for (var day = 1; day <= 8; day++)
        {
            await FillToAsync(10 * day);
            if (day < 8)
                _house.Time.Advance(TimeSpan.FromDays(1));
        }
    }

    /// <summary>One message, so that so many percent are used.</summary>
    private async Task FillToAsync(int percent)
    {
        var mail = await _house.DoorAsync("info");
        var missing = (int)Math.Ceiling(percent / 100.0 * Limit) - (int)(await mail.GetQuotaAsync(House.Cancelled)).Used;
        const string Header = "Subject: x\r\n\r\n";
        await using var message = House.Message(Header + new string('x', Math.Max(0, missing - Header.Length)));
        await mail.AppendAsync(await MailboxAsync(mail, "Archive"), [new NewMessage(message, FlagNames.None, null)], House.Cancelled);
    }

    private async Task EmptyAsync()
    {
        var mail = await _house.DoorAsync("info");
        foreach (var mailbox in (await mail.GetTreeAsync(House.Cancelled)).Mailboxes)
            await mail.ExpungeAsync(mailbox.Id, null, onlyDeleted: false, House.Cancelled);
    }

    private async Task<IReadOnlyList<string>> DeliveredAsync()
    {
        await _house.Get<NoticeRunner>().DeliverAllAsync(House.Cancelled);
        return await _house.ReadAsync("info");
    }

    private async Task<MailAccount> DeviceAsync(long device) =>
        (await _house.DoorAsync("info")).As(new Actor(null, new DeviceId(device), AccessProtocol.Imap, "device"));

    private static async Task<MailboxId> MailboxAsync(MailAccount mail, string name) =>
        (await mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(name))!.Id;

    /// <summary>The whole message with its text decoded, lines ended as in this file.</summary>
    private static string Decoded(string message) => NoticeReading.Decoded(message);
}
