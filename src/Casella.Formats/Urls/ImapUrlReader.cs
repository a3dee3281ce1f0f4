using System.Globalization;

namespace Casella.Formats.Urls;

/// <summary>
/// Reads the grammar of RFC 5092 §11. Each method takes what it names from the front of the rest, or leaves it; what
/// cannot be is a null at the end.
/// </summary>
internal ref struct ImapUrlReader(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>imapurl / imapurl-rel.</summary>
    public ImapUrl? Read()
    {
        ImapUrlServer? server = null;
        if (Take("imap://"))
        {
            server = Server();
            if (server is null)
                return null;
            if (_rest.IsEmpty)
                return new ImapUrl { Server = server, IsRooted = true };
        }

        var isRooted = Take("/");
        if (server is not null && !isRooted)
            return null;
        return Command(new ImapUrl { Server = server, IsRooted = isRooted });
    }

    /// <summary>iserver, up to the path.</summary>
    private ImapUrlServer? Server()
    {
        var end = _rest.IndexOf('/');
        var authority = end < 0 ? _rest : _rest[..end];
        _rest = _rest[authority.Length..];
        string? user = null, mechanism = null;
        if (authority.IndexOf('@') is >= 0 and var at)
        {
            var info = authority[..at];
            authority = authority[(at + 1)..];
            if (info.IndexOf(";AUTH=", StringComparison.OrdinalIgnoreCase) is >= 0 and var auth)
            {
                mechanism = UrlEncoding.Decode(info[(auth + 6)..], UrlEncoding.Mechanism);
                if (mechanism is not { Length: > 0 })
                    return null;
                info = info[..auth];
            }

            user = info.IsEmpty ? null : UrlEncoding.Decode(info, UrlEncoding.User);
            if (user is null && (mechanism is null || !info.IsEmpty))
                return null;
        }

        var (host, port) = Host(authority);
        return host.Length > 0 ? new ImapUrlServer(user, mechanism, host, port) : null;
    }

    /// <summary>host [":" port]: a name, an IPv4 address, or an IPv6 address in brackets.</summary>
    private static (string Host, int? Port) Host(ReadOnlySpan<char> authority)
    {
        var close = authority.IndexOf(']');
        var colon = authority[(close + 1)..].IndexOf(':');
        var host = colon < 0 ? authority : authority[..(close + 1 + colon)];
        var isName = host.IndexOfAnyExcept(UrlEncoding.Host) < 0;
        var isAddress = close > 1 && close == host.Length - 1 && host[0] == '[' && host[1..close].IndexOfAnyExcept(UrlEncoding.Address) < 0;
        if (!isName && !isAddress)
            return ("", null);
        if (colon < 0)
            return (host.ToString(), null);
        var port = authority[(host.Length + 1)..];
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (host.ToString(), number) : ("", null);
    }

    /// <summary>icommand = imessagelist / imessagepart [iurlauth]; all of it may be missing.</summary>
    private ImapUrl? Command(ImapUrl url)
    {
        if (MailboxName() is not { } mailbox)
            return null;
        url = url with { Mailbox = mailbox.Length > 0 ? mailbox : null };
        if (Take(";UIDVALIDITY="))
        {
            if (url.Mailbox is null || NzNumber() is not { } validity)
                return null;
            url = url with { UidValidity = validity };
        }

        if (Take("?"))
            return url.Mailbox is not null && Decoded(ref _rest) is { Length: > 0 } search ? url with { Search = search } : null;
        var separated = url.Mailbox is null || Take("/");
        if (_rest.IsEmpty)
            return url;
        if (!separated || !Take(";UID=") || NzNumber() is not { } uid)
            return null;
        return Part(url with { Uid = uid });
    }

    /// <summary>[isection] [ipartial] [iurlauth], and nothing more.</summary>
    private ImapUrl? Part(ImapUrl url)
    {
        if (Take("/;SECTION="))
        {
            var section = UntilNext();
            if (Decoded(ref section) is not { Length: > 0 } name)
                return null;
            url = url with { Section = name };
        }

        if (Take("/;PARTIAL="))
        {
            if (PartialRange() is not { } partial)
                return null;
            url = url with { Partial = partial };
        }

        if (_rest.IsEmpty)
            return url;
        return Access() is { } access && _rest.IsEmpty ? url with { Access = access } : null;
    }

    /// <summary>enc-mailbox, up to what cannot be in it: a ";", a "?", or "/;UID=".</summary>
    private string? MailboxName()
    {
        var end = _rest.IndexOfAny(';', '?');
        var name = end < 0 ? _rest : _rest[..end];
        // "INBOX/;UID=1": that slash is the URL's.
        if (end > 0 && _rest[end] == ';' && name[^1] == '/' && _rest[end..].StartsWith(";UID=", StringComparison.OrdinalIgnoreCase))
            name = name[..^1];
        _rest = _rest[name.Length..];
        return UrlEncoding.Decode(name, UrlEncoding.Mailbox);
    }

    /// <summary>enc-section ends where ";" begins something else; the slash before that is not its own.</summary>
    private ReadOnlySpan<char> UntilNext()
    {
        var end = _rest.IndexOf(';');
        var part = end < 0 ? _rest : _rest[..end];
        if (end > 0 && part[^1] == '/')
            part = part[..^1];
        _rest = _rest[part.Length..];
        return part;
    }

    /// <summary>partial-range = number ["." nz-number].</summary>
    private ImapUrlPartial? PartialRange()
    {
        if (Number() is not { } offset)
            return null;
        if (!Take("."))
            return new ImapUrlPartial(offset, null);
        return NzNumber() is { } count ? new ImapUrlPartial(offset, count) : null;
    }

    /// <summary>[expire] ";URLAUTH=" access [":" mechanism ":" token].</summary>
    private ImapUrlAccess? Access()
    {
        string? expire = null;
        if (Take(";EXPIRE="))
        {
            var end = _rest.IndexOf(';');
            expire = end > 0 ? _rest[..end].ToString() : "";
            _rest = _rest[expire.Length..];
            if (!DateTimeOffset.TryParse(expire, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
                return null;
        }

        if (!Take(";URLAUTH="))
            return null;
        var colon = _rest.IndexOf(':');
        var who = colon < 0 ? _rest : _rest[..colon];
        _rest = _rest[who.Length..];
        var (kind, user) = Who(who);
        if (kind.Length == 0)
            return null;
        if (!Take(":"))
            return new ImapUrlAccess(expire, kind, user, null, null);
        var next = _rest.IndexOf(':');
        if (next < 1 || _rest[..next].IndexOfAnyExcept(UrlEncoding.Host) >= 0)
            return null;
        var mechanism = _rest[..next].ToString().ToUpperInvariant();
        var token = _rest[(next + 1)..];
        if (token.Length < 32 || token.IndexOfAnyExcept(UrlEncoding.Hexadecimal) >= 0)
            return null;
        _rest = default;
        return new ImapUrlAccess(expire, kind, user, mechanism, token.ToString());
    }

    /// <summary>access = "submit+" enc-user / "user+" enc-user / "authuser" / "anonymous".</summary>
    private static (string Kind, string? User) Who(ReadOnlySpan<char> access)
    {
        if (access.Equals("authuser", StringComparison.OrdinalIgnoreCase))
            return ("authuser", null);
        if (access.Equals("anonymous", StringComparison.OrdinalIgnoreCase))
            return ("anonymous", null);
        foreach (var kind in new[] { "submit", "user" })
            if (access.StartsWith(kind + "+", StringComparison.OrdinalIgnoreCase)
                && UrlEncoding.Decode(access[(kind.Length + 1)..], UrlEncoding.User) is { Length: > 0 } user)
                return (kind, user);
        return ("", null);
    }

    private bool Take(string word)
    {
        if (!_rest.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            return false;
        _rest = _rest[word.Length..];
        return true;
    }

    private uint? NzNumber() => Number() is > 0 and var number ? number : null;

    private uint? Number()
    {
        var end = _rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? _rest : _rest[..end];
        _rest = _rest[digits.Length..];
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static string? Decoded(ref ReadOnlySpan<char> text)
    {
        var decoded = UrlEncoding.Decode(text, UrlEncoding.Mailbox);
        text = default;
        return decoded;
    }
}
