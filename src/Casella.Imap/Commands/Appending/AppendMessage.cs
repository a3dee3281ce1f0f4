using Casella.Core.Messages;
using Casella.Imap.Syntax;
using Casella.Net.Framing;

namespace Casella.Imap.Commands.Appending;

/// <summary>One message of an APPEND or REPLACE, up to the literal that the framer has left on the wire.</summary>
internal sealed record AppendMessage(FlagNames Flags, DateTimeOffset? ReceivedAt, LiteralAnnouncement Literal)
{
    /// <summary>append-message = [SP flag-list] [SP date-time] SP (literal / literal8) (RFC 3502, RFC 3516 §7).</summary>
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
        return new AppendMessage(flags, receivedAt, parser.StreamedLiteral());
    }
}
