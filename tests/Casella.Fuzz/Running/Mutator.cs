using System.Text;

namespace Casella.Fuzz.Running;

/// <summary>
/// Makes inputs out of a corpus by what has broken parsers elsewhere: octets turned, pieces left out, doubled and taken
/// from other inputs, numbers at their limits, brackets without end. The same seed makes the same inputs.
/// </summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed)
{
    private const int MaxLength = 64 * 1024;
    private const int MaxSteps = 6;

    private static readonly byte[][] Tokens =
    [
        .. ((string[])[
            "\r\n", "\n", "\r", "\0", " ", "\t", "\"", "\\", "(", ")", "<", ">", "{0}\r\n", "{1}\r\n", "{5+}\r\n", "~{3}\r\n", "{99999999}\r\n", "NIL", "*",
            "%", "1:*", "*:4294967295", "&", "&-", "&AGE-", "=?utf-8?q?", "=?", "?=", "=?x?b?", "--", "--b", "--b--", ":", ";", ",", "@", "[", "]", ".", "\r\n.\r\n",
            "\r\n..", "%00", "%FF", "imap://", ";UID=", ";URLAUTH=", "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: message/rfc822\r\n",
        ]).Select(Encoding.ASCII.GetBytes),
        [0xFF], [0x80], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80, 0xA8],
    ];

    private static readonly string[] Numbers =
        ["0", "1", "-1", "255", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999", "007"];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var input = new List<byte>(Any());
        for (var steps = 1 + _random.Next(MaxSteps); steps > 0; steps--)
            Change(input);
        if (input.Count > MaxLength)
            input.RemoveRange(MaxLength, input.Count - MaxLength);
        return [.. input];
    }

    private byte[] Any() => corpus[_random.Next(corpus.Count)];

    private void Change(List<byte> input)
    {
        switch (_random.Next(9))
        {
            case 0 when input.Count > 0:
                input[_random.Next(input.Count)] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when input.Count > 0:
                input[_random.Next(input.Count)] = (byte)_random.Next(256);
                break;
            case 2:
                input.InsertRange(_random.Next(input.Count + 1), Tokens[_random.Next(Tokens.Length)]);
                break;
            case 3:
                var (start, length) = Piece(input, 64);
                input.RemoveRange(start, length);
                break;
            case 4:
                (start, length) = Piece(input, 256);
                input.InsertRange(_random.Next(input.Count + 1), input.GetRange(start, length));
                break;
            case 5:
                var other = new List<byte>(Any());
                (start, length) = Piece(other, 1024);
                input.InsertRange(_random.Next(input.Count + 1), other.GetRange(start, length));
                break;
            case 6:
                ChangeNumber(input);
                break;
            case 7:
                Repeat(input);
                break;
            default:
                var end = _random.Next(input.Count + 1);
                input.RemoveRange(end, input.Count - end);
                break;
        }
    }

    private (int Start, int Length) Piece(List<byte> of, int longest)
    {
        var start = _random.Next(of.Count + 1);
        return (start, _random.Next(Math.Min(longest, of.Count - start) + 1));
    }

    private void ChangeNumber(List<byte> input)
    {
        var at = input.FindIndex(_random.Next(input.Count + 1), octet => octet is >= (byte)'0' and <= (byte)'9');
        if (at < 0)
            return;
        var end = at;
        while (end < input.Count && input[end] is >= (byte)'0' and <= (byte)'9')
            end++;
        input.RemoveRange(at, end - at);
        input.InsertRange(at, Encoding.ASCII.GetBytes(Numbers[_random.Next(Numbers.Length)]));
    }

    /// <summary>What is inside each other, or beside each other, a thousand times.</summary>
    private void Repeat(List<byte> input)
    {
        var token = _random.Next(2) == 0 ? Tokens[_random.Next(Tokens.Length)] : [.. input.GetRange(0, Math.Min(input.Count, 8))];
        var many = new List<byte>();
        for (var times = 1 << _random.Next(11); times > 0; times--)
            many.AddRange(token);
        input.InsertRange(_random.Next(input.Count + 1), many);
    }
}
