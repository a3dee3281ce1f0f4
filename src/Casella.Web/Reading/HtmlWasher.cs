using AngleSharp.Css.Dom;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Ganss.Xss;

namespace Casella.Web.Reading;

/// <summary>
/// The first of the two walls around a foreign mail's HTML: lets through what writing needs and nothing else. The other
/// one is the frame with its own policy (<see cref="MailFrame"/>); each holds alone. One object for one message.
/// </summary>
internal sealed class HtmlWasher
{
    private static readonly string[] Tags =
    [
        "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code",
        "col", "colgroup", "dd", "del", "details", "dfn", "dir", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp",
        "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u",
        "ul", "var", "wbr",
    ];

    private static readonly string[] Attributes =
    [
        "abbr", "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "cite", "clear", "color", "cols", "colspan", "datetime", "dir",
        "face", "headers", "height", "href", "hspace", "lang", "noshade", "nowrap", "open", "reversed", "rowspan", "rules", "scope", "size", "span",
        "src", "start", "style", "summary", "title", "type", "valign", "value", "vspace", "width",
    ];

    /// <summary>Nothing that leaves its place, covers others or counts on a variable of ours.</summary>
    private static readonly string[] Properties =
    [
        "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style", "border-bottom-width", "border-collapse",
        "border-color", "border-left", "border-left-color", "border-left-style", "border-left-width", "border-radius", "border-right",
        "border-right-color", "border-right-style", "border-right-width", "border-spacing", "border-style", "border-top", "border-top-color",
        "border-top-style", "border-top-width", "border-width", "caption-side", "clear", "color", "direction", "display", "empty-cells", "float", "font",
        "font-family", "font-size", "font-style", "font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style-position",
        "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width",
        "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "quotes", "table-layout", "text-align", "text-decoration",
        "text-indent", "text-transform", "unicode-bidi", "vertical-align", "white-space", "width", "word-break", "word-spacing", "word-wrap",
    ];

    private readonly HtmlSanitizer _sanitizer;
    private readonly Func<string, string?> _picture;

    /// <param name="picture">Gives the address by which a picture may be shown, or null; called with what the mail says.</param>
    public HtmlWasher(Func<string, string?> picture)
    {
        _picture = picture;
        _sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = Tags.ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = Attributes.ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedCssProperties = Properties.ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto", "tel", "cid", "data" },
            UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "src", "cite" },
            AllowedAtRules = new HashSet<CssRuleType>(),
        });
        _sanitizer.FilterUrl += FilterUrl;
        _sanitizer.PostProcessNode += (_, step) => Finish(step.Node);
    }

    /// <summary>Pictures that were left out because they are elsewhere.</summary>
    public int BlockedPictures { get; private set; }

    /// <summary>The HTML of the body, washed; null for what is too deep or too large to be looked at safely.</summary>
    public string? Wash(string html) => HtmlShape.IsReasonable(html) ? _sanitizer.Sanitize(html) : null;

    private void FilterUrl(object? sender, FilterUrlEventArgs step)
    {
        var isPicture = step.Tag is IHtmlImageElement;
        var url = step.OriginalUrl.Trim();
        if (isPicture)
        {
            step.SanitizedUrl = _picture(url);
            if (step.SanitizedUrl is null && IsElsewhere(url))
                BlockedPictures++;
            return;
        }

        // Whatever else has an address is a link, and a link goes to the web, a mail or a telephone.
        if (step.Tag is not IHtmlAnchorElement || !IsLink(step.SanitizedUrl))
            step.SanitizedUrl = null;
    }

    private static bool IsElsewhere(string url) =>
        url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
        || url.StartsWith("//", StringComparison.Ordinal);

    private static bool IsLink(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var target)
        && target.Scheme is "http" or "https" or "mailto" or "tel";

    private static void Finish(INode node)
    {
        if (node is not IHtmlAnchorElement link)
            return;
        if (link.GetAttribute("href") is not { Length: > 0 } target)
        {
            link.RemoveAttribute("href");
            return;
        }

        link.SetAttribute("target", "_blank");
        link.SetAttribute("rel", "noopener noreferrer nofollow");
        if (LinkTarget.Deceives(link.TextContent, target) is { } host)
        {
            // The reader sees where it goes before he goes.
            var warning = link.Owner!.CreateElement("span");
            warning.SetAttribute("class", "casella-goes-to");
            warning.TextContent = $" ⚠ {host} ";
            link.ParentElement?.InsertBefore(warning, link);
        }

        if (!link.HasAttribute("title"))
            link.SetAttribute("title", target);
    }
}
