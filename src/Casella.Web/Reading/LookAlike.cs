using System.Globalization;
using System.Text;

namespace Casella.Web.Reading;

/// <summary>Domains that are not ours and that a hurried reader takes for ours: "examp1e.org", "exarnple.org", "example.org.evil.test".</summary>
internal static class LookAlike
{
    /// <summary>Of shorter names too many honest ones are one letter apart.</summary>
    private const int ShortestForTypos = 6;

    private static readonly IdnMapping Idn = new();

    /// <summary>Letters of other alphabets that look like Latin ones, and figures that look like letters.</summary>
    private static readonly Dictionary<char, char> Twins = new()
    {
        ['0'] = 'o',
        ['1'] = 'l',
        ['i'] = 'l',
        ['|'] = 'l',
        ['ı'] = 'l',
        ['а'] = 'a',
        ['ɑ'] = 'a',
        ['α'] = 'a',
        ['с'] = 'c',
        ['ϲ'] = 'c',
        ['ԁ'] = 'd',
        ['е'] = 'e',
        ['ɡ'] = 'g',
        ['һ'] = 'h',
        ['і'] = 'l',
        ['ӏ'] = 'l',
        ['ј'] = 'j',
        ['κ'] = 'k',
        ['к'] = 'k',
        ['м'] = 'm',
        ['п'] = 'n',
        ['ո'] = 'n',
        ['о'] = 'o',
        ['ο'] = 'o',
        ['օ'] = 'o',
        ['р'] = 'p',
        ['ρ'] = 'p',
        ['ԛ'] = 'q',
        ['ѕ'] = 's',
        ['т'] = 't',
        ['υ'] = 'u',
        ['ս'] = 'u',
        ['ν'] = 'v',
        ['ѵ'] = 'v',
        ['ԝ'] = 'w',
        ['х'] = 'x',
        ['у'] = 'y',
        ['γ'] = 'y',
        ['5'] = 's',
    };

    /// <param name="own">A domain of ours; those below it are ours too.</param>
    public static bool Is(string domain, string own)
    {
        var (other, ours) = (domain.ToLowerInvariant(), own.ToLowerInvariant());
        if (other.Length == 0 || ours.Length == 0 || Same(other, ours) || other.EndsWith($".{ours}", StringComparison.Ordinal) || ours.EndsWith($".{other}", StringComparison.Ordinal))
            return false;
        var (shown, real) = (Shape(other), Shape(ours));
        if (Same(shown, real))
            return true;
        // Ours stands in front: example.org.evil.test.
        if (other.StartsWith($"{ours}.", StringComparison.Ordinal) || other.StartsWith($"{ours.Replace('.', '-')}.", StringComparison.Ordinal))
            return true;
        // A letter apart, or the same name with another ending.
        return Name(real).Length >= ShortestForTypos && (Same(Name(shown), Name(real)) || IsOneApart(Name(shown), Name(real)));
    }

    /// <summary>How a hurried eye sees it.</summary>
    private static string Shape(string domain)
    {
        var shape = new StringBuilder();
        foreach (var c in Readable(domain).Normalize(NormalizationForm.FormD))
            if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
                shape.Append(Twins.GetValueOrDefault(c, c));
        return shape.Replace("rn", "m").Replace("vv", "w").Replace("cl", "d").ToString();
    }

    private static string Readable(string domain)
    {
        try
        {
            return Idn.GetUnicode(domain);
        }
        catch (ArgumentException)
        {
            // No name that anybody could have; its letters are looked at as they are.
            return domain;
        }
    }

    private static string Name(string domain) => domain.LastIndexOf('.') is > 0 and var dot ? domain[..dot] : domain;

    /// <summary>One letter other, more or fewer, or two changed places.</summary>
    private static bool IsOneApart(string a, string b)
    {
        var first = 0;
        while (first < a.Length && first < b.Length && a[first] == b[first])
            first++;
        ReadOnlySpan<char> restA = a.AsSpan(first), restB = b.AsSpan(first);
        return !restA.IsEmpty && !restB.IsEmpty && restA[1..].SequenceEqual(restB[1..])
            || !restA.IsEmpty && restA[1..].SequenceEqual(restB)
            || !restB.IsEmpty && restA.SequenceEqual(restB[1..])
            || restA.Length > 1 && restB.Length == restA.Length && restA[0] == restB[1] && restA[1] == restB[0] && restA[2..].SequenceEqual(restB[2..]);
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
