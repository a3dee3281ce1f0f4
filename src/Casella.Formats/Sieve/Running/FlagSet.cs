namespace Casella.Formats.Sieve.Running;

/// <summary>
/// Flags as texts have them (RFC 5232 §2): words with spaces between, each once whatever its case; what no client may
/// set is left out, and so is what no account has room for.
/// </summary>
internal static class FlagSet
{
    /// <summary>More than the 120 keywords and five flags that a message can have (RFC 5232 §5: the rest is left out).</summary>
    private const int AtMost = 128;

    private static readonly string[] SystemFlags = ["\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft"];

    public static List<string> Read(IEnumerable<string> texts)
    {
        var (flags, known) = (new List<string>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var word in texts.SelectMany(text => text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!IsFlag(word) || !known.Add(word))
                continue;
            flags.Add(word);
            if (flags.Count == AtMost)
                break;
        }

        return flags;
    }

    /// <summary>Both are as <see cref="Read"/> gives them: nothing has to be read again for the one word that is new.</summary>
    public static IReadOnlyList<string> Add(IReadOnlyList<string> present, IReadOnlyList<string> given)
    {
        if (present.Count >= AtMost)
            return present;
        var fresh = given.Where(flag => !present.Contains(flag, StringComparer.OrdinalIgnoreCase)).Take(AtMost - present.Count).ToList();
        return fresh.Count == 0 ? present : [.. present, .. fresh];
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
