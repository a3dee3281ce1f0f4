using System.Text;
using Casella.Formats.Mime;
using CsCheck;

namespace Casella.Formats.Tests.Mime;

public sealed class AddressListTests
{
    /// <summary>name|mailbox|host, with "-" for NIL, separated by spaces.</summary>
    [Theory]
    [InlineData("a@example.org", "-|a|example.org")]
    [InlineData("Anna Rossi <a@example.org>", "Anna Rossi|a|example.org")]
    [InlineData("\"Rossi, Anna\" <a@example.org>, b@example.org", "Rossi, Anna|a|example.org -|b|example.org")]
    [InlineData("a@example.org (Anna)", "Anna|a|example.org")]
    [InlineData("a(x) @ (y(z)) example.org (Anna (R.))", "Anna (R.)|a|example.org")]
    [InlineData("\"a b\"@example.org", "-|a b|example.org")]
    [InlineData("<@one.example,@two.example:a@example.org>", "-|a|example.org")]
    [InlineData("Group: a@example.org, Bea <b@example.org>;, c@example.org", "-|Group|- -|a|example.org Bea|b|example.org -|-|- -|c|example.org")]
    [InlineData("undisclosed-recipients:;", "-|undisclosed-recipients|- -|-|-")]
    [InlineData("root", "-|root|")]
    [InlineData("=?utf-8?q?Perch=C3=A9?= <a@example.org>", "=?utf-8?q?Perch=C3=A9?=|a|example.org")]
    [InlineData("a@[127.0.0.1]", "-|a|[127.0.0.1]")]
    [InlineData(", ,", "")]
    [InlineData("Anna R. Rossi <a@example.org>", "Anna R. Rossi|a|example.org")]
    [InlineData("<a@example.org", "-|a|example.org")]
    [InlineData("((((", "-|((((|")]
    public void Real_fields_become_structures(string field, string expected) => Show(AddressList.Parse(Encoding.UTF8.GetBytes(field))).Should().Be(expected);

    [Fact]
    public void Any_bytes_end() => Gen.Byte.Array[0, 200].Sample(bytes => AddressList.Parse(bytes).Count <= bytes.Length + 1);

    [Fact]
    public void Floods_are_cut() =>
        AddressList.Parse(Encoding.ASCII.GetBytes(string.Join(',', Enumerable.Repeat("a@b", 100_000)))).Count.Should().Be(5_000);

    private static string Show(IReadOnlyList<EnvelopeAddress> list) =>
        string.Join(' ', list.Select(a => $"{Show(a.Name)}|{Show(a.Mailbox)}|{Show(a.Host)}"));

    private static string Show(ReadOnlyMemory<byte>? text) => text is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "-";
}
