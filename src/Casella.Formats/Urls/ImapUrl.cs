using System.Globalization;
using System.Text;

namespace Casella.Formats.Urls;

/// <summary>
/// An IMAP URL (RFC 5092), absolute or relative: a mailbox, a message in it, a part of that, octets of that. Names are
/// decoded; <see cref="ToString"/> encodes them again. Read by <see cref="TryParse"/>, which never fails otherwise than
/// by false.
/// </summary>
public sealed record ImapUrl
{
    /// <summary>Octets of a URL: a mailbox of four levels with every letter encoded, and a section, fit twice.</summary>
    public const int MaxLength = 4 * 1024;

    /// <summary>"imap://…"; null for a relative URL.</summary>
    public ImapUrlServer? Server { get; init; }

    /// <summary>True when a relative URL begins at the root: "/Drafts/;UID=20". Absolute URLs do.</summary>
    public bool IsRooted { get; init; }

    /// <summary>In UTF-8, not in modified UTF-7 (§4); null where the URL names none.</summary>
    public string? Mailbox { get; init; }
    public uint? UidValidity { get; init; }
    public uint? Uid { get; init; }

    /// <summary>As in BODY[…]; null for the whole message.</summary>
    public string? Section { get; init; }

    /// <summary>RFC 5550 §4.4 (URL-PARTIAL).</summary>
    public ImapUrlPartial? Partial { get; init; }

    /// <summary>A search's text instead of one message (§6), decoded.</summary>
    public string? Search { get; init; }

    /// <summary>iurlauth (§6.1.1, RFC 4467); null without.</summary>
    public ImapUrlAccess? Access { get; init; }

    /// <summary>Reads a URL of at most <see cref="MaxLength"/> octets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ImapUrl? url)
    {
        url = text.Length is > 0 and <= MaxLength && text.IndexOfAnyExceptInRange('!', '~') < 0
            ? new ImapUrlReader(text).Read()
            : null;
        return url is not null;
    }

    /// <summary>The URL as it is written; what is before ":mechanism:token" is what a token is made of.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Server is { } server)
            text.Append(server).Append('/');
        else if (IsRooted)
            text.Append('/');
        if (Mailbox is { } mailbox)
            text.Append(IsRooted ? UrlEncoding.Encode(mailbox, UrlEncoding.Mailbox) : Relative(mailbox));
        if (UidValidity is { } validity)
            text.Append(CultureInfo.InvariantCulture, $";UIDVALIDITY={validity}");
        if (Uid is { } uid)
            text.Append(Mailbox is null ? "" : "/").Append(CultureInfo.InvariantCulture, $";UID={uid}");
        if (Section is { } section)
            text.Append("/;SECTION=").Append(Closed(UrlEncoding.Encode(section, UrlEncoding.Mailbox)));
        if (Partial is { } partial)
            text.Append("/;PARTIAL=").Append(partial);
        if (Search is { } search)
            text.Append('?').Append(UrlEncoding.Encode(search, UrlEncoding.Mailbox));
        return text.Append(Access?.ToString()).ToString();
    }

    /// <summary>A "/" at its end would be taken for the one before what follows.</summary>
    private static string Closed(string encoded) => encoded.EndsWith('/') ? $"{encoded[..^1]}%2F" : encoded;

    /// <summary>
    /// RFC 3986 §4.2: what a relative URL begins with looks neither like the root nor like a server. It gets no longer
    /// than what was read: there something of it was encoded too.
    /// </summary>
    private static string Relative(string mailbox)
    {
        const string Scheme = "imap:";
        var encoded = UrlEncoding.Encode(mailbox, UrlEncoding.Mailbox);
        if (encoded.StartsWith('/'))
            return $"%2F{encoded[1..]}";
        return encoded.StartsWith($"{Scheme}//", StringComparison.OrdinalIgnoreCase)
            ? $"{encoded[..(Scheme.Length - 1)]}%3A{encoded[Scheme.Length..]}"
            : encoded;
    }
}

/// <summary>iserver of RFC 5092 §11.</summary>
/// <param name="User">Null for nobody in particular.</param>
/// <param name="Mechanism">SASL mechanism, "*" for any; null where none is named.</param>
/// <param name="Port">Null for the usual one.</param>
public sealed record ImapUrlServer(string? User, string? Mechanism, string Host, int? Port)
{
    public override string ToString()
    {
        var text = new StringBuilder("imap://");
        if (User is { } user)
            text.Append(UrlEncoding.Encode(user, UrlEncoding.User));
        if (Mechanism is { } mechanism)
            text.Append(";AUTH=").Append(UrlEncoding.Encode(mechanism, UrlEncoding.Mechanism));
        if (User is not null || Mechanism is not null)
            text.Append('@');
        text.Append(Host);
        return Port is { } port ? text.Append(CultureInfo.InvariantCulture, $":{port}").ToString() : text.ToString();
    }
}

/// <summary>partial-range: octets of what the URL names.</summary>
/// <param name="Count">Null up to the end.</param>
public readonly record struct ImapUrlPartial(uint Offset, uint? Count)
{
    public override string ToString() => Count is { } count
        ? string.Create(CultureInfo.InvariantCulture, $"{Offset}.{count}")
        : Offset.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Who may read what the URL names, and how long (RFC 4467 §3).</summary>
/// <param name="Expire">ISO 8601 as it was written; null for ever.</param>
/// <param name="Kind">"authuser", "anonymous", "user" or "submit".</param>
/// <param name="User">Whom "user+" and "submit+" name.</param>
/// <param name="Mechanism">"INTERNAL"; null for a rump, which has no token yet.</param>
/// <param name="Token">Hexadecimal.</param>
public sealed record ImapUrlAccess(string? Expire, string Kind, string? User, string? Mechanism, string? Token)
{
    /// <summary>Null for ever.</summary>
    public DateTimeOffset? ExpiresAt => Expire is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : null;

    public override string ToString()
    {
        var text = new StringBuilder();
        if (Expire is { } expire)
            text.Append(";EXPIRE=").Append(expire);
        text.Append(";URLAUTH=").Append(Kind);
        if (User is { } user)
            text.Append('+').Append(UrlEncoding.Encode(user, UrlEncoding.User));
        return Mechanism is null ? text.ToString() : text.Append(':').Append(Mechanism).Append(':').Append(Token).ToString();
    }
}
