using System.Globalization;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Web.Desk;
using Casella.Web.Http;
using Casella.Web.Reading;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Writing;

/// <summary>
/// What a composer asks: save, send, call back, throw away, take a file. By requests of their own and not by the page's
/// connection, so that what is being typed is saved also while that one is lost.
/// </summary>
internal static class ComposeEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var compose = endpoints.MapGroup("/compose").RequireAuthorization().AddEndpointFilter(GuardAsync);
        compose.MapPost("/save", SaveAsync);
        compose.MapPost("/send", SendAsync);
        compose.MapPost("/discard", DiscardAsync);
        compose.MapPost("/call-back/{id}", CallBackAsync);
        compose.MapPost("/upload", UploadAsync);
        compose.MapGet("/picture/{id}", PictureAsync);
        compose.MapGet("/templates", async (long account, HttpContext http, TemplateShelf shelf) =>
            Results.Json(await shelf.ListAsync(Visitor(http), account, WordsOf(http).Culture, http.RequestAborted)));
        compose.MapGet("/template", async (long account, string key, HttpContext http, TemplateShelf shelf) =>
            await shelf.ReadAsync(Visitor(http), account, key, http.RequestAborted) is { } template ? Results.Json(template) : Results.NotFound());
    }

    /// <summary>A token that only our own pages know, and failures in the reader's words.</summary>
    private static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var forms = (IAntiforgery)http.RequestServices.GetService(typeof(IAntiforgery))!;
        if (!await forms.IsRequestValidAsync(http))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        try
        {
            return await next(context);
        }
        catch (MailException failure)
        {
            return Results.Json(new { error = WordsOf(http).Of(failure) }, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static Words WordsOf(HttpContext http) => Words.Of(PageLanguage.Of(http.Request, Visitor(http).Person));

    private static async Task<IResult> SaveAsync(WrittenDraft draft, HttpContext http, DraftStore drafts) =>
        Results.Json(new { draft = (await drafts.SaveAsync(Visitor(http), draft, http.RequestAborted)).ToString() });

    private static async Task<IResult> SendAsync(WrittenDraft draft, HttpContext http, DraftStore drafts, Outgoing outgoing, Visit visit)
    {
        var visitor = Visitor(http);
        if (draft.SendAtClock is { } clock)
            draft = draft with { SendAt = DateTime.TryParseExact(clock, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var shown) ? visit.At(shown) : DateTimeOffset.MinValue };
        if (draft.SendAt is { } at && !outgoing.MayWaitUntil(at))
            return Results.Json(new { error = WordsOf(http)["SendLaterWrong"] }, statusCode: StatusCodes.Status422UnprocessableEntity);
        return Results.Json(new { sending = await drafts.SendAsync(visitor, draft, http.RequestAborted), at = draft.SendAt });
    }

    private static async Task<IResult> CallBackAsync(string id, HttpContext http, DraftStore drafts)
    {
        var (account, result) = await drafts.CallBackAsync(Visitor(http), id, http.RequestAborted);
        return result.Outcome is CallBackOutcome.Done
            ? Results.Json(new { account = account.Value, draft = new MailKey(result.Drafts, result.Uid).ToString(), wantsReport = result.WantsReport })
            : Results.Json(new { isTaken = result.Outcome is CallBackOutcome.CalledBack });
    }

    private static async Task<IResult> DiscardAsync(WrittenDraft draft, HttpContext http, DraftStore drafts)
    {
        await drafts.DiscardAsync(Visitor(http), draft, http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> UploadAsync(string name, HttpContext http, Uploads uploads, MessageOptions messages)
    {
        var atMost = Uploads.LargestOf(messages);
        if (http.Request.ContentLength > atMost)
            throw new MailException(MailError.MessageTooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = atMost;
        var file = await uploads.TakeAsync(Visitor(http).Session, CleanName(name), http.Request.ContentType ?? "", http.Request.Body, http.RequestAborted);
        return Results.Json(new { id = file.Id, name = file.Name, size = file.Size });
    }

    /// <summary>A picture that stands in the text of a composer: to its writer, and only what is a picture by itself.</summary>
    private static async Task<IResult> PictureAsync(string id, HttpContext http, DraftStore drafts)
    {
        var file = await drafts.FileAsync(Visitor(http), id, http.RequestAborted);
        await using var content = file.Open();
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, http.RequestAborted);
        if (PictureType.Of(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is not { } type)
            return Results.NotFound();
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.Headers.CacheControl = "private, max-age=86400";
        return Results.Bytes(bytes.ToArray(), type);
    }

    private static string CleanName(string name)
    {
        var clean = string.Concat(name[(Math.Max(name.LastIndexOf('/'), name.LastIndexOf('\\')) + 1)..].Where(c => !char.IsControl(c))).Trim();
        return clean.Length == 0 ? "file" : clean[..Math.Min(clean.Length, 200)];
    }

    private static WebVisitor Visitor(HttpContext http) => VisitorIdentity.Of(http.User)!;
}
