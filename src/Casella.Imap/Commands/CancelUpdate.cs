using System.Text;
using Casella.Imap.Commands.Searching;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>CANCELUPDATE (RFC 5267 §4.3.5): results of earlier searches are kept up to date no more.</summary>
internal sealed record CancelUpdate(IReadOnlyList<string> Tags) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        var tags = new List<string>();
        parser.Space();
        do
            tags.Add(Encoding.ASCII.GetString(parser.Quoted()));
        while (parser.TrySpace());
        return new CancelUpdate(tags);
    }

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var areKnown = true;
        foreach (var tag in Tags)
            areKnown &= SearchContexts.Cancel(session.View, tag);
        return new(areKnown ? ImapReply.Ok("No further updates") : ImapReply.Bad("Expected the tag of a search with UPDATE"));
    }
}
