namespace Casella.Formats.Sieve.Running;

/// <summary>
/// Flags as texts have them (RFC 5232 §2): words with spaces between, each once whatever its case; what no client may
/// set is left out.
/// </summary>
internal static class FlagSet
{
    private static readonly string[] SystemFlags = ["\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft"];

    public static List<string> Read(IEnumerable<string> texts)
    {
        var flags = new List<string>();
        foreach (var word in texts.SelectMany(text => text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)))
            if (IsFlag(word) && !flags.Contains(word, StringComparer.OrdinalIgnoreCase))
                flags.Add(word);
        return flags;
    }

    public static string Write(IEnumerable<string> flags) => string.Join(' ', flags);

    /// <summary>RFC 9051 §9 flag, less \Recent and what begins with a backslash and means nothing.</summary>
    private static bool IsFlag(string word)
    {
        if (word[0] == '\\')
            return SystemFlags.Contains(word, StringComparer.OrdinalIgnoreCase);
        return word.All(c => c is > ' ' and < '\x7F' && !"(){%*\"\\]".Contains(c, StringComparison.Ordinal));
    }
}
