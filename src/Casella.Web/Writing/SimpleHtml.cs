using System.Text;
using Casella.Formats.Mime;
using Casella.Web.Reading;
using Ganss.Xss;

namespace Casella.Web.Writing;

/// <summary>
/// HTML that stands in our own page, in the composer: of a quoted mail, of a draft, of what was pasted. No frame is around
/// it, so it has no attribute but the target of a link, and tags of writing only.
/// </summary>
internal static class SimpleHtml
{
    private static readonly string[] Tags =
        ["a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "u", "ul"];

    /// <summary>Empty for what cannot be looked at safely.</summary>
    public static string Wash(string html)
    {
        if (!HtmlShape.IsReasonable(html))
            return "";
        // One for each: it is not made for several threads.
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = Tags.ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
            AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto", "tel" },
            UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
        })
        { KeepChildNodes = true };
        // What is no writing goes with its content; of the rest (tables, fonts) the words stay.
        sanitizer.RemovingTag += (_, step) =>
        {
            if (step.Tag.LocalName is "script" or "style" or "head" or "title" or "svg" or "math" or "template" or "noscript" or "iframe" or "object" or "textarea" or "select")
                step.Tag.InnerHtml = "";
        };
        return sanitizer.Sanitize(html);
    }

    /// <summary>The HTML of a stored message, washed.</summary>
    public static async Task<string> OfAsync(StoredMail mail, CancellationToken cancellationToken)
    {
        var html = new StringBuilder();
        await using var content = await mail.Account.OpenAsync(mail.Email, cancellationToken);
        foreach (var part in mail.Parts.Body.Select(piece => piece.Html).OfType<BodyPart>())
            html.Append(Wash(DecodedText.Text(part, await content.ReadAsync(part.BodyOffset, part.BodySize, cancellationToken), htmlToText: false)));
        return html.ToString();
    }

    /// <summary>As it goes into a mail.</summary>
    public static string Document(string html) => $"<html><body>{Wash(html)}</body></html>";
}
