namespace Casella.Server.Configuration;

/// <summary>Finds what somebody meant to type, by edit distance.</summary>
internal static class NearestName
{
    /// <summary>
    /// The nearest candidate, or null when even that one would need more than a third of the name (and more than two
    /// letters) changed.
    /// </summary>
    public static string? Of(string typed, IEnumerable<string> candidates)
    {
        string? best = null;
        var bestDistance = Math.Max(2, typed.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            // "Imaps" alone is meant as "Listeners:Imaps": somebody who leaves the section out has the name right.
            var last = candidate[(candidate.LastIndexOf(':') + 1)..];
            var whole = Distance(typed, candidate);
            var distance = typed.Contains(':', StringComparison.Ordinal) ? whole : Math.Min(whole, Distance(typed, last));
            if (distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>Letters to insert, delete or replace, without case.</summary>
    public static int Distance(string a, string b)
    {
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = previous[j - 1] + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
