using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>ENABLE (RFC 5161 §3.1): unknown names are passed over, and ENABLED is always answered, with nothing in it if need be, because clients
/// wait for it.</summary>
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
        var enabled = session.Enabled;
        var (condstore, qresync) = (enabled.Condstore, enabled.Qresync);
        foreach (var extension in Extensions)
            if (string.Equals(extension, "CONDSTORE", StringComparison.OrdinalIgnoreCase))
                enabled.EnableCondstore();
            else if (string.Equals(extension, "QRESYNC", StringComparison.OrdinalIgnoreCase))
                enabled.EnableQresync();
        session.Writer.Raw("* ENABLED"u8);
        if (enabled.Qresync && !qresync)
            session.Writer.Raw(" QRESYNC"u8);
        if (enabled.Condstore && !condstore)
            session.Writer.Raw(" CONDSTORE"u8);
        session.Writer.Crlf();
        return new(ImapReply.Ok("ENABLE completed"));
    }
}
