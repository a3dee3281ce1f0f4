using System.Text;
using Casella.Formats.AuthenticationResults;

namespace Casella.Formats.Tests.AuthenticationResults;

public sealed class AuthenticationResultsFieldTests
{
    [Fact]
    public void Each_method_has_its_line() => Compose(
        new MethodLine("spf", "pass", null, [("smtp.mailfrom", "anna@example.net")]),
        new MethodLine("dkim", "fail", "the body was changed", [("header.d", "example.net"), ("header.b", "a/b=")]))
        .Should().Be("Authentication-Results: mx.example.org;\r\n\tspf=pass smtp.mailfrom=anna@example.net;\r\n"
            + "\tdkim=fail (the body was changed) header.d=example.net header.b=\"a/b=\"\r\n");

    [Fact]
    public void Nothing_looked_at_is_none() => Compose().Should().Be("Authentication-Results: mx.example.org; none\r\n");

    [Fact]
    public void A_stranger_cannot_end_the_field() => Compose(
        new MethodLine("spf", "none", "a)\r\nX: (b", [("smtp.helo", "x\r\nBcc: y\"\\;z"), ("smtp.mailfrom", new string('x', 1000))]))
        .Should().Be($"Authentication-Results: mx.example.org;\r\n\tspf=none (a   X:  b) smtp.helo=\"x??Bcc: y\\\"\\\\;z\" smtp.mailfrom={new string('x', 255)}\r\n");

    [Fact]
    public void What_is_written_can_be_read() => string.Join(' ', MethodResults.Read(Encoding.UTF8.GetBytes(Compose(
        new MethodLine("spf", "pass", null, []), new MethodLine("dmarc", "fail", "p=reject; (x)", [("header.from", "example.net")]))[23..]))
        .Select(one => $"{one.Method}={one.Result}")).Should().Be("spf=pass dmarc=fail");

    [Theory]
    [InlineData("Authentication-Results: mx.example.org; spf=pass\r\n", true)]
    [InlineData("authentication-results : MX.EXAMPLE.ORG 1; spf=pass\r\n", true)]
    [InlineData("Authentication-Results:\r\n\t(hi (there)) \"mx.example.org\" ; spf=pass\r\n", true)]
    [InlineData("Authentication-Results: (x) mx.example.org\r\n\t; spf=pass\r\n", true)]
    [InlineData("Authentication-Results: mx.example.org.; spf=pass\r\n", true)]
    [InlineData("Authentication-Results: \"mx.exam\\ple.org\"; spf=pass\r\n", true)]
    [InlineData("Authentication-Results: ; spf=pass\r\n", true)]
    [InlineData("Authentication-Results: (unclosed mx.example.org; spf=pass\r\n", true)]
    [InlineData("Authentication-Results: mx.example.com; spf=pass\r\n", false)]
    [InlineData("Authentication-Results: notmx.example.org; spf=pass\r\n", false)]
    [InlineData("X-Authentication-Results: mx.example.org; spf=pass\r\n", false)]
    public void A_field_in_our_name_is_taken_away(string field, bool isForeign)
    {
        var header = $"From: x\r\n{field}To: y\r\n\r\n";
        Encoding.UTF8.GetString(AuthenticationResultsField.RemoveForeign(Encoding.UTF8.GetBytes(header), "mx.example.org").Span)
            .Should().Be(isForeign ? "From: x\r\nTo: y\r\n\r\n" : header);
    }

    private static string Compose(params MethodLine[] lines) => Encoding.UTF8.GetString(AuthenticationResultsField.Compose("mx.example.org", lines));
}
