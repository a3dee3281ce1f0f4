using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Mime;

public sealed class AnsweredMessagesTests
{
    [Theory]
    // Thunderbird, and most others
    [InlineData("In-Reply-To: <a@x>\r\nReferences: <r@x> <a@x>\r\nSubject: Re: riunione", "a@x", "")]
    // more than one, RFC 5322 §3.6.4
    [InlineData("In-Reply-To: <a@x> <b@x>", "a@x b@x", "")]
    // programs without In-Reply-To
    [InlineData("References: <r@x>\r\n <a@x>\r\nSubject: Re: riunione", "a@x", "")]
    // Thunderbird's forward has the fields of an answer, too
    [InlineData("In-Reply-To: <a@x>\r\nReferences: <a@x>\r\nX-Forwarded-Message-Id: <a@x>\r\nSubject: riunione", "", "a@x")]
    [InlineData("X-Forwarded-Message-Id: <a@x> <b@x>\r\nSubject: due messaggi", "", "a@x b@x")]
    // Outlook in its languages, Apple Mail, Gmail
    [InlineData("In-Reply-To: <a@x>\r\nSubject: I: riunione", "", "a@x")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: FW: meeting", "", "a@x")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: WG: Sitzung", "", "a@x")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: TR : r=?utf-8?q?=C3=A9?=union", "", "a@x")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: RV: cita", "", "a@x")]
    [InlineData("References: <r@x> <a@x>\r\nSubject: =?utf-8?q?Fwd=3A_citt=C3=A0?=", "", "a@x")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: [Sezione] Inoltro: riunione", "", "a@x")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: riunione (fwd)", "", "a@x")]
    // only the outermost word counts
    [InlineData("In-Reply-To: <a@x>\r\nSubject: R: I: riunione", "a@x", "")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: Ideas: one", "a@x", "")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: :", "a@x", "")]
    [InlineData("In-Reply-To: <a@x>\r\nSubject: [", "a@x", "")]
    // nobody has answered
    [InlineData("In-Reply-To: <a@x>\r\nAuto-Submitted: auto-replied (vacation)", "", "")]
    [InlineData("References: <a@x>\r\nContent-Type: Multipart/Report; report-type=disposition-notification", "", "")]
    [InlineData("In-Reply-To: <a@x>\r\nAuto-Submitted: no", "a@x", "")]
    [InlineData("Subject: Fwd: names nothing", "", "")]
    [InlineData("In-Reply-To: nonsense", "", "")]
    public void What_is_answered_and_what_is_forwarded(string fields, string answered, string forwarded)
    {
        var read = AnsweredMessages.Read(Encoding.ASCII.GetBytes(fields + "\r\n\r\n"));

        string.Join(' ', read.Answered).Should().Be(answered);
        string.Join(' ', read.Forwarded).Should().Be(forwarded);
    }

    [Fact]
    public void Bcc_stays_with_the_sender_and_goes_for_all_others()
    {
        var header = SubmittedHeader.Read("From: a@x.test\r\nBcc: b@x.test\r\nReturn-Path: <c@x.test>\r\n\r\n"u8.ToArray());

        Encoding.ASCII.GetString(header.WithBcc([("Date", "d")])).Should().Be("From: a@x.test\r\nBcc: b@x.test\r\nDate: d\r\n\r\n");
        Encoding.ASCII.GetString(header.WithoutBcc([("Date", "d")])).Should().Be("From: a@x.test\r\nDate: d\r\n\r\n");
    }
}
