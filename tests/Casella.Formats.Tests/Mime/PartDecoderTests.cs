using System.Text;
using Casella.Formats.Mime;
using CsCheck;

namespace Casella.Formats.Tests.Mime;

/// <summary>Decoded piece by piece a part is what it is decoded at once, wherever the pieces end.</summary>
public sealed class PartDecoderTests
{
    [Theory]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    [InlineData("8bit")]
    [InlineData("x-uuencode")]
    public void In_pieces_as_at_once(string encoding) => Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[1, 40], Gen.Bool).Sample(
        (content, piece, isPadded) =>
        {
            var part = Part(encoding);
            var raw = encoding switch
            {
                "base64" => Encoding.ASCII.GetBytes(Base64(content, isPadded)),
                "quoted-printable" => Encoding.ASCII.GetBytes(string.Concat(content.Select(octet => $"={octet:X2}")) + "=\r\n end"),
                _ => content,
            };
            var decoder = PartDecoder.For(part)!;
            var decoded = new List<byte>();
            for (var at = 0; at < raw.Length; at += piece)
                decoded.AddRange(decoder.Decode(raw.AsMemory(at, Math.Min(piece, raw.Length - at))).ToArray());
            decoded.AddRange(decoder.End().ToArray());
            decoded.Should().Equal(DecodedText.Bytes(part, raw));
            if (encoding is "base64")
                decoded.Should().Equal(content);
        });

    [Fact]
    public void What_is_unknown_has_no_decoder_and_a_multipart_needs_none()
    {
        PartDecoder.For(Part("x-odd")).Should().BeNull();
        PartDecoder.For(Part("x-odd") with { Kind = PartKind.Multipart }).Should().NotBeNull();
    }

    private static string Base64(byte[] content, bool isPadded)
    {
        var text = Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks);
        return isPadded ? text : text.TrimEnd('=');
    }

    private static BodyPart Part(string encoding) => new()
    {
        Kind = PartKind.Leaf,
        MediaType = "application"u8.ToArray(),
        MediaSubtype = "octet-stream"u8.ToArray(),
        Encoding = Encoding.ASCII.GetBytes(encoding),
        HeaderOffset = 0,
        BodyOffset = 0,
        BodySize = 0,
    };
}
