using Casella.Core.Mailboxes;

namespace Casella.Imap.Commands;

/// <summary>
/// A mailbox pattern of LIST and LSUB (RFC 9051 §6.3.9): "*" matches anything, "%" anything within one level. Matching
/// takes time in proportion to the lengths of name and pattern, however many wildcards somebody puts into it.
/// </summary>
internal sealed class ListPattern
{
    private readonly string _pattern;

    /// <param name="reference">Stands before the pattern as it is (RFC 3501 §6.3.8: no break-out characters
    /// here).</param>
    public ListPattern(string reference, string pattern)
    {
        _pattern = reference + pattern;
        IsEmpty = pattern.Length == 0;
    }

    /// <summary>The pattern itself is "" (whatever the reference).</summary>
    public bool IsEmpty { get; }

    /// <summary>"%" stands at the end: levels above a match are shown too.</summary>
    public bool EndsWithPercent => _pattern.EndsWith('%');

    /// <summary>
    /// False when no name that begins with these letters can match: nobody need look there.
    /// </summary>
    public bool MayMatchFrom(string start)
    {
        var wildcard = _pattern.AsSpan().IndexOfAny('*', '%');
        var literal = _pattern.AsSpan(0, wildcard < 0 ? _pattern.Length : wildcard);
        var length = Math.Min(literal.Length, start.Length);
        return literal[..length].SequenceEqual(start.AsSpan(0, length));
    }

    /// <summary>INBOX, alone or as the first level, matches in any case (RFC 9051 §5.1).</summary>
    public bool Matches(string name)
    {
        // States of the pattern that the name read so far can be in, advanced by one character after the other.
        var now = new bool[_pattern.Length + 1];
        var next = new bool[_pattern.Length + 1];
        now[0] = true;
        SkipWildcards(now);
        var ignoreCase = IsInboxOrBelow(name) ? "INBOX".Length : 0;
        for (var i = 0; i < name.Length; i++)
        {
            Array.Clear(next);
            for (var state = 0; state < _pattern.Length; state++)
            {
                if (!now[state])
                    continue;
                var p = _pattern[state];
                if (p == '*' || (p == '%' && name[i] != MailboxName.Separator))
                    next[state] = true;
                else if (p == name[i] || (i < ignoreCase && char.ToUpperInvariant(p) == name[i]))
                    next[state + 1] = true;
            }
            SkipWildcards(next);
            (now, next) = (next, now);
        }
        return now[_pattern.Length];
    }

    private static bool IsInboxOrBelow(string name) =>
        name.StartsWith("INBOX", StringComparison.Ordinal) && (name.Length == 5 || name[5] == MailboxName.Separator);

    /// <summary>A wildcard may match nothing: the state behind it is reached at once.</summary>
    private void SkipWildcards(bool[] states)
    {
        for (var state = 0; state < _pattern.Length; state++)
            if (states[state] && _pattern[state] is ('*' or '%'))
                states[state + 1] = true;
    }
}
