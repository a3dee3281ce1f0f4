using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>LANGUAGE (RFC 5255 §3.2): the language of the texts for people.</summary>
/// <param name="Ranges">Language ranges in the client's order; none asks for the list.</param>
internal sealed record Language(IReadOnlyList<string> Ranges) : ImapCommand
{
    /// <summary>People speak a handful.</summary>
    private const int MaxRanges = 50;

    public static ImapCommand Parse(ref ImapParser parser)
    {
        var ranges = new List<string>();
        while (parser.TrySpace())
            ranges.Add(ranges.Count < MaxRanges ? parser.Astring("a language") : throw new ImapSyntaxException("Too many languages"));
        return new Language(ranges);
    }

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (Ranges.Count == 0)
        {
            session.Writer.Raw("* LANGUAGE ("u8).Text(string.Join(' ', Words.All.Select(words => words.Tag))).Raw(")\r\n"u8);
            return new(ImapReply.Ok("These are the languages"));
        }
        foreach (var range in Ranges)
        {
            if (Find(range) is not { } words)
                continue;
            session.Words = words;
            session.Writer.Raw("* LANGUAGE ("u8).Text(words.Tag).Raw(")\r\n"u8);
            return new(ImapReply.Ok("Now speaking English"));
        }
        return new(ImapReply.No("None of these languages is spoken here"));
    }

    /// <summary>
    /// Lookup by RFC 4647 §3.4: "it-CH" is looked for as it is, then as "it". "default" and "*" leave the choice to us.
    /// </summary>
    private static Words? Find(string range)
    {
        if (range is "*" || string.Equals(range, "default", StringComparison.OrdinalIgnoreCase))
            return Words.Default;
        for (var tag = range; tag.Length > 0; tag = tag[..Math.Max(tag.LastIndexOf('-'), 0)])
            foreach (var words in Words.All)
                if (string.Equals(words.Tag, tag, StringComparison.OrdinalIgnoreCase))
                    return words;
        return null;
    }
}
