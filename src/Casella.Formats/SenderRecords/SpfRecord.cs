using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Casella.Formats.SenderRecords;

/// <summary>
/// A domain's list of who may send in its name (RFC 7208 §4.5, §12). Read whole before anything of it is looked up: a
/// mistake anywhere makes all of it one.
/// </summary>
/// <param name="Directives">In their order: the first that matches decides.</param>
/// <param name="Redirect">redirect=, unexpanded, or null.</param>
/// <param name="Explanation">exp=, unexpanded, or null.</param>
public sealed record SpfRecord(IReadOnlyList<SpfDirective> Directives, string? Redirect, string? Explanation)
{
    /// <summary>Characters of a record: it must fit an answer of DNS with what else is there.</summary>
    private const int MaxLength = 8 * 1024;

    /// <summary>Terms of a record.</summary>
    private const int MaxTerms = 500;

    private const string Version = "v=spf1";

    /// <summary>Is the text one at all (RFC 7208 §4.5)? The version, alone or with a space behind it.</summary>
    public static bool IsSpf(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>The domain sends no mail: nothing but "-all".</summary>
    public bool SendsNothing => Directives is [{ Mechanism: SpfMechanism.All, Qualifier: SpfQualifier.Fail }] && Redirect is null;

    /// <summary>Null for a record with a mistake: permerror.</summary>
    public static SpfRecord? Parse(string text)
    {
        if (!IsSpf(text) || text.Length > MaxLength)
            return null;
        var directives = new List<SpfDirective>();
        string? redirect = null, explanation = null;
        var terms = text[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (terms.Length > MaxTerms)
            return null;
        foreach (var term in terms)
        {
            if (ModifierName(term) is not { } modifier)
            {
                if (SpfDirective.Parse(term) is not { } directive)
                    return null;
                directives.Add(directive);
                continue;
            }

            var value = term[(modifier.Length + 1)..];
            switch (modifier.ToLowerInvariant())
            {
                case "redirect" when redirect is null && SpfMacro.IsDomainSpec(value):
                    redirect = value;
                    break;
                case "exp" when explanation is null && SpfMacro.IsDomainSpec(value):
                    explanation = value;
                    break;
                case "redirect" or "exp":       // RFC 7208 §6: once at most
                    return null;
                default:
                    if (!SpfMacro.IsMacroString(value))
                        return null;
                    break;
            }
        }

        return new SpfRecord(directives, redirect, explanation);
    }

    /// <summary>name "=" … with name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ); null for a mechanism.</summary>
    private static string? ModifierName(string term)
    {
        var equals = term.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || !char.IsAsciiLetter(term[0]))
            return null;
        var name = term[..equals];
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? name : null;
    }
}

/// <summary>One mechanism with its qualifier (RFC 7208 §4.6.1).</summary>
/// <param name="Domain">The domain-spec, unexpanded; null where the mechanism has none.</param>
/// <param name="Network">Of ip4 and ip6.</param>
/// <param name="Prefix4">Bits of an IPv4 address that count.</param>
/// <param name="Prefix6">Bits of an IPv6 address that count.</param>
public sealed record SpfDirective(
    SpfQualifier Qualifier, SpfMechanism Mechanism, string? Domain = null, IPAddress? Network = null, int Prefix4 = 32, int Prefix6 = 128)
{
    /// <summary>Null for a mistake.</summary>
    internal static SpfDirective? Parse(string term)
    {
        var qualifier = term[0] switch
        {
            '-' => SpfQualifier.Fail,
            '~' => SpfQualifier.SoftFail,
            '?' => SpfQualifier.Neutral,
            _ => SpfQualifier.Pass,
        };
        if (term[0] is '+' or '-' or '~' or '?')
            term = term[1..];
        var end = term.AsSpan().IndexOfAny(':', '/');
        var (name, rest) = end < 0 ? (term, "") : (term[..end], term[end..]);
        return name.ToLowerInvariant() switch
        {
            "all" when rest.Length == 0 => new SpfDirective(qualifier, SpfMechanism.All),
            "include" => WithDomain(qualifier, SpfMechanism.Include, rest),
            "exists" => WithDomain(qualifier, SpfMechanism.Exists, rest),
            "ptr" => rest.Length == 0 ? new SpfDirective(qualifier, SpfMechanism.Ptr) : WithDomain(qualifier, SpfMechanism.Ptr, rest),
            "a" => WithPrefixes(qualifier, SpfMechanism.A, rest),
            "mx" => WithPrefixes(qualifier, SpfMechanism.Mx, rest),
            "ip4" => WithNetwork(qualifier, SpfMechanism.Ip4, rest),
            "ip6" => WithNetwork(qualifier, SpfMechanism.Ip6, rest),
            _ => null,
        };
    }

    private static SpfDirective? WithDomain(SpfQualifier qualifier, SpfMechanism mechanism, string rest) =>
        rest is [':', .. var domain] && SpfMacro.IsDomainSpec(domain) ? new SpfDirective(qualifier, mechanism, domain) : null;

    /// <summary>[ ":" domain-spec ] [ dual-cidr-length ]</summary>
    private static SpfDirective? WithPrefixes(SpfQualifier qualifier, SpfMechanism mechanism, string rest)
    {
        string? domain = null;
        if (rest is [':', ..])
        {
            // A slash within a macro's braces is one of its delimiters.
            var close = rest.LastIndexOf('}');
            var slash = rest.IndexOf('/', close < 0 ? 0 : close);
            domain = slash < 0 ? rest[1..] : rest[1..slash];
            rest = slash < 0 ? "" : rest[slash..];
            if (!SpfMacro.IsDomainSpec(domain))
                return null;
        }

        var (four, six) = (32, 128);
        if (rest.Length == 0)
            return new SpfDirective(qualifier, mechanism, domain, null, four, six);
        var parts = rest.Split("//");
        if (parts.Length > 2 || (parts[0].Length > 0 && !(parts[0][0] == '/' && TryPrefix(parts[0][1..], 32, out four))))
            return null;
        return parts.Length == 2 && !TryPrefix(parts[1], 128, out six) ? null : new SpfDirective(qualifier, mechanism, domain, null, four, six);
    }

    private static SpfDirective? WithNetwork(SpfQualifier qualifier, SpfMechanism mechanism, string rest)
    {
        if (rest is not [':', .. var text])
            return null;
        var (family, bits) = mechanism is SpfMechanism.Ip4 ? (AddressFamily.InterNetwork, 32) : (AddressFamily.InterNetworkV6, 128);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? text : text[..slash];
        // IPAddress would take "1" for an address too.
        if ((family is AddressFamily.InterNetwork && address.Count(c => c == '.') != 3) || address.Contains('%', StringComparison.Ordinal)
            || !IPAddress.TryParse(address, out var network) || network.AddressFamily != family)
            return null;
        var prefix = bits;
        if (slash >= 0 && !TryPrefix(text[(slash + 1)..], bits, out prefix))
            return null;
        return new SpfDirective(qualifier, mechanism, null, network, family is AddressFamily.InterNetwork ? prefix : 32, family is AddressFamily.InterNetwork ? 128 : prefix);
    }

    /// <summary>"0" or a number that does not begin with 0.</summary>
    private static bool TryPrefix(string text, int max, out int prefix) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= max && (text.Length == 1 || text[0] != '0');
}

public enum SpfQualifier { Pass, Fail, SoftFail, Neutral }

public enum SpfMechanism { All, Include, A, Mx, Ptr, Ip4, Ip6, Exists }
