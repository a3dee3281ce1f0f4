using System.Text;
using Casella.Formats.Mime;
using CsCheck;

namespace Casella.Formats.Tests.Mime;

public sealed class ModifiedUtf7Tests
{
    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")]
    [InlineData("\u263a!", "&Jjo-!")]
    [InlineData("\u53f0\u5317\u65e5\u672c\u8a9e", "&U,BTF2XlZyyKng-")]
    [InlineData("Elementi & Perch\u00e9", "Elementi &- Perch&AOk-")]
    [InlineData("\ud83d\udce7", "&2D3c5w-")]
    public void Names_have_one_spelling(string name, string encoded)
    {
        Encoding.ASCII.GetString(ModifiedUtf7.Encode(name)).Should().Be(encoded);
        ModifiedUtf7.TryDecode(Encoding.ASCII.GetBytes(encoded), out var decoded).Should().BeTrue();
        decoded.Should().Be(name);
    }

    [Theory]
    [InlineData("&AGE-", "ASCII must stand for itself")]
    [InlineData("&Jjo!", "RFC 3501 5.1.3: a run must end with -")]
    [InlineData("&U,BTFw-&ZeVnLIqe-", "RFC 3501 5.1.3: superfluous shift")]
    [InlineData("&", "run without an end")]
    [InlineData("&A-", "a unit is cut")]
    [InlineData("&AOkA-", "surplus bits")]
    [InlineData("&AOl-", "surplus bits set")]
    [InlineData("&2D0-", "lone high surrogate")]
    [InlineData("&3Oc-", "lone low surrogate")]
    [InlineData("&ACY-", "& must be &-")]
    [InlineData("&AO=-", "not base64")]
    [InlineData("&A/k-", "/ is ,")]
    [InlineData("a\tb", "a control character")]
    public void Every_other_spelling_is_refused(string encoded, string because) =>
        ModifiedUtf7.TryDecode(Encoding.ASCII.GetBytes(encoded), out _).Should().BeFalse(because);

    [Fact]
    public void Octets_above_127_are_refused() => ModifiedUtf7.TryDecode("\u00e8"u8, out _).Should().BeFalse();

    [Fact]
    public void Every_text_comes_back() => Gen.String.Where(IsWellFormed).Sample(text =>
    {
        var encoded = ModifiedUtf7.Encode(text);
        encoded.Should().OnlyContain(b => b >= 0x20 && b <= 0x7E);
        ModifiedUtf7.TryDecode(encoded, out var decoded).Should().BeTrue();
        decoded.Should().Be(text);
    });

    [Fact]
    public void What_is_taken_is_canonical() =>
        Gen.String[Gen.Char["&-ABOkw,+/=a \u00e8"], 0, 12].Sample(text =>
        {
            var octets = Encoding.UTF8.GetBytes(text);
            if (ModifiedUtf7.TryDecode(octets, out var decoded))
                ModifiedUtf7.Encode(decoded).Should().Equal(octets);
        });

    private static bool IsWellFormed(string text)
    {
        try
        {
            new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true).GetBytes(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
