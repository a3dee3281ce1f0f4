using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Mime;

public sealed class SubmittedHeaderTests
{
    [Fact]
    public void Bcc_goes_and_the_rest_stays_to_the_octet()
    {
        var header = Read("From: a@example.org\r\nBcc: b@example.org,\r\n c@example.org\r\nX: \tkept  \r\n folded\r\nResent-Bcc: d@example.org\r\n\r\n");
        Encoding.ASCII.GetString(header.WithoutBcc([("Date", "now"), ("Message-ID", "<x@example.org>")]))
            .Should().Be("From: a@example.org\r\nX: \tkept  \r\n folded\r\nDate: now\r\nMessage-ID: <x@example.org>\r\n\r\n");
    }

    [Theory]
    [InlineData("", "A: b\r\n\r\n")]
    [InlineData("\r\n", "A: b\r\n\r\n")]
    [InlineData("X: y", "X: y\r\nA: b\r\n\r\n")]
    [InlineData("X: y\r\n", "X: y\r\nA: b\r\n\r\n")]
    [InlineData("Bcc: y\r\n\r\n", "A: b\r\n\r\n")]
    public void A_header_without_an_end_gets_one(string header, string expected) =>
        Encoding.ASCII.GetString(Read(header).WithoutBcc([("A", "b")])).Should().Be(expected);

    [Theory]
    [InlineData("From: a@example.org", true, "a@example.org")]
    [InlineData("From: \"Rossi, Anna\" <A@example.org>, b@example.org", true, "a@example.org b@example.org")]
    [InlineData("From: =?utf-8?q?b=40example.org?= <a@example.org>", true, "a@example.org")]
    [InlineData("From: b@example.org <a@example.org>", true, "a@example.org")]
    [InlineData("From: a@example.org\r\nFrom: b@example.org", false, "")]
    [InlineData("From: a@example.org\r\nfrom : b@example.org", false, "")]
    [InlineData("From: root", false, "")]
    [InlineData("From:", false, "")]
    [InlineData("Subject: x", false, "")]
    [InlineData("From: Team: a@example.org, b@example.org;", true, "a@example.org b@example.org")]
    public void From_is_one_field_of_addresses(string field, bool valid, string addresses)
    {
        var header = Read(field + "\r\n\r\n");
        header.FromIsValid.Should().Be(valid);
        string.Join(' ', header.From).Should().Be(addresses);
    }

    [Fact]
    public void A_strangers_hello_cannot_write_our_trace_field()
    {
        EmailAddress.TryParse("a@example.org", out var recipient).Should().BeTrue();
        var facts = new TraceFacts(
            "evil) by x;\r\nX: y", "192.0.2.1", "mx.example.org", "ESMTPS", "id1", recipient, new DateTimeOffset(2026, 11, 24, 9, 5, 0, TimeSpan.FromHours(-3.5)));
        var field = Encoding.ASCII.GetString(TraceField.Received(facts));
        field.Should().Be(
            "Received: from evil??by?x???X:?y ([192.0.2.1])\r\n\tby mx.example.org with ESMTPS id id1\r\n\tfor <a@example.org>;\r\n\tTue, 24 Nov 2026 09:05:00 -0330\r\n");
        HeaderSection.Fields(Encoding.ASCII.GetBytes(field)).Should().ContainSingle();
        Encoding.ASCII.GetString(TraceField.ReturnPath(null)).Should().Be("Return-Path: <>\r\n");
    }

    [Theory]
    [InlineData("Tue, 24 Nov 2026 09:05:00 -0330", true)]
    [InlineData("24 Nov 26 09:05 GMT", true)]
    [InlineData("yesterday", false)]
    public void Dates_are_read_as_people_write_them(string date, bool valid) =>
        MessageDate.TryParse(Encoding.ASCII.GetBytes(date), out _).Should().Be(valid);

    private static SubmittedHeader Read(string header) => SubmittedHeader.Read(Encoding.UTF8.GetBytes(header));
}
