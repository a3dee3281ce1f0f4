using System.Text;
using Casella.Formats.Mime;
using Casella.Formats.SpamReports;

namespace Casella.Formats.Tests.SpamReports;

/// <summary>The fields of the filter: written, read again, and taken away where somebody else has written them.</summary>
public sealed class SpamFieldsTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var status = new SpamStatus(true, 7.2, 4, [new("FIRST_CONTACT", 0.5), new("BAYES_SPAM", 4.2, 12), new("KNOWN_SENDER", -1)]) { Report = "primo contatto; è sospetto" };
        var text = Encoding.ASCII.GetString(SpamFields.Compose(status));
        text.Should().Be(
            "X-Spam-Flag: YES\r\nX-Spam-Level: *******\r\nX-Spam-Status: Yes, score=7.2 required=4.0\r\n\ttests=FIRST_CONTACT=0.5,\r\n\tBAYES_SPAM:12=4.2,\r\n\tKNOWN_SENDER=-1.0\r\n"
            + text[text.IndexOf("X-Spam-Report: primo contatto; =?", StringComparison.Ordinal)..]);
        var read = SpamFields.Read(Encoding.ASCII.GetBytes(text + "Received: x\r\n\r\n"))!;
        read.Should().BeEquivalentTo(status with { Report = null });
    }

    [Fact]
    public void What_stands_below_our_Received_is_not_ours()
    {
        SpamFields.Read("Received: by us\r\nX-Spam-Status: No, score=-9.0 required=4.0\r\n\r\n"u8.ToArray()).Should().BeNull();
        SpamFields.Read("X-Spam-Status: Yes, score=nothing required= tests==,:=1,A:b=2\r\n\r\n"u8.ToArray())!.Tests.Should().Equal(new SpamTestResult(":", 1), new SpamTestResult("A:b", 2));
    }

    [Fact]
    public void A_virus_is_told_and_its_name_cannot_break_the_field()
    {
        var fields = SpamFields.Compose(new SpamStatus(true, 100, 4, []) { Virus = "Eicar)\r\nX-Evil: (y" });
        Encoding.ASCII.GetString(fields).Should().Contain("X-Virus-Status: Infected (EicarX-Evil:y)\r\n");
        SpamFields.Read(fields)!.Virus.Should().Be("EicarX-Evil:y");
        SpamFields.Read(SpamFields.Compose(new SpamStatus(false, 0, 4, []) { Virus = "" }))!.Virus.Should().BeEmpty();
    }

    [Fact]
    public void Foreign_fields_go_with_their_folding_and_nothing_else_does()
    {
        byte[] header = [.. "A: 1\r\nx-spam-status: No,\r\n score=1\r\nX-Spambot: stays\r\nX-VIRUS-Scanned: y\r\nB: 2\r\nX-Rspamd-Score: 3\r\n\r\n"u8];
        Encoding.ASCII.GetString(SpamFields.RemoveForeign(header).Span).Should().Be("A: 1\r\nX-Spambot: stays\r\nB: 2\r\n\r\n");
        byte[] clean = [.. "A: 1\r\n\r\n"u8];
        SpamFields.RemoveForeign(clean).Should().Be((ReadOnlyMemory<byte>)clean);
    }

    [Fact]
    public void Links_and_tricks_of_HTML_are_found()
    {
        var clues = HtmlClues.Read("<p style='display:none'>preview</p><a href='https://evil.test/x'>www.<b>bank</b>.test</a> <A HREF=\"http://two.test\">due</A><span style=\"font-size: 0\">x</span><form><input name=a></form>");
        clues.Links.Should().Equal(new HtmlLink("https://evil.test/x", "www.bank.test"), new HtmlLink("http://two.test", "due"));
        (clues.HidesText, clues.HasForm).Should().Be((true, true));
        HtmlClues.Read("<p style='display:none'>preview of a newsletter</p><p>text</p>").HidesText.Should().BeFalse();
        HtmlClues.Read(string.Concat(Enumerable.Repeat("<a href=x><a>", 100_000))).Links.Should().HaveCount(100);
    }

    [Fact]
    public void A_message_with_other_fields_is_what_reading_it_again_would_say()
    {
        const string Rest = "From: anna@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhello\r\n--b\r\n\r\ntext\r\n--b--\r\n";
        var before = Parse("X-Old: one\r\n" + Rest);
        var after = Parse("X-New: something longer\r\nX-New: and more\r\n" + Rest);
        var moved = before.WithHeaderOf(after.HeaderSize);
        CompactForm.Write(moved.Root).Should().Equal(CompactForm.Write(after.Root));
        (moved.Size, moved.HeaderSize, moved.Preview).Should().Be((after.Size, after.HeaderSize, after.Preview));

        static ParsedMessage Parse(string text) => MessageParser.Parse(new MemoryStream(Encoding.ASCII.GetBytes(text)));
    }
}
