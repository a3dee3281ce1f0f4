using Casella.Imap.Commands;
using Casella.Imap.Syntax;
using Casella.Net.Framing;

namespace Casella.Imap.Session;

/// <summary>
/// A framed command taken apart: tag, row of the table, and the command itself unless there is a reason to refuse it.
/// </summary>
/// <param name="Tag">"*" when even the tag cannot be read: the BAD is then untagged (RFC 9051 §7.1.3).</param>
/// <param name="Row">Null for an unknown command.</param>
/// <param name="Command">Null when <paramref name="Refusal"/> says why.</param>
internal sealed record CommandLine(string Tag, ImapCommandRow? Row, ImapCommand? Command, ImapReply? Refusal)
{
    /// <summary>The name for logs and metrics.</summary>
    public string Name => Row?.Name ?? "unknown";

    public static CommandLine Parse(FramedCommand framed, ImapStates state, bool hasUtf8Names = false)
    {
        var parser = new ImapParser(framed.Bytes.Span, framed.PendingLiteral, hasUtf8Names);
        var tag = "*";
        ImapCommandRow? row = null;
        try
        {
            tag = parser.Tag();
            parser.Space();
            row = ImapCommands.Find(ref parser);
            if (row is null)
                return new CommandLine(tag, null, null, ImapReply.Bad("Unknown command"));
            if ((row.States & state) == ImapStates.None)
                return new CommandLine(tag, row, null, ImapReply.Bad(WrongState(row, state)));
            var command = row.Parse(ref parser);
            parser.End();
            return new CommandLine(tag, row, command, null);
        }
        catch (ImapSyntaxException e)
        {
            return new CommandLine(tag, row, null, ImapReply.Bad(e));
        }
    }

    /// <summary>The tag of a command that could not be framed; "*" when there is none to read.</summary>
    public static string TagOf(ReadOnlySpan<byte> command)
    {
        var parser = new ImapParser(command);
        try
        {
            return parser.Tag();
        }
        catch (ImapSyntaxException)
        {
            return "*";
        }
    }

    private static string WrongState(ImapCommandRow row, ImapStates state) => state switch
    {
        ImapStates.NotAuthenticated => "Sign in first",
        _ when row.States == ImapStates.Selected => "Select a mailbox first",
        _ => "Already signed in",
    };
}
