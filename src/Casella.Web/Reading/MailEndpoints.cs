using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Formats.Mime;
using Casella.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Casella.Web.Reading;

/// <summary>
/// What of a message a browser gets by an address of its own: the frame with its HTML, its attachments, its source. The
/// account is opened with the visitor's rights each time.
/// </summary>
internal static class MailEndpoints
{
    /// <summary>A file from a stranger: saved, never shown by us, and shown by nobody as one of our pages.</summary>
    private const string FilePolicy = "default-src 'none'; sandbox";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var mail = endpoints.MapGroup("/m/{account:long}/{email:long}").RequireAuthorization().AddEndpointFilter(FailuresAsync);
        mail.MapGet("/html", FrameAsync);
        mail.MapGet("/part/{index:int}", PartAsync);
        mail.MapGet("/part/{index:int}/inside/{**way}", InsideAsync);
        mail.MapGet("/source", SourceAsync);
        mail.MapGet("/all.zip", ZipAsync);
    }

    /// <summary>Path of the frame's document.</summary>
    public static string FramePath(AccountId account, EmailId email, bool withPictures) =>
        FormattableString.Invariant($"/m/{account.Value}/{email.Value}/html{(withPictures ? "?pictures=true" : "")}");

    /// <summary>Path of the same on a page of its own, with who wrote it when, to be printed: in a frame only what is seen would be.</summary>
    public static string PrintPath(AccountId account, EmailId email, bool withPictures) =>
        FormattableString.Invariant($"/m/{account.Value}/{email.Value}/html?print=true{(withPictures ? "&pictures=true" : "")}");

    public static string PartPath(AccountId account, EmailId email, int index) =>
        FormattableString.Invariant($"/m/{account.Value}/{email.Value}/part/{index}");

    public static string SourcePath(AccountId account, EmailId email) => FormattableString.Invariant($"/m/{account.Value}/{email.Value}/source");

    public static string ZipPath(AccountId account, EmailId email) => FormattableString.Invariant($"/m/{account.Value}/{email.Value}/all.zip");

    private static async ValueTask<object?> FailuresAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (MailException failure)
        {
            return Results.StatusCode(failure.Error switch
            {
                MailError.NoSuchMessage or MailError.NoSuchMailbox => StatusCodes.Status404NotFound,
                MailError.NoPermission => StatusCodes.Status403Forbidden,
                _ => StatusCodes.Status503ServiceUnavailable,
            });
        }
    }

    private static async Task<IResult> FrameAsync(
        long account, long email, bool? pictures, bool? print, HttpContext http, MailAccounts accounts, WebOptions options, PictureProxy proxy, Visit visit)
    {
        var mail = await LoadAsync(http, accounts, account, email);
        var isAsked = pictures is true;
        var source = isAsked ? $"{http.Request.Scheme}://{http.Request.Host}{PictureProxy.Path}" : null;
        var document = await MailFrame.MakeAsync(
            mail, new FrameLimits(options.HtmlSize, options.InlinePictures), url => isAsked ? proxy.AddressOf(url) : null, http.RequestAborted);
        MailFrame.SetHeaders(http.Response, source);
        var words = Words.Of(PageLanguage.Of(http.Request, VisitorIdentity.Of(http.User)!.Person));
        return Results.Content(print is true ? PrintHead.Above(document.Html, mail, words, visit.Zone) : document.Html, "text/html; charset=utf-8");
    }

    private static async Task<IResult> PartAsync(long account, long email, int index, bool? view, HttpContext http, MailAccounts accounts)
    {
        var mail = await LoadAsync(http, accounts, account, email);
        if (index < 0 || index >= mail.Parts.Attachments.Count)
            return Results.NotFound();
        var attachment = mail.Parts.Attachments[index];
        if (view is true && await mail.ReadBytesAsync(attachment.Part, http.RequestAborted) is var bytes && PictureType.Of(bytes) is { } type)
        {
            http.Response.Headers.ContentSecurityPolicy = FilePolicy;
            http.Response.Headers.CacheControl = "private, max-age=86400";
            return Results.Bytes(bytes, type);
        }

        if (view is true && Documents.AttachedDocuments.IsForBrowser(attachment) && await mail.ReadBytesAsync(attachment.Part, http.RequestAborted) is var file && file.AsSpan().StartsWith("%PDF-"u8))
        {
            // The browser's own viewer, in a page of its own. It runs in no page of ours, so it needs no sandbox, which it cannot bear.
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'";
            http.Response.Headers.CacheControl = "private, max-age=86400";
            return Results.Bytes(file, "application/pdf");
        }

        SetFile(http.Response, attachment.Name ?? $"{index + 1}{EndingOf(attachment.MediaType)}");
        http.Response.ContentType = "application/octet-stream";
        await CopyAsync(mail, attachment.Part, http.Response.BodyWriter, http.RequestAborted);
        return Results.Empty;
    }

    /// <summary>A file inside an attachment: what was signed, what winmail.dat hides, what hangs on an attached message.</summary>
    /// <param name="way">Numbers with "/" between them, one for each level.</param>
    private static async Task<IResult> InsideAsync(long account, long email, int index, string way, HttpContext http, MailAccounts accounts)
    {
        var mail = await LoadAsync(http, accounts, account, email);
        var steps = way.Split('/').Select(step => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : -1).ToList();
        if (index < 0 || index >= mail.Parts.Attachments.Count || await Documents.AttachedDocuments.FindAsync(mail, index, steps, http.RequestAborted) is not { } file)
            return Results.NotFound();
        SetFile(http.Response, file.Name.Length > 0 ? file.Name : $"file{EndingOf(file.MediaType)}");
        return Results.Bytes(file.Data, "application/octet-stream");
    }

    private static async Task<IResult> SourceAsync(long account, long email, bool? view, HttpContext http, MailAccounts accounts)
    {
        var mail = await LoadAsync(http, accounts, account, email);
        await using var content = await mail.Account.OpenAsync(mail.Email, http.RequestAborted);
        SetFile(http.Response, $"{(mail.Subject.Length > 0 ? FileName(mail.Subject) : "message")}.eml");
        http.Response.ContentType = view is true ? "text/plain; charset=utf-8" : "application/octet-stream";
        // As text in a sandbox of its own: nothing in it is anything else.
        if (view is true)
            http.Response.Headers.ContentDisposition = "inline";
        http.Response.ContentLength = content.Size;
        await content.CopyToAsync(http.Response.BodyWriter, 0, content.Size, http.RequestAborted);
        return Results.Empty;
    }

    private static async Task<IResult> ZipAsync(long account, long email, HttpContext http, MailAccounts accounts)
    {
        var mail = await LoadAsync(http, accounts, account, email);
        SetFile(http.Response, $"{(mail.Subject.Length > 0 ? FileName(mail.Subject) : "attachments")}.zip");
        http.Response.ContentType = "application/zip";
        await using var zip = await ZipArchive.CreateAsync(new ArchiveOutput(http.Response.BodyWriter), ZipArchiveMode.Create, leaveOpen: true, null, http.RequestAborted);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < mail.Parts.Attachments.Count; i++)
        {
            var attachment = mail.Parts.Attachments[i];
            var entry = zip.CreateEntry(Unique(attachment.Name ?? $"{i + 1}{EndingOf(attachment.MediaType)}", i + 1, names), CompressionLevel.Fastest);
            await using var output = await entry.OpenAsync(http.RequestAborted);
            await CopyAsync(mail, attachment.Part, PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true)), http.RequestAborted);
        }

        return Results.Empty;
    }

    /// <summary>A name that no other entry has; it is no path (<see cref="AttachedPart.Name"/>).</summary>
    private static string Unique(string name, int number, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name = $"{number}-{name}";
        return name;
    }

    private static async Task<StoredMail> LoadAsync(HttpContext http, MailAccounts accounts, long account, long email)
    {
        var who = VisitorIdentity.Of(http.User)?.Mailboxes.FirstOrDefault(mailbox => mailbox.Account.Value == account)
            ?? throw new MailException(MailError.NoSuchMailbox);
        var door = await accounts.OpenAsync(who, http.RequestAborted);
        return await StoredMail.LoadAsync(door, new EmailId(email), http.RequestAborted);
    }

    /// <summary>Piece by piece: a large attachment never stands in memory as a whole.</summary>
    private static async Task CopyAsync(StoredMail mail, BodyPart part, PipeWriter output, CancellationToken cancellationToken)
    {
        const int Piece = 64 * 1024;
        await using var content = await mail.Account.OpenAsync(mail.Email, cancellationToken);
        var decoder = PartDecoder.For(part);
        for (long at = 0; at < part.BodySize; at += Piece)
        {
            var raw = await content.ReadAsync(part.BodyOffset + at, Math.Min(Piece, part.BodySize - at), cancellationToken);
            await output.WriteAsync(decoder?.Decode(raw) ?? raw, cancellationToken);
        }

        if (decoder is not null)
            await output.WriteAsync(decoder.End(), cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private static void SetFile(HttpResponse response, string name)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.ContentSecurityPolicy = FilePolicy;
        response.Headers.CacheControl = "private, no-store";
    }

    private static string FileName(string subject)
    {
        var name = string.Concat(subject.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '.')).Trim(' ', '.');
        return name.Length == 0 ? "message" : name[..Math.Min(name.Length, 80)];
    }

    private static string EndingOf(string mediaType) => mediaType switch
    {
        "application/pdf" => ".pdf",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "text/calendar" => ".ics",
        "text/html" => ".html.txt",
        "message/rfc822" => ".eml",
        _ => ".bin",
    };
}
