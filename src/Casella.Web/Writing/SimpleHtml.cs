using System.Text;
using AngleSharp.Html.Dom;
using Casella.Formats.Mime;
using Casella.Web.Reading;
using Ganss.Xss;

namespace Casella.Web.Writing;

/// <summary>
/// HTML that stands in our own page, in the composer: of a quoted mail, of a draft, of what was pasted. No frame is around
/// it, so it has no attribute but the target of a link and the picture of a picture, and tags of writing only.
/// </summary>
internal static class SimpleHtml
{
    private static readonly string[] Tags =
    [
        "a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
    ];

    private static readonly string[] PictureAttributes = ["src", "alt", "width"];

    /// <summary>Empty for what cannot be looked at safely.</summary>
    /// <param name="picture">Gives the address by which a picture may stand there, or null; without it none may.</param>
    public static string Wash(string html, Func<IHtmlImageElement, string, string?>? picture = null)
    {
        if (!HtmlShape.IsReasonable(html))
            return "";
        // One for each: it is not made for several threads.
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = (picture is null ? Tags : Tags.Append("img")).ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = (picture is null ? ["href"] : PictureAttributes.Append("href")).ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto", "tel" },
            UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "src" },
        })
        { KeepChildNodes = true };
        // What is no writing goes with its content; of the rest (fonts, forms) the words stay.
        sanitizer.RemovingTag += (_, step) =>
        {
            if (step.Tag.LocalName is "script" or "style" or "head" or "title" or "svg" or "math" or "template" or "noscript" or "iframe" or "object" or "textarea" or "select")
                step.Tag.InnerHtml = "";
        };
        sanitizer.FilterUrl += (_, step) =>
        {
            if (step.Tag is IHtmlImageElement image)
                step.SanitizedUrl = picture?.Invoke(image, step.OriginalUrl.Trim());
            else if (step.Tag is not IHtmlAnchorElement)
                step.SanitizedUrl = null;
        };
        sanitizer.PostProcessNode += (_, step) =>
        {
            if (step.Node is IHtmlImageElement { } image && image.GetAttribute("src") is not { Length: > 0 })
                image.Remove();
        };
        return sanitizer.Sanitize(html);
    }

    /// <summary>The HTML of a stored message, washed, with the pictures that it carries for itself.</summary>
    public static async Task<QuotedHtml> OfAsync(StoredMail mail, CancellationToken cancellationToken)
    {
        var (html, pictures) = (new StringBuilder(), new HashSet<int>());
        await using var content = await mail.Account.OpenAsync(mail.Email, cancellationToken);
        foreach (var part in mail.Parts.Body.Select(piece => piece.Html).OfType<BodyPart>())
            html.Append(Wash(DecodedText.Text(part, await content.ReadAsync(part.BodyOffset, part.BodySize, cancellationToken), htmlToText: false), Picture));
        return new QuotedHtml(html.ToString(), pictures);

        string? Picture(IHtmlImageElement image, string url)
        {
            if (InlinePictures.IndexOf(mail.Parts.Attachments, url) is not { } index)
                return null;
            pictures.Add(index);
            // By this it is called where it becomes a file.
            if (image.GetAttribute("alt") is not { Length: > 0 } && mail.Parts.Attachments[index].Name is { } name)
                image.SetAttribute("alt", name);
            return WrittenPictures.AddressOf(ReplySeed.FileId(mail, index));
        }
    }

    /// <summary>As it goes into a mail.</summary>
    public static string Document(string html, WrittenPictures pictures) => $"<html><body>{Wash(html, (_, address) => pictures.Take(address))}</body></html>";
}

/// <param name="Pictures">Which of the attachments stand in the text.</param>
internal sealed record QuotedHtml(string Html, IReadOnlySet<int> Pictures);
