namespace Casella.Formats.Mime;

/// <summary>
/// A subject without what replies and forwards add to it (RFC 5256 §2.1), so that an answer finds its conversation.
/// Besides Re and Fwd, the words of Italian, German, French and Scandinavian programs count.
/// </summary>
public static class BaseSubject
{
    /// <summary>Characters that are kept: for comparing, more says no more.</summary>
    private const int MaxLength = 500;

    private static readonly string[] Prefixes = ["re", "fw", "fwd", "r", "i", "rif", "aw", "wg", "tr", "sv", "vs", "antw", "inoltro"];

    /// <param name="subject">The decoded subject.</param>
    public static string Of(string subject) => Of(subject, out _);

    /// <param name="subject">The decoded subject.</param>
    /// <param name="isReply">Whether it says of itself that it is a reply or forward (RFC 5256 §3 REFERENCES: something
    /// was removed that replies and forwards add).</param>
    public static string Of(string subject, out bool isReply)
    {
        var text = Collapse(subject).AsSpan();
        isReply = false;
        while (true)
        {
            var before = text.Length;
            text = WithoutTrailer(text, ref isReply);
            text = WithoutLeaders(text, ref isReply);
            text = Unwrapped(text, ref isReply);
            if (text.Length == before)
                return text.Length > MaxLength ? text[..MaxLength].ToString() : text.ToString();
        }
    }

    // §2.1 (1): white space of any kind is one space.
    private static string Collapse(string subject) =>
        string.Join(' ', subject.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // §2.1 (2): subj-trailer = "(fwd)" / WSP
    private static ReadOnlySpan<char> WithoutTrailer(ReadOnlySpan<char> text, scoped ref bool isReply)
    {
        text = text.TrimEnd();
        while (text.EndsWith("(fwd)", StringComparison.OrdinalIgnoreCase))
        {
            text = text[..^5].TrimEnd();
            isReply = true;
        }

        return text;
    }

    // §2.1 (3)-(5): subj-leader = (*subj-blob subj-refwd) / WSP; a blob alone goes only when something is left.
    private static ReadOnlySpan<char> WithoutLeaders(ReadOnlySpan<char> text, scoped ref bool isReply)
    {
        while (true)
        {
            text = text.TrimStart();
            var afterBlobs = text;
            while (BlobLength(afterBlobs) is > 0 and var blob)
                afterBlobs = afterBlobs[blob..].TrimStart();
            if (ReplyLength(afterBlobs) is > 0 and var reply)
            {
                text = afterBlobs[reply..];
                isReply = true;
            }
            else if (BlobLength(text) is > 0 and var first && !text[first..].Trim().IsEmpty)
                text = text[first..];
            else
                return text;
        }
    }

    // §2.1 (6): subj-fwd-hdr subject subj-fwd-trl
    private static ReadOnlySpan<char> Unwrapped(ReadOnlySpan<char> text, scoped ref bool isReply)
    {
        if (!text.StartsWith("[fwd:", StringComparison.OrdinalIgnoreCase) || text[^1] != ']')
            return text;
        isReply = true;
        return text[5..^1].Trim();
    }

    /// <summary>subj-blob = "[" *BLOBCHAR "]"; 0 when there is none.</summary>
    private static int BlobLength(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] != '[' || text.StartsWith("[fwd:", StringComparison.OrdinalIgnoreCase))
            return 0;
        var end = text[1..].IndexOfAny('[', ']');
        return end >= 0 && text[end + 1] == ']' ? end + 2 : 0;
    }

    /// <summary>subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"; 0 when there is none.</summary>
    private static int ReplyLength(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExcept(AsciiLetters);
        if (length <= 0 || !IsPrefix(text[..length]))
            return 0;
        var rest = text[length..].TrimStart();
        rest = rest[BlobLength(rest)..].TrimStart();
        return !rest.IsEmpty && rest[0] == ':' ? text.Length - rest.Length + 1 : 0;
    }

    private static readonly System.Buffers.SearchValues<char> AsciiLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static bool IsPrefix(ReadOnlySpan<char> word)
    {
        foreach (var prefix in Prefixes)
        {
            if (word.Equals(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
