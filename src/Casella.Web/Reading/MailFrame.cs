using System.Net;
using System.Text;
using Casella.Formats.Mime;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Reading;

/// <summary>
/// The page inside the frame that shows a mail's HTML. Its own policy is the second wall: sandboxed into an origin of
/// its own, no script, no form, no request; pictures only from inside the mail or, when asked for, through our proxy.
/// </summary>
internal static class MailFrame
{
    private const string Style =
        ":root{color-scheme:light}html{background:#fff}body{margin:0;padding:8px clamp(16px,4vw,28px) 24px;font:16px/1.5 system-ui,sans-serif;color:#1c1f23;overflow-wrap:anywhere}"
        + "img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}a{color:#0b57a4}"
        + "blockquote{margin:8px 0;padding-left:12px;border-left:3px solid #d5dae0}"
        + ".casella-goes-to{background:#fff3cd;color:#664d03;border-radius:4px;padding:0 4px;font:600 14px system-ui,sans-serif}";

    /// <param name="pictures">Where allowed pictures come from; null for nowhere.</param>
    public static string Policy(string? pictures) =>
        $"default-src 'none'; style-src 'unsafe-inline'; img-src data:{(pictures is null ? "" : $" {pictures}")}; form-action 'none'; base-uri 'none'; "
        + "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

    public static void SetHeaders(HttpResponse response, string? pictures)
    {
        response.Headers.ContentSecurityPolicy = Policy(pictures);
        response.Headers.XFrameOptions = "SAMEORIGIN";
        response.ContentType = "text/html; charset=utf-8";
        // What a message says never changes; who may read it may, so nobody but this browser keeps it.
        response.Headers.CacheControl = "private, max-age=86400";
    }

    /// <summary>The whole document.</summary>
    /// <param name="picture">Address by which a remote picture may be shown, or null.</param>
    public static async Task<FrameDocument> MakeAsync(
        StoredMail mail, FrameLimits limits, Func<string, string?> picture, CancellationToken cancellationToken)
    {
        var inline = new InlinePictures(mail, limits.Pictures);
        await inline.LoadAsync(cancellationToken);
        var washer = new HtmlWasher(url => inline.Find(url) ?? picture(url));
        var body = new StringBuilder();
        await using (var content = await mail.Account.OpenAsync(mail.Email, cancellationToken))
            foreach (var piece in mail.Parts.Body)
            {
                var part = piece.Html ?? piece.Plain!;
                var text = DecodedText.Text(part, await content.ReadAsync(part.BodyOffset, part.BodySize, cancellationToken), htmlToText: false);
                var washed = piece.Html is not null && text.Length <= limits.Html ? washer.Wash(text) : null;
                body.Append(washed ?? $"<pre>{WebUtility.HtmlEncode(await AsTextAsync(piece, content, cancellationToken))}</pre>");
            }

        return new FrameDocument(Document(body.ToString()), washer.BlockedPictures);
    }

    internal static string Document(string body) =>
        $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><style>{Style}</style></head><body>{body}</body></html>";

    private static async Task<string> AsTextAsync(BodyPiece piece, Core.Messages.MessageContent content, CancellationToken cancellationToken)
    {
        var part = piece.Plain ?? piece.Html!;
        return DecodedText.Text(part, await content.ReadAsync(part.BodyOffset, part.BodySize, cancellationToken), htmlToText: true);
    }
}

/// <param name="Html">Characters of HTML that are washed; more is shown as text.</param>
/// <param name="Pictures">Octets of inner pictures.</param>
internal sealed record FrameLimits(int Html, int Pictures);

/// <param name="BlockedPictures">Pictures that were left out because they are elsewhere.</param>
internal sealed record FrameDocument(string Html, int BlockedPictures);
