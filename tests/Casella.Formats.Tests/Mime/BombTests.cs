using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Mime;

/// <summary>
/// Mail as a weapon: every message is taken, on a small stack, in time and memory that follow its size.
/// </summary>
public sealed class BombTests
{
    public static TheoryData<string> Bombs => [.. Messages.Keys];

    private static readonly Dictionary<string, Func<string>> Messages = new(StringComparer.Ordinal)
    {
        ["100,000 nested multiparts"] = () => Nested(100_000),
        ["10,000 nested messages"] = () => string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\r\n\r\n", 10_000)),
        ["1,000,000 empty parts"] = () => "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\n\r\n", 1_000_000) + "--b--\r\n",
        ["a boundary of 10 MB"] = () => "Content-Type: multipart/mixed; boundary=\"" + new string('b', 10_000_000) + "\"\r\n\r\n--b\r\n",
        ["200,000 segments of a parameter"] = () =>
            "Content-Type: text/plain" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $";\r\n name*{i}*=a")) + "\r\n\r\nx",
        ["10,000 parameters"] = () => "Content-Type: text/plain" + Repeat("; a=b", 10_000) + "\r\n\r\nx",
        ["open comments"] = () => "From: " + new string('(', 1_000_000) + "\r\n\r\nx",
        ["a comment ending in a backslash"] = () => "From: (a\\\r\n\r\nx",
        ["5 MB of encoded words"] = () => "Subject: " + Repeat("=?utf-8?q?a?= ", 350_000) + "\r\n\r\nx",
        ["an open encoded word"] = () => "Subject: " + Repeat("=?utf-8?q?", 300_000) + "\r\n\r\nx",
        ["UTF-7"] = () => "Content-Type: text/plain; charset=utf-7\r\n\r\n+ADw-script+AD4-",
        ["ISO-2022 shifts"] = () => "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + Repeat("\u001B$B\u001B(B", 100_000),
        ["an unknown charset"] = () => "Content-Type: text/plain; charset=no-such\r\n\r\nx\u00FF",
        ["garbage as base64"] = () => "Content-Transfer-Encoding: base64\r\n\r\n" + new string('=', 1_000_000),
        ["garbage as quoted-printable"] = () => "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + Repeat("=\r\n=4", 200_000),
        ["garbage as uuencode"] = () => "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + Repeat("M\r\n", 200_000),
        ["HTML of 300,000 open tags"] = () => "Content-Type: text/html\r\n\r\n" + Repeat("<div><b>", 300_000),
        ["HTML that never closes"] = () => "Content-Type: text/html\r\n\r\n" + Repeat("<!-- <script ", 100_000),
        ["a header of 10 MB"] = () => "Subject: " + Repeat("a\r\n ", 2_500_000) + "\r\n\r\nx",
        ["100,000 header fields"] = () => Repeat("X-A: b\r\n", 100_000) + "\r\nx",
        ["2,000,000 header fields"] = () => Repeat("a:b\r\n", 2_000_000) + "\r\nx",
        ["500,000 addresses"] = () => "To: " + Repeat("a@b.test,\r\n ", 500_000) + "c@b.test\r\n\r\nx",
        ["1,000,000 servers on the way"] = () => Repeat("Received: by a\r\n", 1_000_000) + "\r\nx",
        ["100,000 references"] = () => "References: " + Repeat("<a@b> ", 100_000) + "\r\n\r\nx",
        ["500,000 replies"] = () => "Subject: " + Repeat("Re: [a] ", 100_000) + "\r\n\r\nx",
        ["NULs"] = () => new string('\0', 100_000),
        ["carriage returns"] = () => "A: b\r\r\r\r" + new string('\r', 100_000),
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_only_a_message(string name)
    {
        var message = Encoding.Latin1.GetBytes(Messages[name]());
        var (parsed, cpu) = OnSmallStack(message);
        parsed.Size.Should().Be(message.Length);
        parsed.Preview.EnumerateRunes().Count().Should().BeLessThanOrEqualTo(200);
        CompactForm.ReadStructure(CompactForm.Write(parsed.Root)).BodySize.Should().Be(parsed.Root.BodySize);
        CompactForm.ReadEnvelope(CompactForm.Write(parsed.Envelope)).From.Count.Should().Be(parsed.Envelope.From.Count);
        cpu.Should().BeLessThan(TimeSpan.FromSeconds(8), "2 seconds are promised; four times that tells a quadratic algorithm from a slow machine");
    }

    private static (ParsedMessage Parsed, TimeSpan Cost) OnSmallStack(byte[] message)
    {
        ParsedMessage? parsed = null;
        var cost = SmallStack.Run(256 * 1024, () => parsed = MessageParser.Parse(new MemoryStream(message)));
        return (parsed!, cost);
    }

    private static string Nested(int depth)
    {
        var message = new StringBuilder();
        for (var i = 0; i < depth; i++)
            message.Append("Content-Type: multipart/mixed; boundary=b").Append(i).Append("\r\n\r\n--b").Append(i).Append("\r\n");
        return message.ToString();
    }

    private static string Repeat(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();
}
