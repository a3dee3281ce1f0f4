using Casella.Core.Messages;
using Casella.Imap.Syntax;
using Casella.Net.Framing;

namespace Casella.Imap.Commands.Appending;

/// <summary>One message of an APPEND or REPLACE, up to the literal that the framer has left on the wire.</summary>
/// <param name="IsUtf8">The literal stands in "UTF8 (…)": a parenthesis closes behind it (RFC 6855 §4).</param>
internal sealed record AppendMessage(
    FlagNames Flags, DateTimeOffset? ReceivedAt, LiteralAnnouncement Literal, bool IsUtf8)
{
    /// <summary>
    /// append-message = [SP flag-list] [SP date-time] SP (literal / literal8 / utf8-literal)
    /// (RFC 3502, RFC 3516 §7, RFC 6855 §4).
    /// </summary>
    public static AppendMessage Parse(ref ImapParser parser)
    {
        parser.Space();
        var flags = FlagNames.None;
        if (parser.Next == (byte)'(')
        {
            flags = parser.FlagList();
            parser.Space();
        }
        DateTimeOffset? receivedAt = null;
        if (parser.Next == (byte)'"')
        {
            receivedAt = parser.DateTime();
            parser.Space();
        }
        var isUtf8 = parser.TryWord("UTF8"u8);
        if (isUtf8)
        {
            parser.Space();
            parser.OpenList();
        }
        var literal = parser.StreamedLiteral();
        return isUtf8 && !literal.IsBinary
            ? throw new ImapSyntaxException("Expected ~{ and a size")
            : new AppendMessage(flags, receivedAt, literal, isUtf8);
    }
}
