using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Casella.Formats.Sieve.Running;

#pragma warning disable RS0030 // the language has regular expressions, whose author is the mailbox's owner: they are not a parser's

namespace Casella.Formats.Sieve.Matching;

/// <summary>
/// A POSIX extended regular expression (draft-ietf-sieve-regex), as the .NET expression that means the same and whose
/// time grows with the text only: NonBacktracking, and no expression that would make too large a machine.
/// </summary>
internal sealed class ExtendedRegex
{
    /// <summary>POSIX RE_DUP_MAX.</summary>
    private const int MaxRepeat = 255;

    /// <summary>Characters to match, each counted as often as it is repeated.</summary>
    private const long MaxWeight = 4000;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Regex _regex;
    private readonly long _weight;

    private ExtendedRegex(Regex regex, long weight) => (_regex, _weight) = (regex, weight);

    /// <summary>Null for what is no expression, or one too large.</summary>
    public static ExtendedRegex? TryMake(string pattern, Comparator comparator, SieveLimits limits)
    {
        if (pattern.Length > limits.RegexLength || Translation.Of(pattern) is not { } translation)
            return null;
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline
            | (comparator.IgnoresCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            return new ExtendedRegex(new Regex(translation.Pattern, options, Patience), translation.Weight);
        }
        catch (Exception bad) when (bad is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The groups, the whole first; null when it does not match.</summary>
    public List<string>? Match(SieveRun run, string text)
    {
        run.Spend(text.Length * (4 + (_weight / 64)));
        try
        {
            var match = _regex.Match(text);
            return match.Success ? [.. match.Groups.Values.Select(group => group.Value)] : null;
        }
        catch (RegexMatchTimeoutException)
        {
            throw run.Fault("TooMuchWork");
        }
    }

    /// <summary>Every character that means something is written so that it means itself (modifier :quoteregex).</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (@".[]{}()\*+?|^$".Contains(c, StringComparison.Ordinal))
                quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.ToString();
    }

    /// <summary>Reads a POSIX expression from left to right and writes the other.</summary>
    private sealed class Translation(string pattern)
    {
        private readonly StringBuilder _output = new();
        private readonly Stack<(int Start, long Weight)> _groups = new();
        private int _at;
        private int _atom = -1;
        private bool _isRepeated;
        private long _atomWeight;
        private long _weight;

        public static (string Pattern, long Weight)? Of(string pattern)
        {
            var translation = new Translation(pattern);
            while (translation._at < pattern.Length)
                if (!translation.Next() || translation._weight > MaxWeight)
                    return null;
            return translation._groups.Count == 0 ? (translation._output.ToString(), translation._weight) : null;
        }

        private bool Next()
        {
            var c = pattern[_at++];
            switch (c)
            {
                case '\\':
                    return Escape();
                case '[':
                    return BracketExpression();
                case '(':
                    _groups.Push((_output.Length, _weight));
                    _output.Append('(');
                    _atom = -1;
                    return true;
                case ')':
                    return CloseGroup();
                case '*' or '+' or '?':
                    return Repeat(c.ToString(), c == '?' ? 1 : 2);
                case '{' when _at < pattern.Length && char.IsAsciiDigit(pattern[_at]):
                    return Bound();
                case '|':
                    _output.Append('|');
                    _atom = -1;
                    return true;
                case '^':
                    return Atom("^", 1);
                case '$':
                    return Atom("\\z", 1);
                case '.':
                    return Atom(".", 1);
                default:
                    return Atom(Regex.Escape(Character(c)), 1);
            }
        }

        /// <summary>Both halves of a character that has two.</summary>
        private string Character(char c) =>
            char.IsHighSurrogate(c) && _at < pattern.Length ? string.Concat(c, pattern[_at++]) : c.ToString();

        private bool Atom(string text, int weight)
        {
            (_atom, _isRepeated, _atomWeight) = (_output.Length, false, weight);
            _weight += weight;
            _output.Append(text.Length > 1 && char.IsHighSurrogate(text[0]) ? $"(?:{text})" : text);
            return true;
        }

        /// <summary>The few that programs know besides POSIX's own; back references are none of an ERE.</summary>
        private bool Escape()
        {
            if (_at == pattern.Length)
                return false;
            var c = pattern[_at++];
            return c switch
            {
                'w' or 'W' or 's' or 'S' or 'b' or 'B' => Atom($"\\{c}", 1),
                '<' or '>' => Atom("\\b", 1),
                >= '0' and <= '9' => false,
                _ => Atom(Regex.Escape(Character(c)), 1),
            };
        }

        private bool CloseGroup()
        {
            if (!_groups.TryPop(out var open))
                return Atom("\\)", 1);
            _output.Append(')');
            (_atom, _isRepeated, _atomWeight) = (open.Start, false, _weight - open.Weight);
            return true;
        }

        /// <summary>A second quantifier repeats what the first has made; in .NET it would make it lazy.</summary>
        private bool Repeat(string quantifier, int times)
        {
            if (_atom < 0)
                return false;
            if (_isRepeated)
                _output.Insert(_atom, "(?:").Append(')');
            _output.Append(quantifier);
            _weight += _atomWeight * (times - 1);
            _atomWeight *= times;
            _isRepeated = true;
            return true;
        }

        private bool Bound()
        {
            var end = pattern.IndexOf('}', _at);
            if (end < 0)
                return false;
            var bounds = pattern[_at..end].Split(',');
            _at = end + 1;
            if (bounds.Length > 2 || !TryBound(bounds[0], out var least))
                return false;
            var most = least;
            var isOpen = bounds is [_, ""];
            if (bounds.Length == 2 && !isOpen && !TryBound(bounds[1], out most))
                return false;
            if (most < least)
                return false;
            var quantifier = isOpen ? $"{{{least},}}" : bounds.Length == 2 ? $"{{{least},{most}}}" : $"{{{least}}}";
            return Repeat(quantifier, Math.Max(1, isOpen ? least + 1 : most));
        }

        private static bool TryBound(string text, out int bound) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bound) && bound <= MaxRepeat;

        /// <summary>"[…]": a backslash is itself there, "]" may stand first, classes have names.</summary>
        private bool BracketExpression()
        {
            var set = new StringBuilder("[");
            if (_at < pattern.Length && pattern[_at] == '^')
            {
                set.Append('^');
                _at++;
            }

            for (var isFirst = true; _at < pattern.Length; isFirst = false)
            {
                var c = pattern[_at++];
                if (c == ']' && !isFirst)
                    return Atom(set.Append(']').ToString(), 1);
                if (c == '[' && _at < pattern.Length && pattern[_at] is ':' or '.' or '=')
                {
                    if (!NamedClass(set))
                        return false;
                    continue;
                }

                if (c == '-' && !isFirst && _at < pattern.Length && pattern[_at] != ']')
                    set.Append('-');
                else
                    set.Append(c is '\\' or ']' or '[' or '^' or '-' ? $"\\{c}" : c.ToString());
            }

            return false;
        }

        private bool NamedClass(StringBuilder set)
        {
            var kind = pattern[_at];
            var end = pattern.IndexOf($"{kind}]", _at + 1, StringComparison.Ordinal);
            if (end < 0)
                return false;
            var name = pattern[(_at + 1)..end];
            _at = end + 2;
            if (kind != ':')
            {
                // A collating element, or its class: of one character, which is itself.
                set.Append(name.Length == 1 ? $"\\u{(int)name[0]:X4}" : "");
                return name.Length == 1;
            }

            var characters = name switch
            {
                "alpha" => @"\p{L}",
                "digit" => "0-9",
                "alnum" => @"\p{L}\p{Nd}",
                "upper" => @"\p{Lu}",
                "lower" => @"\p{Ll}",
                "space" => @"\s",
                "blank" => @" \t",
                "punct" => @"!-/:-@\[-`{-~",
                "cntrl" => @"\u0000-\u001F\u007F",
                "print" => @" -~\u00A0-\uFFFF",
                "graph" => @"!-~\u00A1-\uFFFF",
                "xdigit" => "0-9A-Fa-f",
                _ => null,
            };
            set.Append(characters);
            return characters is not null;
        }
    }
}
