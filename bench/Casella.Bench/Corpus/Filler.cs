namespace Casella.Bench.Corpus;

/// <summary>
/// Text and base64 that fill a message up to its exact size. Deterministic, and as compressible as mail is: a store
/// that compresses gets neither a gift nor noise.
/// </summary>
internal static class Filler
{
    private const int LineWidth = 76;

    private static readonly byte[][] Vocabulary = [.. (
        "the of and to in is that for with as on are this have from or not by but what all were when we there can an "
        + "your which their if will each about how up out them then she many some so these would other into has more "
        + "il la di che per con una sono del della non più anche come questo alla dei dal nella essere stato fatto "
        + "consegna ordine fattura riunione cliente ufficio documento domani settimana contratto prezzo allegato "
        + "meeting invoice delivery customer office document tomorrow week contract price attached regards question")
        .Split(' ').Select(word => System.Text.Encoding.UTF8.GetBytes(word + " "))];

    /// <summary>Lines of words; the last two bytes are CRLF.</summary>
    public static void Words(Span<byte> room, int seed)
    {
        var random = new Sequence(seed);
        var column = 0;
        var position = 0;
        while (room.Length - position > LineWidth)
        {
            var word = Vocabulary[random.Next(Vocabulary.Length)];
            if (column + word.Length > LineWidth)
            {
                "\r\n"u8.CopyTo(room[position..]);
                position += 2;
                column = 0;
            }

            word.CopyTo(room[position..]);
            position += word.Length;
            column += word.Length;
        }

        Finish(room[position..], column);
    }

    /// <summary>Lines of base64, as an attachment has them; the last two bytes are CRLF.</summary>
    public static void Base64(Span<byte> room, int seed)
    {
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        var random = new Sequence(seed);
        var column = 0;
        for (var i = 0; i < room.Length - 2; i++)
        {
            if (column == LineWidth && i < room.Length - 4)
            {
                "\r\n"u8.CopyTo(room[i..]);
                i += 2;
                column = 0;
            }

            room[i] = alphabet[random.Next(64)];
            column++;
        }

        "\r\n"u8.CopyTo(room[^2..]);
    }

    private static void Finish(Span<byte> rest, int column)
    {
        if (column + rest.Length > LineWidth * 2)
            throw new InvalidOperationException("the filler's last line would be too long");
        rest.Fill((byte)'x');
        "\r\n"u8.CopyTo(rest[^2..]);
    }

    /// <summary>A small xorshift: the same numbers on every machine and version of the runtime.</summary>
    private struct Sequence(int seed)
    {
        private uint _state = (uint)seed * 2654435761u | 1;

        public int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)(_state % (uint)below);
        }
    }
}
