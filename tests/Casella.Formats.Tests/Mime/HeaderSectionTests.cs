using System.Buffers;
using System.Text;
using Casella.Formats.Mime;
using CsCheck;

namespace Casella.Formats.Tests.Mime;

public sealed class HeaderSectionTests
{
    private const string Header =
        "Received: from a\r\n\tby b\r\nFrom: a@example.org\r\nno field at all\r\nSubject : one\r\n  two\r\n\r\n";

    [Theory]
    [InlineData("A: b\r\n\r\nbody", 8)]
    [InlineData("A: b\n\nbody", 6)]
    [InlineData("A: b\r\n", 6)]
    [InlineData("A: b", 4)]
    [InlineData("\r\nbody", 2)]
    [InlineData("", 0)]
    public void The_header_ends_after_the_empty_line(string message, int end) =>
        HeaderSection.EndOfHeader(Encoding.ASCII.GetBytes(message)).Should().Be(end);

    [Fact]
    public void Fields_are_unfolded_and_know_where_they_stand()
    {
        var bytes = Encoding.ASCII.GetBytes(Header);
        var fields = HeaderSection.Fields(bytes).ToList();
        fields.Select(f => (f.Name, Encoding.ASCII.GetString(f.Value.Span))).Should().Equal(
            ("Received", "from a\tby b"), ("From", "a@example.org"), ("Subject", "one  two"));
        foreach (var field in fields)
            Encoding.ASCII.GetString(bytes, field.Offset, field.Length).Should().StartWith(field.Name).And.EndWith("\r\n");
    }

    [Fact]
    public void Selection_keeps_order_and_folding()
    {
        Select(["SUBJECT", "received"], not: false).Should().Be("Received: from a\r\n\tby b\r\nSubject : one\r\n  two\r\n\r\n");
        Select(["SUBJECT", "received"], not: true).Should().Be("From: a@example.org\r\n\r\n");
        Select(["X-None"], not: false).Should().Be("\r\n");
    }

    [Fact]
    public void Any_bytes_give_fields_within_their_bounds() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        var end = 0;
        foreach (var field in HeaderSection.Fields(bytes))
        {
            if (field.Offset < end || field.Offset + field.Length > bytes.Length || field.Name.Length == 0)
                return false;
            end = field.Offset + field.Length;
        }

        return HeaderSection.EndOfHeader(bytes) <= bytes.Length;
    });

    private static string Select(string[] names, bool not)
    {
        var output = new ArrayBufferWriter<byte>();
        HeaderSection.Select(Encoding.ASCII.GetBytes(Header), names, not, output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
