using Casella.Formats.Addresses;

namespace Casella.Formats.SenderRecords;

/// <summary>
/// Where organizations begin in the tree of names (RFC 7489 §3.2): the list of publicsuffix.org, and without it the one
/// rule that every top-level domain is a public suffix, and what stands below one is an organization.
/// </summary>
public sealed class PublicSuffixes
{
    private readonly HashSet<string> _rules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wildcards = new(StringComparer.Ordinal);
    private readonly HashSet<string> _exceptions = new(StringComparer.Ordinal);

    private PublicSuffixes() { }

    /// <summary>Only the rule "*".</summary>
    public static PublicSuffixes Fallback { get; } = new();

    /// <summary>How many rules were read.</summary>
    public int Count => _rules.Count + _wildcards.Count + _exceptions.Count;

    /// <param name="list">The file as publicsuffix.org writes it; lines that are no rule are passed over.</param>
    public static PublicSuffixes Parse(string list)
    {
        var suffixes = new PublicSuffixes();
        foreach (var line in list.AsSpan().EnumerateLines())
        {
            // A rule goes to the first white space.
            var rule = line.Trim();
            if (rule.IndexOfAny(' ', '\t') is > 0 and var end)
                rule = rule[..end];
            if (rule.IsEmpty || rule.StartsWith("//"))
                continue;
            var (into, mark) = rule[0] switch
            {
                '!' => (suffixes._exceptions, 1),
                '*' when rule.StartsWith("*.") => (suffixes._wildcards, 2),
                _ => (suffixes._rules, 0),
            };
            if (DomainName.TryCanonicalize(rule[mark..].ToString(), out var canonical))
                into.Add(canonical);
        }

        return suffixes;
    }

    /// <summary>
    /// The organizational domain of a name: the public suffix and one label more; the name itself where it is a public
    /// suffix.
    /// </summary>
    /// <param name="domain">Canonical.</param>
    public string OrganizationalDomain(string domain)
    {
        var suffix = PublicSuffix(domain);
        if (suffix.Length == domain.Length)
            return domain;
        var dot = domain.LastIndexOf('.', domain.Length - suffix.Length - 2);
        return domain[(dot + 1)..];
    }

    /// <summary>The longest rule that matches; an exception is one label shorter than it says.</summary>
    private string PublicSuffix(string domain)
    {
        for (var at = 0; ; at = domain.IndexOf('.', at) + 1)
        {
            var name = domain[at..];
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (_exceptions.Contains(name))
                return name[(dot + 1)..];
            if (_rules.Contains(name) || dot < 0 || _wildcards.Contains(name[(dot + 1)..]))
                return name;
        }
    }
}
