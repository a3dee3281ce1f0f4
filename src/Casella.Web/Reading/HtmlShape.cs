namespace Casella.Web.Reading;

/// <summary>
/// A look at HTML before it becomes a tree: trees are walked by recursion, and a parser repeats open formatting in every
/// block, so a small mail can be built to take a server's stack or its memory. Counts tags without believing them.
/// </summary>
internal static class HtmlShape
{
    // Outlook's and newsletters' worst stay below a tenth.
    private const int MaxDepth = 300;
    private const int MaxTags = 60_000;
    private const int MaxOpenFormatting = 40;

    public static bool IsReasonable(string html)
    {
        var (depth, tags, formatting) = (0, 0, 0);
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0; at = html.IndexOf('<', at + 1))
        {
            var isEnd = at + 1 < html.Length && html[at + 1] == '/';
            var name = Name(html.AsSpan(at + (isEnd ? 2 : 1)));
            if (name.IsEmpty)
                continue;
            if (++tags > MaxTags)
                return false;
            var isFormatting = IsFormatting(name);
            if (IsUncounted(name))
                continue;
            if (isEnd)
            {
                depth = Math.Max(0, depth - 1);
                formatting = isFormatting ? Math.Max(0, formatting - 1) : formatting;
            }
            else
            {
                depth++;
                formatting += isFormatting ? 1 : 0;
            }

            if (depth > MaxDepth || formatting > MaxOpenFormatting)
                return false;
        }

        return true;
    }

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && length < 20 && char.IsAsciiLetterOrDigit(text[length]))
            length++;
        return length > 0 && char.IsAsciiLetter(text[0]) ? text[..length] : default;
    }

    private static bool Is(ReadOnlySpan<char> name, string tag) => name.Equals(tag, StringComparison.OrdinalIgnoreCase);

    /// <summary>Those without content, and those that close themselves, which hardly any mail closes.</summary>
    private static bool IsUncounted(ReadOnlySpan<char> name)
    {
        foreach (var tag in (string[])["br", "img", "hr", "meta", "link", "input", "col", "wbr", "area", "base", "embed", "source", "p", "li", "td", "tr", "th", "dd", "dt", "o"])
            if (Is(name, tag))
                return true;
        return false;
    }

    private static bool IsFormatting(ReadOnlySpan<char> name)
    {
        foreach (var tag in (string[])["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
            if (Is(name, tag))
                return true;
        return false;
    }
}
