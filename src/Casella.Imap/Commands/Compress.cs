using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>COMPRESS DEFLATE (RFC 4978 §3). Compression begins, both ways, behind the tagged OK.</summary>
internal sealed record Compress(string Mechanism) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        return new Compress(parser.Atom("a compression mechanism"));
    }

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (!string.Equals(Mechanism, "DEFLATE", StringComparison.OrdinalIgnoreCase))
            return new(ImapReply.Bad("Unknown compression mechanism"));
        if (session.Connection.IsCompressed)
            return new(ImapReply.No("Compression is active already", "COMPRESSIONACTIVE"));
        session.AfterReply(_ =>
        {
            session.Connection.StartCompression();
            session.Reattach();
            return Task.CompletedTask;
        });
        return new(ImapReply.Ok("Compression begins now"));
    }
}
