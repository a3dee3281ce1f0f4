using System.Globalization;

namespace Casella.Formats.SenderRecords;

/// <summary>What a domain wants done with mail that only pretends to be its own (RFC 7489 §6.3).</summary>
/// <param name="Policy">p=, for the domain itself.</param>
/// <param name="Subdomains">sp=, for domains below it.</param>
/// <param name="Nonexistent">np= (RFC 9091 §3), for domains below it that do not exist.</param>
/// <param name="Percent">pct=, of the failing mail.</param>
/// <param name="StrictDkim">adkim=s.</param>
/// <param name="StrictSpf">aspf=s.</param>
/// <param name="Reports">rua=, mailto addresses and others as they stand there.</param>
public sealed record DmarcRecord(
    DmarcPolicy Policy, DmarcPolicy Subdomains, DmarcPolicy Nonexistent, int Percent, bool StrictDkim, bool StrictSpf, IReadOnlyList<string> Reports)
{
    /// <summary>Null for what is no DMARC record: it counts as not being there.</summary>
    public static DmarcRecord? Parse(string text)
    {
        if (TagList.Parse(text, StringComparer.OrdinalIgnoreCase) is not { } tags
            || !string.Equals(tags.First, "v", StringComparison.OrdinalIgnoreCase) || tags["v"] is not "DMARC1")
            return null;
        IReadOnlyList<string> reports = tags["rua"] is { } rua
            ? [.. rua.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
            : [];
        var policy = Word(tags["p"]);
        var (written, subdomains) = (tags["sp"], Word(tags["sp"]));
        // RFC 7489 §6.6.3: a policy that nobody can read is none at all, but where reports go can still be read.
        if (policy is null || (written is not null && subdomains is null))
        {
            if (reports.Count == 0)
                return null;
            (policy, subdomains) = (DmarcPolicy.None, null);
        }

        var below = subdomains ?? policy.Value;
        return new DmarcRecord(
            policy.Value, below, Word(tags["np"]) ?? below, Number(tags["pct"]), IsStrict(tags["adkim"]), IsStrict(tags["aspf"]), reports);
    }

    private static DmarcPolicy? Word(string? word) => word?.ToLowerInvariant() switch
    {
        "none" => DmarcPolicy.None,
        "quarantine" => DmarcPolicy.Quarantine,
        "reject" => DmarcPolicy.Reject,
        _ => null,
    };

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 100 ? number : 100;

    private static bool IsStrict(string? word) => string.Equals(word, "s", StringComparison.OrdinalIgnoreCase);
}

/// <summary>In the order of severity.</summary>
public enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}
