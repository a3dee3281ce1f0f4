using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Mime;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// The words of a message by which it is compared with others, as 64-bit hashes: each once, so many at most. Hashes
/// without a key, so that an account's file tells all of itself and can be carried to another server; what a person has
/// written does not stand in them.
/// </summary>
internal static class MailWords
{
    /// <summary>Words of one message; what is added behind to confuse the filter is not looked at.</summary>
    public const int AtMost = 600;

    private const int SubjectWordsAtMost = 30;
    private const int ShortWord = 3;
    private const int LongWord = 24;

    public static IReadOnlyList<long> Of(MessageClues clues)
    {
        var words = new List<long>();
        var seen = new HashSet<long>();
        if (clues.From is { } from)
        {
            Add($"from:{from}");
            Add($"domain:{from.Domain}");
        }

        foreach (var host in clues.Links.Select(link => link.Host).Distinct(StringComparer.Ordinal).Take(30))
            Add($"link:{host}");
        foreach (var name in clues.Attachments)
            Add($"file:{name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant()}");
        foreach (var word in Split(DecodedText.FoldForSearch(clues.Subject)).Take(SubjectWordsAtMost))
            Add($"subject:{word}");
        foreach (var word in Split(DecodedText.FoldForSearch(clues.Text)))
        {
            if (words.Count >= AtMost)
                break;
            Add(word);
        }

        return words;

        void Add(string word)
        {
            var hash = Hash(word);
            if (words.Count < AtMost && seen.Add(hash))
                words.Add(hash);
        }
    }

    public static long Hash(string word)
    {
        Span<byte> utf8 = stackalloc byte[512];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Encoding.UTF8.TryGetBytes(word, utf8, out var length))
            return Hash(word[..128]);
        SHA256.HashData(utf8[..length], hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    /// <summary>Runs of letters and digits with a letter in them; of longer ones the beginning.</summary>
    private static IEnumerable<string> Split(string folded)
    {
        for (var at = 0; at < folded.Length;)
        {
            var (start, hasLetter) = (at, false);
            while (at < folded.Length && char.IsLetterOrDigit(folded[at]))
                hasLetter |= char.IsLetter(folded[at++]);
            if (hasLetter && at - start >= ShortWord)
                yield return folded[start..Math.Min(at, start + LongWord)];
            at = Math.Max(at, start + 1);
        }
    }
}
