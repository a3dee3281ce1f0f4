using System.Text;
using Casella.Formats.Addresses;

namespace Casella.Formats.Tests.Addresses;

public sealed class SmtpPathTests
{
    [Theory]
    [InlineData("<a@example.org>", "a@example.org", 15)]
    [InlineData("<a@example.org> SIZE=10", "a@example.org", 15)]
    [InlineData("<@one.example,@two.example:a@example.org>", "a@example.org", 41)]
    [InlineData("<\"a>b\"@example.org> X", "\"a>b\"@example.org", 19)]
    [InlineData("<A@EXAMPLE.ORG>", "A@example.org", 15)]
    public void A_path_ends_at_its_bracket(string text, string wire, int consumed)
    {
        SmtpPath.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: false, out var path, out var taken).Should().BeTrue();
        path.Address!.ToWire().Should().Be(wire);
        taken.Should().Be(consumed);
    }

    [Fact]
    public void The_null_path_and_the_bare_postmaster_are_themselves()
    {
        SmtpPath.TryParse("<>"u8, false, out var nobody, out _).Should().BeTrue();
        nobody.IsNull.Should().BeTrue();
        SmtpPath.TryParse("<PostMaster>"u8, false, out var postmaster, out _).Should().BeTrue();
        postmaster.IsPostmaster.Should().BeTrue();
    }

    [Theory]
    [InlineData("a@example.org")]
    [InlineData("<a@example.org")]
    [InlineData("<<a@example.org>>")]
    [InlineData("<a@example.org\r\nRCPT TO:<b@example.org>")]
    [InlineData("<a@example.org\0>")]
    [InlineData("<@one.example a@example.org>")]
    [InlineData("<perché@example.org>")]
    [InlineData("")]
    public void What_is_no_path_is_refused(string text) =>
        SmtpPath.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: false, out _, out _).Should().BeFalse();

    [Fact]
    public void Letters_beyond_ASCII_need_SMTPUTF8()
    {
        SmtpPath.TryParse("<perché@example.org>"u8, allowUtf8: true, out var path, out _).Should().BeTrue();
        path.Address!.IsAscii.Should().BeFalse();
        SmtpPath.TryParse([(byte)'<', 0xC3, (byte)'@', (byte)'a', (byte)'>'], allowUtf8: true, out _, out _).Should().BeFalse();
    }
}
