using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Casella.Web.Parts;

/// <summary>
/// A plain text as a letter: in the page's own type, lines as the writer made them, long quotations folded, addresses on
/// the web as links. Everything is text to the browser, so nothing in it can be anything else.
/// </summary>
public sealed class PlainText : ComponentBase
{
    /// <summary>Quotations up to so many lines stay open: they are what is being answered.</summary>
    private const int OpenQuote = 6;

    [Inject] internal Visit Visit { get; set; } = null!;

    [Parameter, EditorRequired] public string Text { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "div");
        builder.AddAttribute(1, "class", "plain");
        foreach (var (isQuote, lines) in Blocks(Text))
            if (!isQuote)
                AddLines(builder, "div", "plain-own", lines);
            else if (lines.Count <= OpenQuote)
                AddLines(builder, "blockquote", "plain-quote", [.. lines.Select(Unquoted)]);
            else
                AddFolded(builder, lines);
        builder.CloseElement();
    }

    private void AddFolded(RenderTreeBuilder builder, IReadOnlyList<string> lines)
    {
        builder.OpenElement(10, "details");
        builder.AddAttribute(11, "class", "plain-fold");
        builder.OpenElement(12, "summary");
        builder.AddContent(13, Visit.Words.Count("QuotedLines", lines.Count));
        builder.CloseElement();
        AddLines(builder, "blockquote", "plain-quote", [.. lines.Select(Unquoted)]);
        builder.CloseElement();
    }

    private static void AddLines(RenderTreeBuilder builder, string element, string style, IReadOnlyList<string> lines)
    {
        builder.OpenElement(20, element);
        builder.AddAttribute(21, "class", style);
        foreach (var piece in Links(string.Join('\n', lines)))
        {
            if (!piece.IsLink)
            {
                builder.AddContent(22, piece.Text);
                continue;
            }

            builder.OpenElement(23, "a");
            builder.AddAttribute(24, "href", piece.Text);
            builder.AddAttribute(25, "target", "_blank");
            builder.AddAttribute(26, "rel", "noopener noreferrer nofollow");
            builder.AddContent(27, piece.Text);
            builder.CloseElement();
        }

        builder.CloseElement();
    }

    internal static IEnumerable<(bool IsQuote, IReadOnlyList<string> Lines)> Blocks(string text)
    {
        var (block, isQuote) = (new List<string>(), false);
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd().Split('\n'))
        {
            if (line.StartsWith('>') != isQuote && block.Count > 0)
            {
                yield return (isQuote, block);
                block = [];
            }

            isQuote = line.StartsWith('>');
            block.Add(line);
        }

        if (block.Count > 0)
            yield return (isQuote, block);
    }

    /// <summary>Addresses that begin with http:// or https://, without what only ends the sentence.</summary>
    internal static IEnumerable<(string Text, bool IsLink)> Links(string text)
    {
        var done = 0;
        for (var at = text.IndexOf("http", StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf("http", at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('<' or '>' or '"' or '\'' or '`' or '|' or '^' or '{' or '}'))
                end++;
            var link = text[at..end].TrimEnd('.', ',', ';', ':', '!', '?', ')', ']', '*', '_');
            if (at < done || !Uri.TryCreate(link, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
                continue;
            if (at > done)
                yield return (text[done..at], false);
            yield return (link, true);
            done = at + link.Length;
        }

        if (done < text.Length)
            yield return (text[done..], false);
    }

    private static string Unquoted(string line) => line.StartsWith("> ", StringComparison.Ordinal) ? line[2..] : line[1..];
}
