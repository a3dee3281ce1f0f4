using System.Text;
using AwesomeAssertions;
using Casella.Formats.Mime;
using Casella.Fuzz.Running;
using Casella.Imap;
using Casella.Imap.Syntax;
using Xunit;

namespace Casella.Fuzz;

/// <summary>
/// What may stand inside itself has a limit: on a stack of 256 KiB, a sixth of the usual one, nothing gets near its
/// end. A stack overflow in .NET would end the server for everybody.
/// </summary>
public sealed class DepthTests
{
    private const int Deep = 50_000;

    [Theory]
    [InlineData("a SEARCH ", "(", "")]
    [InlineData("a SEARCH ", "NOT ", "ALL")]
    [InlineData("a SEARCH ", "OR ", "ALL ALL")]
    [InlineData("a SEARCH ", "FUZZY ", "ALL")]
    [InlineData("a UID SEARCH RETURN ", "(", "")]
    [InlineData("a SORT (REVERSE ", "REVERSE ", "DATE) UTF-8 ALL")]
    [InlineData("a FETCH 1 ", "(", "")]
    [InlineData("a FETCH 1 BODY[1", ".1", "]")]
    [InlineData("a STORE 1 FLAGS ", "(", "")]
    [InlineData("a LIST ", "(", "")]
    [InlineData("a LIST \"\" ", "(", "")]
    [InlineData("a STATUS INBOX ", "(", "")]
    [InlineData("a SELECT INBOX ", "(", "")]
    [InlineData("a SELECT INBOX (QRESYNC ", "(", "")]
    [InlineData("a ID ", "(", "")]
    [InlineData("a SETMETADATA INBOX ", "(", "")]
    [InlineData("a SETQUOTA \"\" ", "(", "")]
    [InlineData("a APPEND INBOX CATENATE ", "(", "")]
    public void Commands_of_imap(string start, string again, string end) => ParserRun.Once("imap-commands", () =>
    {
        var input = Encoding.ASCII.GetBytes(start + Many(again) + end);
        var parse = () =>
        {
            var parser = new ImapParser(input);
            _ = parser.Tag();
            parser.Space();
            _ = ImapCommands.Find(ref parser)!.Parse(ref parser);
            parser.End();
        };
        parse.Should().Throw<ImapSyntaxException>();
    });

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n")]
    [InlineData("Content-Type: message/rfc822\r\n\r\n")]
    [InlineData("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n")]
    public void Parts_of_messages(string again) => ParserRun.Once("messages", () => Read(Many(again) + "\r\nthe end"));

    [Theory]
    [InlineData("From: ", "(", "")]
    [InlineData("To: ", "a:", ";")]
    [InlineData("Cc: ", "<", "")]
    [InlineData("Bcc: ", "\"", "\\")]
    [InlineData("Subject: ", "Re: [a] ", "(fwd)")]
    [InlineData("Subject: ", "=?utf-8?q?=?utf-8?q?", "?=")]
    [InlineData("Date: ", "(", "")]
    [InlineData("Message-ID: ", "<(", ">")]
    [InlineData("References: ", "<a@b>(", "")]
    [InlineData("Content-Type: ", "text/(", "")]
    [InlineData("Content-Type: text/plain", "; a*0*=", "")]
    [InlineData("Content-Disposition: ", "(", "")]
    public void Fields_of_messages(string start, string again, string end) => ParserRun.Once("messages", () =>
        Read($"{start}{Many(again)}{end}\r\n\r\ntext"));

    [Theory]
    [InlineData("<div>")]
    [InlineData("<!--")]
    [InlineData("&")]
    [InlineData("<a b=\"")]
    public void Html(string again) => ParserRun.Once("messages", () => Read($"Content-Type: text/html\r\n\r\n{Many(again)}"));

    private static string Many(string text) => new StringBuilder(text.Length * Deep).Insert(0, text, Deep).ToString();

    private static void Read(string text)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        var message = MessageParser.Parse(new MemoryStream(octets));
        message.Size.Should().Be(octets.Length);
        _ = CompactForm.ReadStructure(CompactForm.Write(message.Root));
        _ = CompactForm.ReadEnvelope(CompactForm.Write(message.Envelope));
        _ = SubmittedHeader.Read(octets);
        _ = AnsweredMessages.Read(octets);
        _ = DecodedText.Text(message.Root, octets, htmlToText: true);
    }
}
