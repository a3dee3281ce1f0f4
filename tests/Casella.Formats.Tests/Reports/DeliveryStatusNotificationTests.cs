using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Reports;
using MimeKit;

namespace Casella.Formats.Tests.Reports;

/// <summary>
/// What is composed is read back by another's parser, and looked at as bytes where the parser is lenient.
/// </summary>
public sealed class DeliveryStatusNotificationTests
{
    private const string Original = "From: anna@example.org\r\nSubject: Gita\r\n\r\nCiao.\r\n";
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 30, 0, TimeSpan.FromHours(1));

    [Fact]
    public void It_is_a_report_of_three_parts_for_its_sender()
    {
        var message = Read(Compose([Failed("bob@else.test", "5.1.1", "550 5.1.1 No such user")]));

        message.To.ToString().Should().Be("anna@example.org");
        message.From.Mailboxes.Should().ContainSingle().Which.Address.Should().Be("postmaster@mail.example.org");
        message.MessageId.Should().Be("r1@mail.example.org");
        message.Date.Should().Be(Monday.AddHours(5));
        message.Headers[HeaderId.AutoSubmitted].Should().Be("auto-replied");
        var report = message.Body.Should().BeOfType<MultipartReport>().Subject;
        report.ReportType.Should().Be("delivery-status");
        report.Select(part => part.ContentType.MimeType).Should().Equal("text/plain", "message/delivery-status", "message/rfc822");
    }

    [Fact]
    public void The_fields_for_programs_tell_each_recipient()
    {
        var fields = Status(Compose([Failed("bob@else.test", "5.1.1", "550 5.1.1 No such user") with { OriginalRecipient = "rfc822;robert@else.test" }], envelopeId: "QQ 314159"));

        fields[0]["Original-Envelope-Id"].Should().Be("QQ 314159");
        fields[0]["Reporting-MTA"].Should().Be("dns; mail.example.org");
        fields[0]["Arrival-Date"].Should().Be("Mon, 2 Mar 2026 09:30:00 +0100");
        fields[1]["Original-Recipient"].Should().Be("rfc822; robert@else.test");
        fields[1]["Final-Recipient"].Should().Be("rfc822; bob@else.test");
        fields[1]["Action"].Should().Be("failed");
        fields[1]["Status"].Should().Be("5.1.1");
        fields[1]["Remote-MTA"].Should().Be("dns; mx.else.test");
        fields[1]["Diagnostic-Code"].Should().Be("smtp; 550 5.1.1 No such user");
        fields[1].Contains("Will-Retry-Until").Should().BeFalse();
    }

    [Fact]
    public void A_failure_of_our_own_has_no_other_server()
    {
        var fields = Status(Compose([Failed("bob@else.test", "5.4.6", "Mail leads back") with { Server = null }]));

        fields[1].Contains("Remote-MTA").Should().BeFalse();
        fields[1].Contains("Diagnostic-Code").Should().BeFalse();
    }

    [Fact]
    public void A_delay_tells_until_when_it_is_tried()
    {
        var until = Monday.AddDays(5);
        var report = Compose([Failed("bob@else.test", "4.4.1", "silent") with { Action = DsnAction.Delayed, WillRetryUntil = until }]);

        Status(report)[1]["Will-Retry-Until"].Should().Be("Sat, 7 Mar 2026 09:30:00 +0100");
        Status(report)[1]["Action"].Should().Be("delayed");
        Read(report).Subject.Should().Be("Il tuo messaggio è in ritardo / Your message is delayed");
    }

    [Fact]
    public void People_read_in_both_languages_what_happened_and_what_to_do()
    {
        var text = Text(Compose([Failed("bob@else.test", "5.2.2", "552 5.2.2 full")]));

        text.Should().ContainAll("bob@else.test", "552 5.2.2 full");
        text.Should().ContainAll("Non è stato possibile consegnare il tuo messaggio a:", "La casella è piena.", "Non ci saranno altri tentativi.");
        text.Should().ContainAll("Your message could not be delivered to:", "The mailbox is full.", "It will not be tried again.");
        text.IndexOf("Non è stato", StringComparison.Ordinal).Should().BeLessThan(text.IndexOf("Your message", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_status_still_has_words()
        => Text(Compose([Failed("bob@else.test", "5.9.99", "571 because")])).Should().Contain("The server there gave this reason:").And.Contain("571 because");

    [Fact]
    public void The_subject_names_the_worst_that_happened()
    {
        var delivered = Failed("carla@else.test", "2.0.0", "250 ok") with { Action = DsnAction.Relayed };
        var report = Compose([delivered, Failed("bob@else.test", "5.1.1", "550 no")]);

        Read(report).Subject.Should().EndWith("Your message was not delivered");
        Status(report).Select(group => group["Action"]).Skip(1).Should().Equal("relayed", "failed");
    }

    [Fact]
    public void The_message_comes_back_to_the_octet()
    {
        var report = Encoding.ASCII.GetString(Compose([Failed("bob@else.test", "5.1.1", "550 no")]));

        report.Should().Contain("\r\n\r\n" + Original);
    }

    [Fact]
    public void A_header_alone_is_text_rfc822_headers()
    {
        var header = Original[..(Original.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];
        var report = Report([Failed("bob@else.test", "5.1.1", "550 no")]) with { Returned = new ReturnedContent(Encoding.ASCII.GetBytes(header), IsWhole: false) };

        var part = ((Multipart)Read(report.Compose()).Body!)[2];

        part.ContentType.MimeType.Should().Be("text/rfc822-headers");
        Decoded(part.Should().BeOfType<TextRfc822Headers>().Subject).Should().StartWith("From: anna@example.org\r\nSubject: Gita\r\n");
    }

    [Fact]
    public void Another_servers_words_cannot_write_fields()
    {
        var fields = Status(Compose([Failed("bob@else.test", "5.1.1", "550 no\r\nAction: delivered\r\n\r\nStatus: 2.0.0")]));

        fields.Should().HaveCount(2);
        fields[1]["Action"].Should().Be("failed");
        fields[1]["Diagnostic-Code"].Should().Be("smtp; 550 no  Action: delivered    Status: 2.0.0");
    }

    [Fact]
    public void The_fields_are_ASCII_whatever_the_letters()
    {
        var report = Compose([Failed("josé+a@else.test", "5.1.1", "550 niente più") with { OriginalRecipient = "utf-8;josé@else.test" }]);
        var fields = Status(report);

        fields[1]["Final-Recipient"].Should().Be(@"utf-8; jos\x{E9}\x{2B}a@else.test");
        fields[1]["Original-Recipient"].Should().Be(@"utf-8; jos\x{E9}@else.test");
        fields[1]["Diagnostic-Code"].Should().Be("smtp; 550 niente pi?");
        Text(report).Should().Contain("550 niente più");
        report.Should().OnlyContain(octet => octet < 128);
    }

    [Fact]
    public void Every_line_ends_with_CRLF()
    {
        var report = Compose([Failed("bob@else.test", "5.1.1", "550 no")]);
        for (var i = 0; i < report.Length; i++)
        {
            if (report[i] == '\n')
                report[i - 1].Should().Be((byte)'\r');
            if (report[i] == '\r')
                report[i + 1].Should().Be((byte)'\n');
        }
    }

    private static ReportedRecipient Failed(string address, string status, string diagnostic) =>
        new(Address(address), null, DsnAction.Failed, status, diagnostic, "mx.else.test", Monday.AddHours(5), null);

    private static byte[] Compose(IReadOnlyList<ReportedRecipient> recipients, string? envelopeId = null) => Report(recipients, envelopeId).Compose();

    private static DeliveryStatusNotification Report(IReadOnlyList<ReportedRecipient> recipients, string? envelopeId = null) => new(
        "mail.example.org", Address("anna@example.org"), Monday, Monday.AddHours(5), envelopeId, recipients,
        new ReturnedContent(Encoding.ASCII.GetBytes(Original), IsWhole: true), "r1@mail.example.org");

    private static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private static MimeMessage Read(byte[] report) => MimeMessage.Load(new MemoryStream(report));

    private static HeaderListCollection Status(byte[] report) => ((MessageDeliveryStatus)((Multipart)Read(report).Body!)[1]).StatusGroups;

    private static string Text(byte[] report) => ((TextPart)((Multipart)Read(report).Body!)[0]).Text;

    private static string Decoded(TextRfc822Headers part)
    {
        using var bytes = new MemoryStream();
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        part.Message!.Headers.WriteTo(options, bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
