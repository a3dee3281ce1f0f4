using System.Net;
using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Reporting;
using Casella.Formats.Reports.Aggregates;

namespace Casella.Core.Tests.Reporting;

/// <summary>Reports to the addresses that every domain has are read; everything else there is mail for somebody.</summary>
public sealed class ReportIntakeTests
{
    [Fact]
    public async Task A_report_is_kept_once_and_nobody_finds_it_in_his_mail()
    {
        await using var house = await House.OpenAsync("anna");
        (await DeliverAsync(house, Mail("example.test"))).Should().BeOfType<DeliveryOutcome.Delivered>();
        (await DeliverAsync(house, Mail("example.test"))).Should().BeOfType<DeliveryOutcome.Delivered>();

        var report = (await house.Get<ReceivedReports>().ListAsync(null, 10, House.Cancelled)).Should().ContainSingle().Subject;
        report.Should().BeEquivalentTo(new { Kind = ReportKind.Dmarc, Domain = "example.test", Reporter = "else.test", IsProven = true, Total = 7L, Failed = 2L });
        var whole = await house.Get<ReceivedReports>().FindAsync(report.Id, House.Cancelled);
        whole!.Dmarc!.Rows.Select(row => row.Facts.Client).Should().Equal("192.0.2.1", "192.0.2.66");
        (await house.ReadAsync("anna")).Should().BeEmpty();
        (await house.Get<ReceivedReports>().ListAsync("other.test", 10, House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_only_says_that_it_is_his_cannot_keep_the_real_one_out()
    {
        await using var house = await House.OpenAsync("anna");
        await DeliverAsync(house, Mail("example.test"), isSigned: false);
        await DeliverAsync(house, Mail("example.test"));
        (await house.Get<ReceivedReports>().ListAsync(null, 10, House.Cancelled)).Select(report => report.IsProven).Should().Equal(true, false);
    }

    [Fact]
    public async Task What_is_no_report_about_us_is_for_postmaster()
    {
        await using var house = await House.OpenAsync("anna");
        await DeliverAsync(house, "From: x@else.test\r\nSubject: Ciao\r\n\r\nhello\r\n");
        await DeliverAsync(house, Mail("foreign.test"));
        (await house.ReadAsync("anna")).Should().HaveCount(2);
        (await house.Get<ReceivedReports>().ListAsync(null, 10, House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_mailbox_of_that_name_has_the_mail_too()
    {
        await using var house = await House.OpenAsync("anna", "dmarc-reports");
        await DeliverAsync(house, Mail("example.test"));
        (await house.ReadAsync("dmarc-reports")).Should().ContainSingle();
        (await house.Get<ReceivedReports>().ListAsync(null, 10, House.Cancelled)).Should().ContainSingle();
    }

    private static string Mail(string domain)
    {
        var day = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        var source = new ReportSource("Else", "postmaster@else.test", "r1@else.test", day, day.AddDays(1));
        var report = new DmarcReport(source, new DmarcPublishedPolicy(domain, "r", "r", "reject", "reject", 100),
        [
            new(new DmarcFacts("192.0.2.66", "reject", false, false, null, "evil.test", domain, [], null), 2),
            new(new DmarcFacts("192.0.2.1", "none", true, true, null, domain, domain, [new(domain, "s", "pass")], new(domain, "mfrom", "pass")), 5),
        ]);
        return Encoding.ASCII.GetString(new ReportMail(domain, House.Address("postmaster@else.test"), [House.Address("dmarc-reports@example.test")], source, day.AddDays(1))
            .ComposeDmarc(DmarcReportXml.Compose(report)));
    }

    private static async Task<DeliveryOutcome> DeliverAsync(House house, string mail, bool isSigned = true)
    {
        await using var message = House.Message(mail);
        var request = new DeliveryRequest(null, [House.Address("dmarc-reports@example.test")], message)
        {
            Verdict = new AuthenticationVerdict { Client = IPAddress.Parse("192.0.2.7"), FromDomain = "else.test", SignedBy = isSigned ? ["else.test"] : ["evil.test"] },
        };
        return (await house.Deliverer.DeliverAsync(request, House.Cancelled)).Should().ContainSingle().Subject;
    }
}
