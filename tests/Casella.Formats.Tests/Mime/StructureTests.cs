using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Mime;

/// <summary>Offsets slice exactly, whatever the message looks like.</summary>
public sealed class StructureTests
{
    private const string Mixed =
        "From: a@example.org\r\nSubject: =?utf-8?q?Perch=C3=A9?=\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\npreamble\r\n" +
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\none\r\ntwo\r\n" +
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n" +
        "--c\r\n\r\nplain\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--c--\r\n" +
        "--b\r\nContent-Type: application/pdf; name=\"r.pdf\"\r\nContent-Disposition: attachment; filename*=utf-8''perch%C3%A9.pdf\r\n" +
        "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\nepilogue\r\n";

    [Theory]
    [InlineData("1", "one\r\ntwo")]
    [InlineData("2", "Subject: inner\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nplain\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--c--")]
    [InlineData("2.1", "plain")]
    [InlineData("2.2", "<p>html</p>")]
    [InlineData("3", "AAAA")]
    public void A_section_is_a_range(string section, string body)
    {
        var part = Find(Parse(Mixed).Root, section)!;
        Slice(Mixed, part.BodyOffset, part.BodySize).Should().Be(body);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("1.1")]
    [InlineData("0")]
    [InlineData("2.3")]
    [InlineData("3.1")]
    public void A_section_that_is_not_there_is_null(string section) => Find(Parse(Mixed).Root, section).Should().BeNull();

    [Fact]
    public void Headers_are_ranges_too()
    {
        var root = Parse(Mixed).Root;
        var inner = Find(root, "2")!;
        Slice(Mixed, inner.HeaderOffset, inner.BodyOffset - inner.HeaderOffset).Should().Be("Content-Type: message/rfc822\r\n\r\n");
        var body = inner.Children[0];
        Slice(Mixed, body.HeaderOffset, body.BodyOffset - body.HeaderOffset)
            .Should().Be("Subject: inner\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n");
        Text(inner.Envelope!.Subject).Should().Be("inner");
    }

    [Fact]
    public void The_message_tells_about_itself()
    {
        var parsed = Parse(Mixed);
        parsed.Size.Should().Be(Mixed.Length);
        parsed.HeaderSize.Should().Be(Mixed.IndexOf("preamble", StringComparison.Ordinal));
        parsed.Preview.Should().Be("one two");
        parsed.BaseSubject.Should().Be("Perché");
        parsed.HasAttachments.Should().BeTrue();
        Text(parsed.Root.Children[2].DispositionParameters.Single().Name).Should().Be("filename");
        Text(parsed.Root.Children[2].DispositionParameters.Single().Value).Should().Be("perché.pdf");
        Find(parsed.Root, "1")!.Lines.Should().Be(2);
    }

    [Fact]
    public void A_message_of_one_part_has_number_1()
    {
        const string Message = "Subject: x\r\n\r\nline\r\n";
        var root = Parse(Message).Root;
        Find(root, "1").Should().BeSameAs(root);
        Slice(Message, root.BodyOffset, root.BodySize).Should().Be("line\r\n");
        Find(root, "1.1").Should().BeNull();
        Text(root.Parameters.Single().Value).Should().Be("us-ascii");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("no header at all")]
    [InlineData("no header at all\r\nSubject: x\r\n\r\nbody")]
    [InlineData("Content-Type: multipart/mixed\r\n\r\ntext")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\ntext")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b--")]
    [InlineData("Content-Type: message/rfc822\r\n\r\n")]
    [InlineData("Content-Type: message/rfc822\r\n\r\nnot a header\r\n\r\nx")]
    [InlineData("Content-Type: nonsense\r\n\r\nx")]
    [InlineData("From someone Mon\r\nSubject: x\r\n\r\nbody")]
    public void Broken_messages_have_a_structure_clients_accept(string message)
    {
        var parsed = Parse(message);
        parsed.Size.Should().Be(message.Length);
        parsed.HeaderSize.Should().BeLessThanOrEqualTo(message.Length);
        Check(parsed.Root, message.Length);
        var form = CompactForm.Write(parsed.Root);
        CompactForm.Write(CompactForm.ReadStructure(form)).Should().Equal(form);
    }

    [Fact]
    public void Line_feeds_alone_are_counted_as_they_are()
    {
        const string Message = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n";
        var part = Find(Parse(Message).Root, "1")!;
        Slice(Message, part.BodyOffset, part.BodySize).Should().Be("one");
    }

    [Fact]
    public void A_digest_holds_messages()
    {
        const string Message = "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: q\r\n\r\nx\r\n--b--\r\n";
        var part = Find(Parse(Message).Root, "1")!;
        part.Kind.Should().Be(PartKind.Message);
        Text(part.MediaType).Should().Be("message");
        Text(part.Envelope!.Subject).Should().Be("q");
    }

    private static void Check(BodyPart part, long size)
    {
        (part.HeaderOffset >= 0 && part.BodyOffset >= part.HeaderOffset && part.BodySize >= 0 && part.BodyOffset + part.BodySize <= size).Should().BeTrue();
        part.MediaType.IsEmpty.Should().BeFalse();
        part.MediaSubtype.IsEmpty.Should().BeFalse();
        if (part.Kind == PartKind.Multipart)
            part.Children.Should().NotBeEmpty();
        if (part.Kind == PartKind.Message)
            (part.Children.Count == 1 && part.Envelope is not null).Should().BeTrue();
        foreach (var child in part.Children)
            Check(child, size);
    }

    private static ParsedMessage Parse(string message) => MessageParser.Parse(new MemoryStream(Encoding.Latin1.GetBytes(message)));
    private static string Slice(string message, long offset, long length) => message.Substring((int)offset, (int)length);
    private static string Text(ReadOnlyMemory<byte>? text) => Encoding.UTF8.GetString(text!.Value.Span);
    private static BodyPart? Find(BodyPart root, string section) => PartLocator.Find(root, [.. section.Split('.').Select(int.Parse)]);
}
