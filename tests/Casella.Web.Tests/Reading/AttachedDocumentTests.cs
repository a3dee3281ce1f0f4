using System.Text;
using AwesomeAssertions;
using Casella.Web.Reading.Documents;

namespace Casella.Web.Tests.Reading;

public sealed class AttachedDocumentTests
{
    [Theory]
    [InlineData("nota.txt", "text/plain", "ciao", typeof(AttachedDocument.Words))]
    [InlineData("altro.xml", "application/xml", "<a/>", typeof(AttachedDocument.Words))]
    [InlineData("daticert.xml", "application/xml", "<postacert tipo=\"accettazione\"/>", typeof(AttachedDocument.Certified))]
    [InlineData("IT01_1.xml", "text/xml", "<FatturaElettronica/>", typeof(AttachedDocument.Bill))]
    [InlineData("postacert.eml", "application/octet-stream", "Subject: x\r\n\r\nciao", typeof(AttachedDocument.Mail))]
    [InlineData("invito.ics", "text/calendar", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR", typeof(AttachedDocument.Calendar))]
    public void A_file_is_known_by_what_it_is(string name, string type, string text, Type document) =>
        AttachedDocuments.Read(name, type, Encoding.UTF8.GetBytes(text), 1).Should().BeOfType(document);

    [Theory]
    [InlineData("programma.exe", "application/octet-stream")]
    [InlineData("pagina.html", "text/html")]
    [InlineData("invito.ics", "text/calendar")]
    [InlineData("contratto.p7m", "application/pkcs7-mime")]
    [InlineData("winmail.dat", "application/ms-tnef")]
    public void What_it_only_says_it_is_is_not_shown(string name, string type) => AttachedDocuments.Read(name, type, "nothing"u8.ToArray(), 1).Should().BeNull();

    [Fact]
    public void The_words_of_an_inner_message_are_text()
    {
        const string Mail = "From: Anna <anna@example.org>\r\nSubject: =?utf-8?q?Citt=C3=A0?=\r\nContent-Type: text/html\r\n\r\n<p>ciao <script>alert(1)</script></p>";

        var mail = (AttachedDocument.Mail)AttachedDocuments.Read("a.eml", "message/rfc822", Encoding.ASCII.GetBytes(Mail), 1)!;

        mail.Subject.Should().Be("Città");
        mail.Text.Should().Contain("ciao").And.NotContain("<");
    }
}
