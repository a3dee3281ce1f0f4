using System.Text;
using MimeKit.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// HTML as the words a reader sees, for search and previews. One pass over the tokens, no tree, so that no nesting can
/// hurt.
/// </summary>
internal static class HtmlText
{
    public static string Read(string html)
    {
        var text = new StringBuilder(Math.Min(html.Length, 64 * 1024));
        using var reader = new StringReader(html);
        var tokens = new HtmlTokenizer(reader) { DecodeCharacterReferences = true, IgnoreTruncatedTags = true };
        var hidden = HtmlTagId.Unknown;
        while (tokens.ReadNextToken(out var token))
        {
            switch (token)
            {
                case HtmlTagToken tag when hidden != HtmlTagId.Unknown:
                    if (tag.IsEndTag && tag.Id == hidden)
                        hidden = HtmlTagId.Unknown;
                    break;
                case HtmlTagToken tag when !tag.IsEndTag && !tag.IsEmptyElement && IsHidden(tag.Id):
                    hidden = tag.Id;
                    break;
                case HtmlTagToken tag when BreaksLine(tag.Id):
                    text.Append('\n');
                    break;
                case HtmlTagToken { Id: HtmlTagId.TD or HtmlTagId.TH }:
                    text.Append(' ');
                    break;
                case HtmlDataToken data when hidden == HtmlTagId.Unknown && data is not HtmlScriptDataToken:
                    text.Append(data.Data);
                    break;
            }
        }

        return text.ToString();
    }

    private static bool IsHidden(HtmlTagId tag) => tag is HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title or HtmlTagId.NoScript;

    private static bool BreaksLine(HtmlTagId tag) => tag is HtmlTagId.Br or HtmlTagId.P or HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI
        or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6 or HtmlTagId.BlockQuote or HtmlTagId.HR
        or HtmlTagId.Pre or HtmlTagId.UL or HtmlTagId.OL or HtmlTagId.Table;
}
