using Casella.Formats.Addresses;

namespace Casella.Formats.Sieve.Matching;

/// <summary>A "mailto:" URI (RFC 6068) as "notify" takes it (RFC 5436 §2).</summary>
internal sealed record NotifyMethod(
    IReadOnlyList<EmailAddress> To, string? Subject, string? Body, IReadOnlyList<(string Name, string Value)> Fields)
{
    private const int MaxLength = 4096;
    private const int MaxFields = 20;

    /// <summary>RFC 5436 §2.7: what the server writes itself, or what would speak in another's name, is passed over.</summary>
    private static readonly HashSet<string> Unsafe = new(StringComparer.OrdinalIgnoreCase)
    {
        "from", "auto-submitted", "received", "date", "message-id", "sender", "return-path", "reply-to", "bcc", "resent-from", "resent-to", "resent-sender",
        "resent-cc", "resent-bcc", "resent-date", "resent-message-id", "dkim-signature", "authentication-results", "mime-version", "in-reply-to", "references",
    };

    /// <summary>Null for another scheme, or for what is no such URI.</summary>
    public static NotifyMethod? TryParse(string uri)
    {
        const string Scheme = "mailto:";
        if (uri.Length > MaxLength || !uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !System.Text.Ascii.IsValid(uri))
            return null;
        var question = uri.IndexOf('?', StringComparison.Ordinal);
        var to = new List<EmailAddress>();
        if (!AddAddresses(question < 0 ? uri[Scheme.Length..] : uri[Scheme.Length..question], to))
            return null;
        var method = new NotifyMethod(to, null, null, []);
        foreach (var header in question < 0 ? [] : uri[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (method.WithHeader(header, to) is not { } more)
                return null;
            method = more;
        }

        return to.Count > 0 ? method : null;
    }

    private NotifyMethod? WithHeader(string header, List<EmailAddress> to)
    {
        if (header.Split('=') is not [var rawName, var rawValue] || Decode(rawName) is not { Length: > 0 } name || Decode(rawValue) is not { } value)
            return null;
        // A line end is for the body only: elsewhere it would begin another field.
        var isBody = name.Equals("body", StringComparison.OrdinalIgnoreCase);
        if (!isBody && value.Any(char.IsControl))
            return null;
        switch (name.ToUpperInvariant())
        {
            case "TO" or "CC":
                return AddAddresses(rawValue, to) ? this : null;
            case "SUBJECT":
                return this with { Subject = value };
            case "BODY":
                return this with { Body = value };
            default:
                if (Fields.Count == MaxFields || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
                    return null;
                return Unsafe.Contains(name) || name.StartsWith("content-", StringComparison.OrdinalIgnoreCase) ? this : this with { Fields = [.. Fields, (name, value)] };
        }
    }

    private static bool AddAddresses(string text, List<EmailAddress> to)
    {
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Decode(part) is not { } address || FieldAddresses.ParseOne(address) is not { } parsed)
                return false;
            if (!to.Contains(parsed))
                to.Add(parsed);
        }

        return true;
    }

    /// <summary>Percent-decoded; null where a percent sign begins nothing.</summary>
    private static string? Decode(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return null;
        return Uri.UnescapeDataString(text);
    }
}
