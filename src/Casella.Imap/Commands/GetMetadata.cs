using System.Globalization;
using Casella.Imap.Commands.Metadata;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>GETMETADATA (RFC 5464 §4.2): annotations of a mailbox, or of the server for the name "".</summary>
internal sealed record GetMetadata(string Mailbox, AnnotationQuery Query) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var (maxSize, depth) = ((uint?)null, 0);
        // RFC 5464 §5 has the options before the mailbox, its examples have them behind it, and clients followed either.
        if (parser.Next == (byte)'(')
        {
            Options(ref parser, ref maxSize, ref depth);
            parser.Space();
        }
        var mailbox = parser.Mailbox();
        parser.Space();
        if (IsOptions(parser))
        {
            Options(ref parser, ref maxSize, ref depth);
            parser.Space();
        }
        var entries = parser.Entries();
        // RFC 5464 §4.4.1 shows two entries without parentheses.
        while (parser.TrySpace())
            entries.Add(parser.Entry());
        return new GetMetadata(mailbox, new AnnotationQuery(entries, maxSize, depth));
    }

    /// <summary>A list that begins with a letter: names of entries begin with "/".</summary>
    private static bool IsOptions(ImapParser parser) =>
        parser.Rest is [(byte)'(', var first, ..] && char.IsAsciiLetter((char)first);

    /// <summary>getmetadata-options = "(" getmetadata-option *(SP getmetadata-option) ")".</summary>
    private static void Options(ref ImapParser parser, ref uint? maxSize, ref int depth)
    {
        parser.OpenList();
        do
        {
            if (parser.TryWord("MAXSIZE"u8))
            {
                parser.Space();
                maxSize = parser.Number("a size in octets");
            }
            else if (parser.TryWord("DEPTH"u8))
            {
                parser.Space();
                depth = Depth(ref parser);
            }
            else
            {
                throw parser.Expected("MAXSIZE or DEPTH");
            }
        }
        while (parser.TrySpace());
        parser.CloseList();
    }

    private static int Depth(ref ImapParser parser) =>
        parser.TryWord("0"u8) ? 0
        : parser.TryWord("1"u8) ? 1
        : parser.TryWord("infinity"u8) ? int.MaxValue
        : throw parser.Expected("0, 1 or infinity");

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var name = Mailbox;
        AnnotationFindings findings;
        if (name.Length == 0)
        {
            findings = Query.Select(await SpokenAnnotations.OfServerAsync(session, cancellationToken));
        }
        else
        {
            // RFC 5464 §4.1: names without messages (\Noselect) have annotations too.
            var place = await session.FindAsync(name, cancellationToken);
            name = place.Name;
            findings = Query.Select(await SpokenAnnotations.OfMailboxAsync(place, cancellationToken));
        }
        if (findings.Found.Count > 0)
            session.Writer.Metadata(name, findings.Found);
        return ImapReply.Ok("GETMETADATA completed", LongEntries(findings.LongestLeftOut));
    }

    /// <summary>RFC 5464 §4.2.1.</summary>
    private static string? LongEntries(int longest) =>
        longest > 0 ? string.Create(CultureInfo.InvariantCulture, $"METADATA LONGENTRIES {longest}") : null;
}
