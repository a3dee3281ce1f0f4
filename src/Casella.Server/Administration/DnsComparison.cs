namespace Casella.Server.Administration;

/// <summary>Is what DNS says what it should say? People and their providers' forms change spaces and order.</summary>
internal static class DnsComparison
{
    /// <summary>The same tags, in any order and with any spaces.</summary>
    public static bool AreSameTags(string one, string other) => Tags(one).SetEquals(Tags(other));

    /// <summary>The same words, in any order and case: SPF.</summary>
    public static bool AreSameWords(string one, string other) =>
        one.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(other.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static HashSet<string> Tags(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(tag => string.Concat(tag.Where(c => !char.IsWhiteSpace(c)))).Where(tag => tag.Length > 0).ToHashSet(StringComparer.Ordinal);
}
