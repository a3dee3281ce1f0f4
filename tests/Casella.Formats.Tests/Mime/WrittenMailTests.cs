using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Mime;

/// <summary>What the webmail writes.</summary>
public sealed class WrittenMailTests
{
    private static readonly WrittenMail Mail = new(
        "Anna <info@example.org>", "Turni", "Ciao, perché no?", new DateTimeOffset(2026, 11, 26, 10, 0, 0, TimeSpan.FromHours(1)), "id@example.org");

    [Fact]
    public async Task A_plain_mail_is_one_part_with_all_its_fields()
    {
        var text = await ComposeAsync(Mail with
        {
            To = [new WrittenAddress("Marco", "marco@example.org")],
            Bcc = [new WrittenAddress(null, "luisa@example.org")],
            InReplyTo = "first@example.org",
            References = ["zero@example.org", "first@example.org"],
        });

        text.Should().Contain("From: Anna <info@example.org>").And.Contain("To: Marco <marco@example.org>").And.Contain("Bcc: luisa@example.org")
            .And.Contain("In-Reply-To: <first@example.org>").And.Contain("<zero@example.org>").And.Contain("Content-Type: text/plain; charset=utf-8")
            .And.Contain("perch=C3=A9").And.NotContain("multipart");
        text.Replace("\r\n", "", StringComparison.Ordinal).Should().NotContain("\n");
    }

    [Fact]
    public async Task Nothing_written_can_make_a_field_of_its_own()
    {
        var text = await ComposeAsync(Mail with
        {
            Subject = "Turni\r\nBcc: evil@example.org",
            To = [new WrittenAddress("Marco\r\nX-Evil: 1", "marco@example.org")],
            InReplyTo = "x>\r\nX-Evil: 2",
            References = ["y>\r\nX-Evil: 3"],
        });

        text.Should().NotContain("\r\nBcc:").And.NotContain("\r\nX-Evil");
    }

    [Fact]
    public async Task Html_goes_beside_its_words_and_files_after_both()
    {
        var text = await ComposeAsync(Mail with
        {
            Html = "<p>Ciao</p>",
            Attachments = [new WrittenAttachment("più.pdf", "application/pdf", () => new MemoryStream([1, 2, 3])), new WrittenAttachment("a.eml", "message/rfc822", () => new MemoryStream("Subject: x\r\n\r\ny"u8.ToArray()))],
        });

        var parts = MessageParts.Of(MessageParser.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text))).Root);
        parts.Body.Should().ContainSingle().Which.Should().Match<BodyPiece>(piece => piece.Plain != null && piece.Html != null);
        parts.Attachments.Select(part => $"{part.Name} {part.MediaType}").Should().Equal("più.pdf application/pdf", "a.eml application/octet-stream");
    }

    /// <summary>RFC 2387: the HTML and its pictures are one thing, of which the plain words are another form.</summary>
    [Fact]
    public async Task Pictures_stand_beside_the_html_that_names_them()
    {
        var text = await ComposeAsync(Mail with
        {
            Html = "<p>Ciao <img src=\"cid:picture1.x@example.org\"></p>",
            Pictures = [new WrittenAttachment("logo.png", "image/png", () => new MemoryStream([1])) { ContentId = "picture1.x@example.org" }],
            Attachments = [new WrittenAttachment("a.pdf", "application/pdf", () => new MemoryStream([2]))],
        });

        var root = MessageParser.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text))).Root;
        Shape(root).Should().Be("mixed(alternative(plain related(html png)) pdf)");
        var parts = MessageParts.Of(root);
        parts.Attachments.Select(part => $"{part.Name} {part.ContentId}").Should().Equal("logo.png picture1.x@example.org", "a.pdf ");
        text.Should().Contain("Content-Disposition: inline").And.Contain("Content-Id: <picture1.x@example.org>");

        static string Shape(BodyPart part)
        {
            var name = Encoding.ASCII.GetString(part.MediaSubtype.Span).ToLowerInvariant();
            return part.Kind == PartKind.Multipart ? $"{name}({string.Join(' ', part.Children.Select(Shape))})" : name;
        }
    }

    private static async Task<string> ComposeAsync(WrittenMail mail)
    {
        using var output = new MemoryStream();
        await mail.ComposeAsync(output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
