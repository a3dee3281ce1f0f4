using System.Globalization;
using System.Text.RegularExpressions;

namespace Casella.Imap.Tests.Model;

/// <summary>What a line of the server means to a client that keeps count; none of it in most lines.</summary>
internal sealed partial record Response(string Line)
{
    public int? Exists => Number(ExistsPattern(), Line);

    public int? Expunged => Number(ExpungePattern(), Line);

    /// <summary>The message number of FETCH; null for UIDFETCH (RFC 9586), which has none.</summary>
    public int? Fetched => Number(FetchPattern(), Line);

    /// <summary>The UID in FETCH or of UIDFETCH.</summary>
    public uint? FetchedUid => (uint?)(Number(UidFetchPattern(), Line) ?? (Fetched is null ? null : Number(UidPattern(), Line)));

    public string? Flags => FetchedUid is not null && FlagsPattern().Match(Line) is { Success: true } flags
        ? Believed.Sorted(flags.Groups["value"].Value) : null;

    public long? ModSeq => FetchedUid is not null ? Long(ModSeqPattern(), Line) : null;

    public long? HighestModSeq => Long(HighestPattern(), Line);

    public string? UidValidity => ValidityPattern().Match(Line) is { Success: true } match ? match.Groups["value"].Value : null;

    public IReadOnlyList<uint> Vanished => VanishedPattern().Match(Line) is { Success: true } match ? Expand(match.Groups["value"].Value) : [];

    public bool IsEarlier => Line.StartsWith("* VANISHED (EARLIER)", StringComparison.Ordinal);

    /// <summary>The UIDs or numbers of MODIFIED (RFC 7162 §3.1.3).</summary>
    public IReadOnlyList<uint> Modified => ModifiedPattern().Match(Line) is { Success: true } match ? Expand(match.Groups["value"].Value) : [];

    /// <summary>"3:5,7" as the numbers that are meant.</summary>
    public static IReadOnlyList<uint> Expand(string set) =>
    [
        .. set.Split(',').SelectMany(static range =>
        {
            var ends = range.Split(':').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1).Select(uid => (uint)uid);
        }),
    ];

    private static long? Long(Regex pattern, string line) => pattern.Match(line) is { Success: true } match
        ? long.Parse(match.Groups["value"].ValueSpan, CultureInfo.InvariantCulture) : null;

    private static int? Number(Regex pattern, string line) => (int?)Long(pattern, line);

    [GeneratedRegex(@"^\* (?<value>\d+) EXISTS$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExistsPattern();

    [GeneratedRegex(@"^\* (?<value>\d+) EXPUNGE$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExpungePattern();

    [GeneratedRegex(@"^\* (?<value>\d+) FETCH \(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FetchPattern();

    [GeneratedRegex(@"^\* (?<value>\d+) UIDFETCH \(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UidFetchPattern();

    [GeneratedRegex(@"[( ]UID (?<value>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UidPattern();

    [GeneratedRegex(@"[( ]FLAGS \((?<value>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FlagsPattern();

    [GeneratedRegex(@"[( ]MODSEQ \((?<value>\d+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ModSeqPattern();

    [GeneratedRegex(@"\[HIGHESTMODSEQ (?<value>\d+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HighestPattern();

    [GeneratedRegex(@"\[UIDVALIDITY (?<value>\d+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValidityPattern();

    [GeneratedRegex(@"^\* VANISHED (\(EARLIER\) )?(?<value>[0-9:,]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VanishedPattern();

    [GeneratedRegex(@"\[MODIFIED (?<value>[0-9:,]+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ModifiedPattern();
}
