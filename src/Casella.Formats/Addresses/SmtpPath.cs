using System.Text;
using System.Text.Unicode;

namespace Casella.Formats.Addresses;

/// <summary>Reverse-path and Forward-path of MAIL FROM and RCPT TO (RFC 5321 §4.1.2). Used by SMTP's parser.</summary>
/// <param name="Address">Null for the null reverse-path and for a bare postmaster.</param>
/// <param name="IsNull">&lt;&gt;: who must never get an automatic answer.</param>
/// <param name="IsPostmaster">&lt;postmaster&gt; without a domain (RFC 5321 §4.5.1).</param>
public readonly record struct SmtpPath(EmailAddress? Address, bool IsNull, bool IsPostmaster)
{
    /// <summary>
    /// Octets with the angle brackets (RFC 5321 §4.5.3.1.3); a source route, which is dropped, counts.
    /// </summary>
    private const int MaxOctets = 256;

    /// <summary>Parses a path at the beginning of <paramref name="text"/>; ESMTP parameters may follow it.</summary>
    /// <param name="text">Begins with the opening angle bracket.</param>
    /// <param name="allowUtf8">SMTPUTF8 was asked for; else every octet is ASCII.</param>
    /// <param name="path">The path.</param>
    /// <param name="consumed">Octets up to and with the closing bracket.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, bool allowUtf8, out SmtpPath path, out int consumed)
    {
        (path, consumed) = (default, 0);
        if (text.IsEmpty || text[0] != '<' || EndOf(text) is not (> 0 and < MaxOctets and var end))
            return false;
        var inner = text[1..end];
        consumed = end + 1;
        if (inner.IsEmpty)
        {
            path = new SmtpPath(null, IsNull: true, IsPostmaster: false);
            return true;
        }

        if (Ascii.EqualsIgnoreCase(inner, "postmaster"u8))
        {
            path = new SmtpPath(null, IsNull: false, IsPostmaster: true);
            return true;
        }

        if (!(allowUtf8 ? Utf8.IsValid(inner) : Ascii.IsValid(inner)) || !TrySkipRoute(ref inner)
            || !EmailAddress.TryParse(Encoding.UTF8.GetString(inner), out var address))
            return false;
        path = new SmtpPath(address, IsNull: false, IsPostmaster: false);
        return true;
    }

    /// <summary>The closing bracket outside a quoted string, or -1.</summary>
    private static int EndOf(ReadOnlySpan<byte> text)
    {
        var quoted = false;
        for (var i = 1; i < text.Length && i < MaxOctets; i++)
        {
            switch (text[i])
            {
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'>' when !quoted:
                    return i;
                case (byte)'<' when !quoted:
                    return -1;
            }
        }

        return -1;
    }

    /// <summary>RFC 5321 §4.1.1.3, appendix C: a source route is accepted and ignored.</summary>
    private static bool TrySkipRoute(ref ReadOnlySpan<byte> inner)
    {
        if (inner[0] != '@')
            return true;
        var colon = inner.IndexOf((byte)':');
        if (colon < 0)
            return false;
        foreach (var range in inner[..colon].Split((byte)','))
        {
            var hop = inner[range];
            if (hop.Length < 2 || hop[0] != '@' || !DomainName.TryCanonicalize(Encoding.UTF8.GetString(hop[1..]), out _))
                return false;
        }

        inner = inner[(colon + 1)..];
        return true;
    }
}
