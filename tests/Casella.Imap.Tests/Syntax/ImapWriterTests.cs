using System.IO.Pipelines;
using System.Text;
using AwesomeAssertions;
using Casella.Core.Messages;
using Casella.Imap.Syntax;
using CsCheck;
using Xunit;

namespace Casella.Imap.Tests.Syntax;

public sealed class ImapWriterTests
{
    private static string Written(Action<ImapWriter> write)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var writer = new ImapWriter(pipe.Writer);
        write(writer);
        writer.Output.Complete();
        pipe.Reader.TryRead(out var result);
        var octets = new byte[result.Buffer.Length];
        System.Buffers.BuffersExtensions.CopyTo(result.Buffer, octets);
        return Encoding.Latin1.GetString(octets);
    }

    [Theory]
    [InlineData("hello", "\"hello\"")]
    [InlineData("", "\"\"")]
    [InlineData("a \"b\" \\", "\"a \\\"b\\\" \\\\\"")]
    [InlineData("perch\u00e8", "{7}\r\nperch\u00e8")]
    [InlineData("a\r\nb", "{4}\r\na\r\nb")]
    [InlineData("a\tb", "{3}\r\na\tb")]
    [InlineData("a\0b\0", "{4}\r\na?b?")]
    public void A_string_is_quoted_when_it_can_be_and_else_a_literal(string text, string expected)
    {
        var octets = Encoding.Latin1.GetBytes(text.Replace("\u00e8", "\u00c3\u00a8", StringComparison.Ordinal));
        Written(w => w.String(octets)).Should().Be(expected.Replace("\u00e8", "\u00c3\u00a8", StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_string_is_a_literal()
    {
        var text = new string('x', 5_000);
        Written(w => w.String(Encoding.ASCII.GetBytes(text))).Should().Be($"{{5000}}\r\n{text}");
    }

    [Fact]
    public void An_nstring_may_be_nil()
    {
        Written(w => w.Nstring(null)).Should().Be("NIL");
        Written(w => w.Nstring("NIL"u8.ToArray())).Should().Be("\"NIL\"");
    }

    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("Sent Items", "\"Sent Items\"")]
    [InlineData("nil", "\"nil\"")]
    [InlineData("", "\"\"")]
    [InlineData("Attivit\u00e0", "Attivit&AOA-")]
    [InlineData("A & B", "\"A &- B\"")]
    public void A_mailbox_is_an_astring_in_modified_utf7(string name, string expected) =>
        Written(w => w.Mailbox(name)).Should().Be(expected);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(4294967295, "4294967295")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    public void Numbers_are_decimal(long number, string expected) => Written(w => w.Number(number)).Should().Be(expected);

    [Fact]
    public void Flags_are_system_flags_recent_and_keywords_by_their_number()
    {
        var keywords = new KeywordList(["$Forwarded", "$Junk", "Label"]);
        var flags = MessageFlags.Seen | MessageFlags.Answered | MessageFlags.Keyword(0) | MessageFlags.Keyword(2);
        Written(w => w.Flags(flags, keywords, isRecent: true)).Should().Be("(\\Answered \\Seen \\Recent $Forwarded Label)");
        Written(w => w.Flags(MessageFlags.None, keywords, isRecent: false)).Should().Be("()");
        Written(w => w.Flags(MessageFlags.Keyword(119), keywords, isRecent: false)).Should().Be("()", "the list is older than the flag");
    }

    [Theory]
    [InlineData(0, "\" 1-Jan-1970 00:00:00 +0000\"")]
    [InlineData(837596665, "\"17-Jul-1996 09:44:25 +0000\"")]
    [InlineData(-1, "\"31-Dec-1969 23:59:59 +0000\"")]
    public void A_date_time_has_its_fixed_form(long seconds, string expected) =>
        Written(w => w.DateTime(seconds)).Should().Be(expected);

    [Fact]
    public void What_is_written_as_a_string_is_read_back() => Gen.Byte.Array[0, 200].Sample(octets =>
    {
        var written = Encoding.Latin1.GetBytes(Written(w => w.String(octets)));
        var parser = new ImapParser(written);
        var expected = octets.Select(b => b == 0 ? (byte)'?' : b);
        parser.String().ToArray().Should().Equal(octets.Contains((byte)0) || !IsQuotable(octets) ? expected : octets);
        parser.End();
    });

    [Fact]
    public void Large_output_goes_through_in_pieces()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i} "));
        Written(w => w.Text(text).Raw(Encoding.ASCII.GetBytes(text))).Should().Be(text + text);
    }

    [Fact]
    public async Task Writing_to_a_client_that_is_gone_ends_the_session()
    {
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();
        var writer = new ImapWriter(pipe.Writer);
        writer.Text("* OK");
        var flush = async () => await writer.FlushAsync(TestContext.Current.CancellationToken);
        await flush.Should().ThrowAsync<IOException>();
    }

    private static bool IsQuotable(byte[] octets) => octets.All(b => b is >= 0x20 and < 0x7F);
}
