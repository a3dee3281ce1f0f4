using System.Buffers;

namespace Casella.Formats.Mime;

/// <summary>
/// Whether a subject is one that a program gave to a forward. Only its outermost word counts: "R: I: riunione" is an
/// answer to a forward.
/// </summary>
internal static class ForwardedSubject
{
    /// <summary>
    /// Outlook's by language (FW; I, Italian; WG, German; TR, French; RV, Spanish; ENC, Portuguese; VB, Swedish; VL,
    /// Finnish; PD, Polish; DOORST, Dutch) and everybody else's (Fwd, Inoltro). VS is left out: forward in Norway,
    /// answer in Finland.
    /// </summary>
    private static readonly string[] Words =
        ["fw", "fwd", "i", "inoltro", "inoltra", "wg", "tr", "rv", "enc", "vb", "vl", "pd", "doorst"];

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <param name="subject">Decoded.</param>
    public static bool Is(string subject)
    {
        var text = subject.AsSpan().Trim();
        // RFC 5256 §2.1: Pine's and old Mozilla's way.
        if (text.EndsWith("(fwd)", StringComparison.OrdinalIgnoreCase) || text.StartsWith("[fwd:", StringComparison.OrdinalIgnoreCase))
            return true;
        text = WithoutBlobs(text);
        var length = Math.Max(0, text.IndexOfAnyExcept(Letters));
        return text[length..].TrimStart().StartsWith(":") && IsWord(text[..length]);
    }

    /// <summary>What lists put before a subject: "[Section] Fwd: …".</summary>
    private static ReadOnlySpan<char> WithoutBlobs(ReadOnlySpan<char> text)
    {
        while (text.StartsWith("[") && text.IndexOf(']') is > 0 and var end)
            text = text[(end + 1)..].TrimStart();
        return text;
    }

    private static bool IsWord(ReadOnlySpan<char> word)
    {
        foreach (var known in Words)
        {
            if (word.Equals(known, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
