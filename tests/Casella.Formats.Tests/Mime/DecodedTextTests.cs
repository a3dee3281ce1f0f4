using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Mime;

public sealed class DecodedTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=?ISO-8859-1?Q?a?=", "a")]                                  // RFC 2047 §8
    [InlineData("=?ISO-8859-1?Q?a?= b", "a b")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a_b?=", "a b")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b")]
    [InlineData("=?utf-8?B?UGVyY2jDqQ==?=", "Perché")]
    [InlineData("=?utf-8?q?Perch=C3?= =?utf-8?q?=A9?=", "Perché")]              // a letter cut in two words
    [InlineData("=?windows-1252?q?=80?=", "€")]
    [InlineData("=?no-such?q?abc?=", "abc")]
    public void Headers_are_decoded(string raw, string text) => DecodedText.Header(Encoding.UTF8.GetBytes(raw)).Should().Be(text);

    [Fact]
    public void Raw_eight_bit_is_UTF8_or_else_Windows_1252()
    {
        DecodedText.Header("Perché"u8).Should().Be("Perché");
        DecodedText.Header([0x50, 0xE9]).Should().Be("Pé");
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8", "8bit", "Perch\u00C3\u00A9", "Perché")]
    [InlineData("text/plain; charset=utf-8", "quoted-printable", "Perch=C3=A9=\r\n!", "Perché!")]
    [InlineData("text/plain; charset=utf-8", "base64", "UGVyY2jDqQ==", "Perché")]
    [InlineData("text/plain; charset=utf-8", "base64", "UGVy Y2jD\r\nqQ", "Perché")]
    [InlineData("text/plain", "8bit", "Perch\u00E9", "Perché")]
    [InlineData("text/plain; charset=\"iso-8859-15\"", "8bit", "\u00A4", "€")]
    [InlineData("text/plain; charset=shift_jis", "8bit", "\u0093\u00FA\u0096\u007B", "日本")]
    [InlineData("text/html", "7bit", "<style>p{}</style><p>a&amp;b<br>c<script>x()</script>", "a&b c")]
    [InlineData("image/png", "7bit", "a", "")]
    public void Bodies_are_decoded(string type, string encoding, string raw, string text)
    {
        var part = Part(type, encoding);
        var decoded = DecodedText.Text(part, Encoding.Latin1.GetBytes(raw), htmlToText: true);
        string.Join(' ', decoded.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Should().Be(text);
    }

    [Fact]
    public void An_unknown_transfer_encoding_is_said_to_be()
    {
        FluentActions.Invoking(() => DecodedText.Bytes(Part("text/plain", "x-mine"), "a"u8.ToArray())).Should().Throw<FormatException>();
        DecodedText.Bytes(Part("text/plain", "BINARY"), "a"u8.ToArray()).Should().Equal((byte)'a');
    }

    [Theory]
    [InlineData("Perché", "PERCHE")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Øre", "ore")]
    [InlineData("a\r\n  b", "A B")]
    [InlineData("ﬁne", "FINE")]
    [InlineData("ＡＢＣ", "abc")]
    public void Texts_that_people_take_for_equal_fold_to_the_same(string one, string other) =>
        DecodedText.FoldForSearch(one).Should().Be(DecodedText.FoldForSearch(other));

    [Theory]
    [InlineData("Re: Re: hello (fwd)", "hello")]
    [InlineData("R: I: RIF: hello", "hello")]
    [InlineData("AW: WG: hello", "hello")]
    [InlineData("[list] Re: [list] hello", "hello")]
    [InlineData("Re[2]: hello", "hello")]
    [InlineData("[Fwd: hello]", "hello")]
    [InlineData("[hello]", "[hello]")]
    [InlineData("Report: hello", "Report: hello")]
    [InlineData("  hello \t world ", "hello world")]
    [InlineData("Re:", "")]
    public void A_base_subject_is_what_is_left(string subject, string expected) => BaseSubject.Of(subject).Should().Be(expected);

    private static BodyPart Part(string type, string encoding) => MessageParser.Parse(new MemoryStream(
        Encoding.ASCII.GetBytes($"Content-Type: {type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"))).Root;
}
