using System.Text.Encodings.Web;
using Casella.Core.Policies;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>The sheet of the keys: it never changes, so all pages of a language share one piece of markup.</summary>
internal static class KeyHelp
{
    private static readonly (string Key, string Name)[] Keys =
    [
        ("j", "KeyNext"), ("k", "KeyPrevious"), ("x", "KeyTick"), ("r", "Reply"), ("a", "ReplyAll"), ("f", "Forward"), ("c", "NewMail"), ("e", "Archive"),
        ("#", "Delete"), ("!", "Spam"), ("s", "Star"), ("u", "MarkUnread"), ("/", "Search"), ("Esc", "KeyBack"), ("?", "Keys"),
    ];

    private static readonly MarkupString English = Written(Words.English);
    private static readonly MarkupString Italian = Written(Words.Italian);

    public static MarkupString Of(Words words) => words.Language is Language.Italian ? Italian : English;

    private static MarkupString Written(Words words)
    {
        var title = Encoded(words["Keys"]);
        var rows = string.Concat(Keys.Select(key => $"<div><dt><kbd>{Encoded(key.Key)}</kbd></dt><dd>{Encoded(words[key.Name])}</dd></div>"));
        return new MarkupString(
            $"<dialog class=\"sheet\" id=\"keys\" aria-label=\"{title}\"><h2>{title}</h2><dl class=\"keys\">{rows}</dl>"
            + $"<form method=\"dialog\"><button class=\"button\" type=\"submit\">{Encoded(words["Close"])}</button></form></dialog>");
    }

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
