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
        var enabled = session.Enabled;
        var wantsQresync = Wants("QRESYNC") && !enabled.Qresync;
        var wantsCondstore = (wantsQresync || Wants("CONDSTORE")) && !enabled.Condstore;
        var wantsUtf8 = Wants("UTF8=ACCEPT") && !enabled.Utf8Accept;
        var wantsRev2 = Wants("IMAP4rev2") && !enabled.Imap4Rev2;
        var wantsMetadata = Wants("METADATA") && !enabled.Metadata;
        var wantsUidOnly = Wants("UIDONLY") && !enabled.UidOnly;
        session.Writer.Raw("* ENABLED"u8);
        if (wantsQresync)
            session.Writer.Raw(" QRESYNC"u8);
        if (wantsCondstore)
            session.Writer.Raw(" CONDSTORE"u8);
        if (wantsUtf8)
            session.Writer.Raw(" UTF8=ACCEPT"u8);
        if (wantsRev2)
            session.Writer.Raw(" IMAP4rev2"u8);
        if (wantsMetadata)
            session.Writer.Raw(" METADATA"u8);
        if (wantsUidOnly)
            session.Writer.Raw(" UIDONLY"u8);
        session.Writer.Crlf();
        if (wantsCondstore)
            session.EnableCondstore();
        if (wantsQresync)
            enabled.EnableQresync();
        if (wantsUtf8)
            enabled.EnableUtf8Accept();
        if (wantsRev2)
            enabled.EnableImap4Rev2();
        if (wantsMetadata)
            session.EnableMetadata();
        if (wantsUidOnly)
            session.EnableUidOnly();
        session.Writer.HasUtf8Names = enabled.Utf8Names;
        return new(ImapReply.Ok("ENABLE completed"));
    }

    private bool Wants(string extension) => Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase);
}
