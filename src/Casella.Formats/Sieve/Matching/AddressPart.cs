using Casella.Formats.Sieve.Compiling;

namespace Casella.Formats.Sieve.Matching;

/// <summary>[ADDRESS-PART] of a test (RFC 5228 §2.7.4, RFC 5233).</summary>
internal sealed class AddressPart
{
    private readonly string _tag;

    private AddressPart(string tag) => _tag = tag;

    public static AddressPart Read(Arguments arguments) => new(arguments.OneOf(
        [(":all", null), (":localpart", null), (":domain", null), (":user", "subaddress"), (":detail", "subaddress")]) ?? ":all");

    /// <summary>The whole address is asked for, in whatever shape it is.</summary>
    public bool IsAll => _tag is ":all";

    /// <summary>The part, or null when the address has none: then nothing matches it (RFC 5233 §4).</summary>
    public string? Of(string localPart, string domain)
    {
        var plus = localPart.IndexOf('+', StringComparison.Ordinal);
        return _tag switch
        {
            ":localpart" => localPart,
            ":domain" => domain,
            ":user" => plus < 0 ? localPart : localPart[..plus],
            ":detail" => plus < 0 ? null : localPart[(plus + 1)..],
            _ => $"{localPart}@{domain}",
        };
    }
}
