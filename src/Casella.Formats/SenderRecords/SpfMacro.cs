using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Formats.SenderRecords;

/// <summary>Macros of SPF (RFC 7208 §7): names to look up that are made of the sender and the client.</summary>
public static class SpfMacro
{
    /// <summary>RFC 7208 §7.3: a longer name loses its leftmost labels.</summary>
    private const int MaxName = 253;

    /// <summary>Characters that a text may grow to.</summary>
    private const int MaxText = 1_000;

    private const string Delimiters = ".-+,/_=";

    /// <summary>domain-spec: a macro-string that ends like a name, or with a macro (RFC 7208 §7.1).</summary>
    internal static bool IsDomainSpec(string text)
    {
        if (text.Length == 0 || !Walk(text, null, mayExplain: false, out var endsWithMacro))
            return false;
        if (endsWithMacro)
            return true;
        // toplabel: letters, digits and hyphens, not digits alone.
        var label = text.TrimEnd('.')[(text.TrimEnd('.').LastIndexOf('.') + 1)..];
        return text.TrimEnd('.').Contains('.', StringComparison.Ordinal) && label.Length > 0 && !label.All(char.IsAsciiDigit)
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-';
    }

    internal static bool IsMacroString(string text) => Walk(text, null, mayExplain: true, out _);

    /// <summary>A name to look up; null for a mistake.</summary>
    public static string? ExpandName(string spec, SpfFacts facts)
    {
        var name = new StringBuilder();
        if (!Walk(spec, new Expansion(name, facts), mayExplain: false, out _))
            return null;
        var expanded = name.ToString().TrimEnd('.');
        while (expanded.Length > MaxName && expanded.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot)
            expanded = expanded[(dot + 1)..];
        return expanded.Length <= MaxName ? expanded : null;
    }

    /// <summary>The text that explains a refusal; null for a mistake.</summary>
    public static string? ExpandText(string text, SpfFacts facts)
    {
        var words = new StringBuilder();
        return Walk(text, new Expansion(words, facts), mayExplain: true, out _) ? words.ToString() : null;
    }

    /// <summary>Reads a macro-string, and writes it expanded where there is something to write to.</summary>
    private static bool Walk(string text, Expansion? output, bool mayExplain, out bool endsWithMacro)
    {
        endsWithMacro = false;
        for (var i = 0; i < text.Length; i++)
        {
            endsWithMacro = false;
            var c = text[i];
            if (c != '%')
            {
                if (c is < '!' or > '~' && !(mayExplain && c == ' '))
                    return false;
                output?.Text.Append(c);
            }
            else if (++i == text.Length)
                return false;
            else if (text[i] is '%' or '_' or '-')
                output?.Text.Append(text[i] switch { '%' => "%", '_' => " ", _ => "%20" });
            else if (text[i] != '{' || text.IndexOf('}', i) is not (> 0 and var end) || !Expand(text[(i + 1)..end], output, mayExplain))
                return false;
            else
                (i, endsWithMacro) = (end, true);
            if (output?.Text.Length > MaxText)
                return false;
        }

        return true;
    }

    /// <summary>macro-letter transformers *delimiter.</summary>
    private static bool Expand(string macro, Expansion? output, bool mayExplain)
    {
        if (macro.Length == 0)
            return false;
        var letter = char.ToLowerInvariant(macro[0]);
        if (!"slodiphv".Contains(letter, StringComparison.Ordinal) && !(mayExplain && "crt".Contains(letter, StringComparison.Ordinal)))
            return false;
        var at = 1;
        while (at < macro.Length && char.IsAsciiDigit(macro[at]))
            at++;
        var keep = int.MaxValue;
        if (at > 1 && !(int.TryParse(macro.AsSpan(1, at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out keep) && keep > 0))
            return false;
        var isReversed = at < macro.Length && char.ToLowerInvariant(macro[at]) == 'r';
        if (isReversed)
            at++;
        var delimiters = macro[at..];
        if (!delimiters.All(c => Delimiters.Contains(c, StringComparison.Ordinal)))
            return false;
        if (output is null)
            return true;
        var parts = output.Facts.Value(letter).Split(delimiters.Length == 0 ? ['.'] : delimiters.ToCharArray());
        if (isReversed)
            Array.Reverse(parts);
        var value = string.Join('.', parts.TakeLast(keep));
        output.Text.Append(char.IsAsciiLetterUpper(macro[0]) ? Uri.EscapeDataString(value) : value);
        return true;
    }

    private sealed record Expansion(StringBuilder Text, SpfFacts Facts);
}

/// <summary>What macros are made of (RFC 7208 §7.2).</summary>
/// <param name="LocalPart">Of the sender; "postmaster" where there is none.</param>
/// <param name="SenderDomain">Of the sender; of HELO where there is none.</param>
/// <param name="Domain">Whose record is being looked at.</param>
/// <param name="Client">The client's address; never an IPv4 address in IPv6's clothes.</param>
/// <param name="Hello">As the client gave it.</param>
/// <param name="HostName">This server, for explanations.</param>
/// <param name="At">Now, for explanations.</param>
public sealed record SpfFacts(
    string LocalPart, string SenderDomain, string Domain, IPAddress Client, string Hello, string HostName, DateTimeOffset At)
{
    internal string Value(char letter) => letter switch
    {
        's' => $"{LocalPart}@{SenderDomain}",
        'l' => LocalPart,
        'o' => SenderDomain,
        'd' => Domain,
        'i' => Client.AddressFamily is AddressFamily.InterNetworkV6
            ? string.Join('.', Convert.ToHexStringLower(Client.GetAddressBytes()).Select(c => c.ToString()))
            : Client.ToString(),
        // RFC 7208 §7.2 says not to use it, and allows this answer where nothing is known.
        'p' => "unknown",
        'v' => Client.AddressFamily is AddressFamily.InterNetworkV6 ? "ip6" : "in-addr",
        'h' => Hello,
        'c' => Client.ToString(),
        'r' => HostName,
        _ => At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
    };
}
