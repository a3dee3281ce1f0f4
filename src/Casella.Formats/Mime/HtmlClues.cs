using System.Text;
using MimeKit.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// What an HTML text does besides being read: where its links lead and under which words, whether it hides something.
/// One pass over the tokens as <see cref="HtmlText"/>. For the spam filter.
/// </summary>
/// <param name="Links">In their order, so many at most.</param>
/// <param name="HidesText">Words in no size or out of sight.</param>
/// <param name="HasForm">Something to fill in within the mail.</param>
public sealed record HtmlClues(IReadOnlyList<HtmlLink> Links, bool HidesText, bool HasForm)
{
    private const int MaxLinks = 100;
    private const int MaxWords = 200;

    /// <summary>As programs that send spam write it; white space is taken out before.</summary>
    private static readonly string[] Hiding = ["font-size:0;", "font-size:0px", "font-size:1px", "display:none", "visibility:hidden", "opacity:0;"];

    public static HtmlClues Read(string html)
    {
        var (links, words, target) = (new List<HtmlLink>(), new StringBuilder(), (string?)null);
        var (hides, hasForm) = (false, false);
        using var reader = new StringReader(html);
        var tokens = new HtmlTokenizer(reader) { DecodeCharacterReferences = true, IgnoreTruncatedTags = true };
        while (tokens.ReadNextToken(out var token))
        {
            switch (token)
            {
                case HtmlTagToken { Id: HtmlTagId.A } tag:
                    if (target is not null && links.Count < MaxLinks)
                        links.Add(new HtmlLink(target, words.ToString().Trim()));
                    words.Clear();
                    target = tag.IsEndTag ? null : Attribute(tag, "href");
                    break;
                case HtmlTagToken { IsEndTag: false } tag:
                    hasForm |= tag.Id is HtmlTagId.Form or HtmlTagId.Input;
                    // Preview lines of newsletters are hidden too, in a part of their own at the very top: only what
                    // stands after the first link counts.
                    hides |= links.Count > 0 && IsHidden(Attribute(tag, "style"));
                    break;
                case HtmlDataToken data when target is not null && words.Length < MaxWords:
                    words.Append(data.Data);
                    break;
            }
        }

        return new HtmlClues(links, hides, hasForm);
    }

    private static string? Attribute(HtmlTagToken tag, string name)
    {
        foreach (var attribute in tag.Attributes)
            if (string.Equals(attribute.Name, name, StringComparison.OrdinalIgnoreCase))
                return attribute.Value;
        return null;
    }

    private static bool IsHidden(string? style)
    {
        if (style is null)
            return false;
        var plain = string.Concat(style.Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant() + ";";
        return Hiding.Any(way => plain.Contains(way, StringComparison.Ordinal));
    }
}

/// <param name="Target">As it is written.</param>
/// <param name="Words">What the reader sees of it.</param>
public sealed record HtmlLink(string Target, string Words);
