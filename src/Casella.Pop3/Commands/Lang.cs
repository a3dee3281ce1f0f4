using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>
/// LANG (RFC 6856 §3.2): lists the languages of the replies' texts, or chooses one; "*" is the server's own.
/// </summary>
internal sealed record Lang(string? Tag) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        var tag = parser.HasArgument ? parser.Argument("a language tag") : null;
        parser.End();
        return new Lang(tag);
    }

    public override ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        if (Tag is null)
            ListLanguages(session);
        else if (Choose(Tag) is { } words)
        {
            session.Words = words;
            session.Writer.Ok($"{words.Tag} {words["LanguageSet"]}");
        }
        else
            session.Writer.Err(null, session.Words["LanguageUnknown"]);
        return ValueTask.CompletedTask;
    }

    private static void ListLanguages(Pop3Session session)
    {
        session.Writer.Ok(session.Words["Languages"]);
        foreach (var (tag, name, _) in Words.Languages)
            session.Writer.Listing($"{tag} {name}");
        session.Writer.EndListing();
    }

    /// <summary>RFC 4647 §3.4 lookup: "it-CH" finds "it".</summary>
    private static Words? Choose(string tag)
    {
        if (tag is "*")
            return Words.Languages[0].Words;
        var primary = tag.Split('-')[0];
        foreach (var (known, _, words) in Words.Languages)
            if (string.Equals(known, primary, StringComparison.OrdinalIgnoreCase))
                return words;
        return null;
    }
}
