using System.Text;
using Casella.Formats.Codes;

namespace Casella.Formats.Tests.Codes;

public sealed class OneTimeCodeTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238 appendix B, the last six of its eight figures.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void The_codes_of_the_RFC(long seconds, string code) => OneTimeCode.At(Secret, seconds / 30).Should().Be(code);

    [Fact]
    public void A_code_is_good_once_and_a_moment_before_and_after()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(59);

        OneTimeCode.Match(Secret, "287 082", now, -1).Should().Be(1);
        OneTimeCode.Match(Secret, "287082", now.AddSeconds(30), -1).Should().Be(1);
        OneTimeCode.Match(Secret, "287082", now.AddSeconds(90), -1).Should().BeNull();
        OneTimeCode.Match(Secret, "287082", now, lastStep: 1).Should().BeNull();
        OneTimeCode.Match(Secret, "", now, -1).Should().BeNull();
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_RFC_4648(string text, string base32) => OneTimeCode.Base32(Encoding.ASCII.GetBytes(text)).Should().Be(base32);
}
