using System.Text;
using Casella.Formats.AuthenticationResults;

namespace Casella.Formats.Tests.AuthenticationResults;

public sealed class MethodResultsTests
{
    [Theory]
    [InlineData("example.org 1; none", "")]
    [InlineData("example.com; spf=pass smtp.mailfrom=example.net", "spf=pass")]
    [InlineData("example.com; auth=pass (cram-md5) smtp.auth=sender@example.com; spf=pass smtp.mailfrom=example.com", "auth=pass spf=pass")]
    [InlineData("foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462", "dkim=fail")]
    [InlineData("x; dkim=fail reason=\"a; spf=pass; b\" header.d=y; DMARC=Fail (p=none; dis=none)", "dkim=fail dmarc=fail")]
    [InlineData("x; spf=; =pass; dkim==; (unclosed spf=pass", "")]
    [InlineData("", "")]
    [InlineData("x; a=b; \\", "a=b")]
    public void The_results_are_read_and_all_else_is_passed_over(string field, string results) =>
        // The examples with a host name of example.* are of RFC 8601 Appendix B.
        string.Join(' ', MethodResults.Read(Encoding.ASCII.GetBytes(field)).Select(one => $"{one.Method}={one.Result}")).Should().Be(results);
}
