using MimeKit.Encodings;

namespace Casella.Formats.Mime;

/// <summary>
/// Undoes a part's Content-Transfer-Encoding piece by piece, so that a large attachment never stands in memory as a
/// whole (FETCH BINARY, RFC 3516 §4.2; downloads of the webmail). One object for one pass.
/// </summary>
public sealed class PartDecoder
{
    private readonly IMimeDecoder? _decoder;
    private int _letters;

    private PartDecoder(IMimeDecoder? decoder) => _decoder = decoder;

    /// <summary>The decoder for a part, or null when its encoding is unknown. A multipart has none.</summary>
    public static PartDecoder? For(BodyPart part)
    {
        if (part.Kind != PartKind.Leaf)
            return new PartDecoder(null);
        var decoder = DecodedText.Decoder(part);
        return decoder is not null || DecodedText.IsIdentity(part.Encoding.Span) ? new PartDecoder(decoder) : null;
    }

    /// <summary>What the next octets of the part's body are, decoded; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> raw)
    {
        if (_decoder is null)
            return raw;
        var input = raw.ToArray();
        if (_decoder is Base64Decoder)
            foreach (var octet in input)
                _letters += DecodedText.IsBase64(octet) ? 1 : 0;
        var output = new byte[_decoder.EstimateOutputLength(input.Length)];
        return output.AsMemory(0, _decoder.Decode(input, 0, input.Length, output));
    }

    /// <summary>What the end brings: base64 whose final "=" was left out would lose its last letters.</summary>
    public ReadOnlyMemory<byte> End() => _decoder is not Base64Decoder ? default : (_letters % 4) switch
    {
        2 => Decode("=="u8.ToArray()),
        3 => Decode("="u8.ToArray()),
        _ => default,
    };
}
