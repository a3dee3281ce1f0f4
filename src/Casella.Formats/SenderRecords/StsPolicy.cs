using System.Globalization;
using Casella.Formats.Addresses;

namespace Casella.Formats.SenderRecords;

/// <summary>A policy of MTA-STS (RFC 8461 §3.2): which servers of a domain are its own, and that they speak TLS.</summary>
/// <param name="MaxAge">Seconds for which it may be kept.</param>
public sealed record StsPolicy(StsMode Mode, IReadOnlyList<string> Exchangers, long MaxAge)
{
    /// <summary>Characters of a policy (RFC 8461 §3.2 suggests 64 KB).</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>RFC 8461 §3.2: about a year.</summary>
    private const long LongestAge = 31_557_600;

    private const int MaxExchangers = 200;

    /// <summary>Null for what is no policy.</summary>
    public static StsPolicy? Parse(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        var exchangers = new List<string>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Trim(" \t").IsEmpty)
                continue;
            var colon = line.IndexOf(':');
            if (colon < 1)
                return null;
            var (name, value) = (line[..colon].Trim(" \t").ToString(), line[(colon + 1)..].Trim(" \t").ToString());
            // RFC 8461 §3.2: of a field that is there more often, other than mx, the first counts.
            if (name is not "mx")
                first.TryAdd(name, value);
            else if (exchangers.Count >= MaxExchangers || !IsPattern(value, out var pattern))
                return null;
            else
                exchangers.Add(pattern);
        }

        StsMode? mode = first.GetValueOrDefault("mode") switch { "enforce" => StsMode.Enforce, "testing" => StsMode.Testing, "none" => StsMode.None, _ => null };
        if (first.GetValueOrDefault("version") is not "STSv1" || mode is not { } known || (exchangers.Count == 0 && known is not StsMode.None)
            || !long.TryParse(first.GetValueOrDefault("max_age"), NumberStyles.None, CultureInfo.InvariantCulture, out var age))
            return null;
        return new StsPolicy(known, exchangers, Math.Min(age, LongestAge));
    }

    /// <summary>The policy of a domain whose mail all comes to one server; for a week.</summary>
    public static string OfServer(string host) => $"version: STSv1\nmode: enforce\nmx: {host}\nmax_age: 604800\n";

    /// <summary>RFC 8461 §4.1: the same name, or a wildcard for its first label.</summary>
    public bool Allows(string exchanger) => Exchangers.Any(pattern =>
        string.Equals(pattern, exchanger, StringComparison.OrdinalIgnoreCase)
        || (pattern is ['*', .. var rest] && exchanger.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && string.Equals(rest, exchanger[dot..], StringComparison.OrdinalIgnoreCase)));

    /// <summary>The id of an announcement in DNS (RFC 8461 §3.1); null for what is none.</summary>
    public static string? ReadId(string record) =>
        TagList.Parse(record, StringComparer.Ordinal) is { First: "v" } tags && tags["v"] is "STSv1"
        && tags["id"] is { Length: > 0 and <= 32 } id && id.All(char.IsAsciiLetterOrDigit) ? id : null;

    private static bool IsPattern(string value, out string pattern)
    {
        var isWildcard = value.StartsWith("*.", StringComparison.Ordinal);
        var isName = DomainName.TryCanonicalize(isWildcard ? value[2..] : value, out var name);
        pattern = isWildcard ? $"*.{name}" : name;
        return isName;
    }
}

public enum StsMode { None, Testing, Enforce }
