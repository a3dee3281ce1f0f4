using System.Text;
using AwesomeAssertions;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Signing;
using Casella.Core.Storage;
using Casella.Formats.Reports.Aggregates;
using Casella.Net.Dns;
using Casella.Smtp.Inbound;
using Casella.Smtp.Outbound;
using Casella.Smtp.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Casella.Smtp.Tests.Reporting;

/// <summary>From mail on the wire to the report that its author's domain gets the day after, if it and whoever is named want it.</summary>
public sealed class ReportsTests
{
    private const string Zone = """
        client.test A 127.0.0.1
        good.test TXT v=spf1 ip4:127.0.0.1 -all
        _dmarc.good.test TXT v=DMARC1; p=reject; rua=mailto:dmarc@good.test
        bank.test TXT v=spf1 ip4:192.0.2.1 ~all
        _dmarc.bank.test TXT v=DMARC1; p=quarantine; sp=reject; rua=mailto:a@collector.test!1k,mailto:b@victim.test,mailto:c@collector.test
        bank.test._report._dmarc.collector.test TXT v=DMARC1
        quiet.test TXT v=spf1 ip4:192.0.2.1 ~all
        _dmarc.quiet.test TXT v=DMARC1; p=none
        moved.test TXT v=spf1 ip4:127.0.0.1 -all
        _dmarc.moved.test TXT v=DMARC1; p=none; rua=mailto:x@collector.test
        moved.test._report._dmarc.collector.test TXT v=DMARC1; rua=mailto:y@collector.test
        bent.test TXT v=spf1 ip4:127.0.0.1 -all
        _dmarc.bent.test TXT v=DMARC1; p=none; rua=mailto:x@collector.test
        bent.test._report._dmarc.collector.test TXT v=DMARC1; rua=mailto:boss@victim.test
        """;

    [Fact]
    public async Task A_domain_is_told_once_what_came_in_its_name()
    {
        await using var here = await StartAsync();
        await BringAsync(here, "anna@good.test");
        await BringAsync(here, "anna@good.test");
        await BringAsync(here, "anna@bank.test");
        await BringAsync(here, "x@good.test", from: "anna@mail.bank.test");
        await BringAsync(here, "anna@quiet.test");

        (await SendAsync(here, TimeSpan.Zero)).Should().BeEmpty("the day is not over");
        var sent = await SendAsync(here, TimeSpan.FromHours(29));

        sent.Keys.Should().BeEquivalentTo("dmarc@good.test", "a@collector.test c@collector.test");
        var good = sent["dmarc@good.test"];
        good.Messages.Should().Be(2);
        good.Rows.Should().ContainSingle().Which.Facts.Should().BeEquivalentTo(
            new { Client = "127.0.0.1", Disposition = "none", IsSpfAligned = true, IsDkimAligned = false, EnvelopeFrom = "good.test", HeaderFrom = "good.test" });
        var bank = sent["a@collector.test c@collector.test"];
        bank.Policy.Should().Be(new DmarcPublishedPolicy("bank.test", "r", "r", "quarantine", "reject", 100));
        bank.Rows.Select(row => $"{row.Facts.HeaderFrom} {row.Facts.Disposition} {row.Facts.IsProven}").Should().BeEquivalentTo(
            "bank.test quarantine False", "mail.bank.test reject False");

        (await SendAsync(here, TimeSpan.FromHours(53))).Should().HaveCount(sent.Count, "it is told once");
    }

    [Fact]
    public async Task The_collector_says_where_and_not_elsewhere()
    {
        await using var here = await StartAsync();
        await BringAsync(here, "anna@moved.test");
        await BringAsync(here, "anna@bent.test");
        (await SendAsync(here, TimeSpan.FromHours(29))).Keys.Should().Equal("y@collector.test");
    }

    [Fact]
    public async Task Reports_are_not_reported_on()
    {
        await using var here = await StartAsync();
        await BringAsync(here, "anna@good.test", recipient: "dmarc-reports@example.org");
        (await SendAsync(here, TimeSpan.FromHours(29))).Should().BeEmpty();
    }

    [Fact]
    public async Task While_dns_is_silent_the_report_waits_and_not_for_ever()
    {
        await using var here = await StartAsync();
        here.Names.With("late.test TXT v=spf1 ip4:127.0.0.1 -all\n_dmarc.late.test TXT v=DMARC1; p=none; rua=mailto:x@elsewhere.test\nlate.test._report._dmarc.elsewhere.test TXT SERVFAIL");
        await BringAsync(here, "anna@late.test");
        (await SendAsync(here, TimeSpan.FromHours(29))).Should().BeEmpty();
        (await DueAsync(here)).Should().ContainSingle();
        (await SendAsync(here, TimeSpan.FromHours(80))).Should().BeEmpty();
        (await DueAsync(here)).Should().BeEmpty();
    }

    private static async Task<MailExchanger> StartAsync()
    {
        var here = await MailExchanger.StartAsync(new InboundOptions { TrustedNetworks = "", Greylist = new() { Scope = Casella.Core.Delivery.GreylistScope.Off } });
        here.Names.With(Zone);
        await here.Services.GetRequiredService<DomainKeys>().EnsureAsync("example.org", TestContext.Current.CancellationToken);
        return here;
    }

    private static async Task BringAsync(MailExchanger here, string sender, string? from = null, string recipient = "info@example.org") =>
        await here.BringAsync($"From: {from ?? sender}\nTo: info@example.org\nSubject: Monday\n\nhello\n", sender, recipient: recipient);

    private static Task<IReadOnlyList<ReportDue>> DueAsync(MailExchanger here) =>
        here.Services.GetRequiredService<IReportStore>().DueAsync(DateOnly.MaxValue, TestContext.Current.CancellationToken);

    /// <summary>What is in the queue when it is so much later than midnight today, by its recipients.</summary>
    private static async Task<Dictionary<string, DmarcReport>> SendAsync(MailExchanger here, TimeSpan later)
    {
        var services = here.Services;
        await services.GetRequiredService<ReportLedger>().FlushAsync(TestContext.Current.CancellationToken);
        var time = new FakeTimeProvider(new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero) + later);
        var dns = new NetworkDnsResolver(here.Names.Options);
        using var posting = new ReportPosting(dns);
        var destinations = new ReportDestinations(dns, new InboundRules(new InboundOptions(), NullLogger<InboundRules>.Instance), posting);
        var sending = new ReportSending(
            services.GetRequiredService<IReportStore>(), services.GetRequiredService<IDirectoryStore>(), destinations, services.GetRequiredService<MailQueue>(), time,
            NullLogger<ReportSending>.Instance);
        await sending.SendDueAsync(TestContext.Current.CancellationToken);
        var queue = services.GetRequiredService<IQueueStore>();
        var found = new Dictionary<string, DmarcReport>(StringComparer.Ordinal);
        foreach (var mail in await queue.ListAsync(TestContext.Current.CancellationToken))
        {
            using var content = new MemoryStream();
            await queue.CopyContentAsync(mail.Id, content, TestContext.Current.CancellationToken);
            Encoding.ASCII.GetString(content.ToArray()).Should().StartWith("DKIM-Signature:", "RFC 7489 §7.2.1.1 wants it proven");
            mail.ReversePath.Should().BeNull();
            content.Position = 0;
            found[string.Join(' ', mail.Recipients.Select(recipient => recipient.Address))] = ReportAttachment.Find(content).Dmarc!;
        }

        return found;
    }
}
