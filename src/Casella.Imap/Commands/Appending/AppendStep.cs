using Casella.Core.Messages;
using Casella.Imap.Syntax;
using Casella.Net.Framing;

namespace Casella.Imap.Commands.Appending;

/// <summary>What an APPEND or REPLACE asks for, one after the other; read by <see cref="AppendParser"/>.</summary>
internal abstract record AppendStep
{
    /// <summary>Another message begins.</summary>
    public sealed record Begin(FlagNames Flags, DateTimeOffset? ReceivedAt) : AppendStep;

    /// <summary>The octets of a literal that the framer has left on the wire. The last step that is known then.</summary>
    public sealed record Literal(LiteralAnnouncement Announcement, LiteralPlace Place) : AppendStep;

    /// <summary>The octets that a URL names (CATENATE, RFC 4469 §3).</summary>
    public sealed record Url(string Text) : AppendStep;

    /// <summary>The message is whole.</summary>
    public sealed record End : AppendStep;
}

/// <summary>What stands around a literal, and so what may follow it.</summary>
internal enum LiteralPlace
{
    /// <summary>It is the whole message.</summary>
    Message,
    /// <summary>It stands in "UTF8 (…)" (RFC 6855 §4).</summary>
    Utf8,
    /// <summary>It is one part of "CATENATE (…)".</summary>
    Part,
}

/// <summary>
/// append-message = [SP flag-list] [SP date-time] SP (literal / literal8 / utf8-literal / "CATENATE" SP "(" cat-part
/// *(SP cat-part) ")"), repeated (RFC 3502, RFC 3516 §7, RFC 6855 §4, RFC 4469 §5).
/// </summary>
internal static class AppendParser
{
    /// <summary>From the mailbox on, up to the first literal or the command's end.</summary>
    public static IReadOnlyList<AppendStep> Parse(ref ImapParser parser)
    {
        var steps = new List<AppendStep>();
        while (Message(ref parser, steps) && !parser.AtEnd)
        {
        }

        return Whole(ref parser, steps);
    }

    /// <summary>From behind a literal on, up to the next one or the command's end.</summary>
    public static IReadOnlyList<AppendStep> ParseBehind(ref ImapParser parser, LiteralPlace place)
    {
        var steps = new List<AppendStep>();
        if (place is LiteralPlace.Part)
        {
            if (parser.TrySpace() ? !Parts(ref parser, steps) : !Close(ref parser, steps))
                return steps;
        }
        else
        {
            if (place is LiteralPlace.Utf8)
                parser.Take((byte)')');
            steps.Add(new AppendStep.End());
        }

        while (!parser.AtEnd && Message(ref parser, steps))
        {
        }

        return Whole(ref parser, steps);
    }

    /// <summary>A literal that stands where nothing can would stay on the wire and be taken for commands.</summary>
    private static List<AppendStep> Whole(ref ImapParser parser, List<AppendStep> steps) =>
        parser.HasPendingLiteral && steps[^1] is not AppendStep.Literal ? throw parser.Expected("the end of the command") : steps;

    /// <returns>False when it ends at a literal.</returns>
    private static bool Message(ref ImapParser parser, List<AppendStep> steps)
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

        steps.Add(new AppendStep.Begin(flags, receivedAt));
        if (parser.TryWord("CATENATE"u8))
        {
            parser.Space();
            parser.OpenList();
            return Parts(ref parser, steps);
        }

        var isUtf8 = parser.TryWord("UTF8"u8);
        if (isUtf8)
        {
            parser.Space();
            parser.OpenList();
        }

        var literal = parser.StreamedLiteral();
        if (isUtf8 && !literal.IsBinary)
            throw new ImapSyntaxException("Expected ~{ and a size");
        steps.Add(new AppendStep.Literal(literal, isUtf8 ? LiteralPlace.Utf8 : LiteralPlace.Message));
        return false;
    }

    /// <summary>cat-part = "TEXT" SP literal / "URL" SP astring.</summary>
    /// <returns>False when it ends at a literal.</returns>
    private static bool Parts(ref ImapParser parser, List<AppendStep> steps)
    {
        do
        {
            if (parser.TryWord("URL"u8))
            {
                parser.Space();
                steps.Add(new AppendStep.Url(parser.Astring("a URL")));
                continue;
            }

            if (!parser.TryWord("TEXT"u8))
                throw parser.Expected("TEXT or URL");
            parser.Space();
            steps.Add(new AppendStep.Literal(parser.StreamedLiteral(), LiteralPlace.Part));
            return false;
        }
        while (parser.TrySpace());
        return Close(ref parser, steps);
    }

    private static bool Close(ref ImapParser parser, List<AppendStep> steps)
    {
        parser.CloseList();
        steps.Add(new AppendStep.End());
        return true;
    }
}
