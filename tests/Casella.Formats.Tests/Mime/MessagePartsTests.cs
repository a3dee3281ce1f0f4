using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Mime;

/// <summary>What of a message is read and what hangs on it.</summary>
public sealed class MessagePartsTests
{
    [Fact]
    public void Of_two_forms_of_one_text_both_are_one_piece()
    {
        var parts = Parts("""
            Content-Type: multipart/alternative; boundary=b

            --b
            Content-Type: text/plain

            plain
            --b
            Content-Type: text/html

            <p>html
            --b--
            """);

        parts.Body.Should().ContainSingle().Which.Should().Match<BodyPiece>(piece => piece.Plain != null && piece.Html != null);
        parts.Attachments.Should().BeEmpty();
        parts.HasHtml.Should().BeTrue();
    }

    [Fact]
    public void Of_a_report_the_words_are_read_and_not_the_headers_it_brings_back()
    {
        var parts = Parts("""
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b
            Content-Type: text/plain

            delivered
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mail.example.org

            --b
            Content-Type: text/rfc822-headers

            Subject: x

            --b--
            """);

        parts.Body.Should().ContainSingle();
        parts.Attachments.Select(part => part.MediaType).Should().Equal("message/delivery-status", "text/rfc822-headers");
    }

    [Fact]
    public void What_stands_between_two_texts_is_an_attachment_and_both_texts_are_read()
    {
        var parts = Parts("""
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain

            one
            --b
            Content-Type: image/png; name="foto.png"
            Content-Transfer-Encoding: base64

            AAAA
            --b
            Content-Type: text/plain

            two
            --b--
            """);

        parts.Body.Should().HaveCount(2);
        parts.Attachments.Should().ContainSingle().Which.Should().Match<AttachedPart>(part => part.Name == "foto.png" && part.IsImage);
    }

    [Theory]
    [InlineData("\"../../etc/passwd\"", "passwd")]
    [InlineData("\"C:\\\\x\\\\a.exe\"", "a.exe")]
    [InlineData("\"gpj.\u202Eexe.pdf\"", "gpj.exe.pdf")]
    [InlineData("\"=?utf-8?q?pi=C3=B9.pdf?=\"", "più.pdf")]
    [InlineData("\" .pdf \"", "pdf")]
    public void A_name_is_no_path_and_hides_nothing(string name, string clean) => Parts($"""
            Content-Type: application/octet-stream; name={name}

            x
            """).Attachments.Should().ContainSingle().Which.Name.Should().Be(clean);

    [Fact]
    public void A_long_name_keeps_its_ending() =>
        Parts($"Content-Type: application/pdf; name=\"{new string('a', 300)}.pdf\"\n\nx").Attachments[0].Name.Should().HaveLength(200).And.EndWith(".pdf");

    [Fact]
    public void A_message_inside_is_a_file_with_its_subject() => Parts("""
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/rfc822

            Subject: Dentro

            x
            --b--
            """).Attachments.Should().ContainSingle().Which.Name.Should().Be("Dentro.eml");

    private static MessageParts Parts(string message) =>
        MessageParts.Of(MessageParser.Parse(new MemoryStream(Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n")))).Root);
}
