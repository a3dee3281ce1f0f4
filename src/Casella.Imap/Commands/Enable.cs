using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// ENABLE (RFC 5161 §3.1): unknown names are passed over, and ENABLED is always answered, with nothing in it if need
/// be, because clients wait for it.
/// </summary>
internal sealed record Enable(IReadOnlyList<string> Extensions) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        var extensions = new List<string>();
        parser.Space();
        do
            extensions.Add(parser.Atom("a capability"));
        while (parser.TrySpace());
        return new Enable(extensions);
    }

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var wantsQresync = Extensions.Contains("QRESYNC", StringComparer.OrdinalIgnoreCase) && !session.Enabled.Qresync;
        var wantsCondstore = (wantsQresync || Extensions.Contains("CONDSTORE", StringComparer.OrdinalIgnoreCase)) && !session.Enabled.Condstore;
        session.Writer.Raw("* ENABLED"u8);
        if (wantsQresync)
            session.Writer.Raw(" QRESYNC"u8);
        if (wantsCondstore)
            session.Writer.Raw(" CONDSTORE"u8);
        session.Writer.Crlf();
        if (wantsCondstore)
            session.EnableCondstore();
        if (wantsQresync)
            session.Enabled.EnableQresync();
        return new(ImapReply.Ok("ENABLE completed"));
    }
}
