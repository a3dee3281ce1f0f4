using System.Buffers.Text;
using Casella.Core;
using Casella.Core.Push;
using Casella.Formats.Push;
using Casella.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Push;

/// <summary>A browser's subscription to notices of new mail, and the script that shows them while no page is open.</summary>
internal static class PushEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // At the top, for a worker serves the addresses below its own; asked for anew each time, for it has no content in its name.
        endpoints.MapGet("/worker.js", (HttpContext http, AssetCatalog assets) =>
        {
            http.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(assets.Find(assets.Version, "worker.js")!.Content, "text/javascript; charset=utf-8");
        }).AllowAnonymous();
        var push = endpoints.MapGroup("/push").RequireAuthorization().AddEndpointFilter(GuardAsync);
        push.MapPost("/key", KeyAsync);
        push.MapPost("/subscribe", SubscribeAsync);
        push.MapPost("/remove", RemoveAsync);
    }

    private static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var forms = (IAntiforgery)http.RequestServices.GetService(typeof(IAntiforgery))!;
        return await forms.IsRequestValidAsync(http) ? await next(context) : Results.StatusCode(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> KeyAsync(HttpContext http, PushSubscriptions subscriptions) =>
        Results.Json(new { key = (await subscriptions.SignerAsync(http.RequestAborted)).PublicKey });

    private static async Task<IResult> SubscribeAsync(WantedPush wanted, HttpContext http, PushSubscriptions subscriptions) =>
        TryDecode(wanted.P256dh) is { } key && TryDecode(wanted.Auth) is { } secret
        && await subscriptions.SetAsync(
            VisitorIdentity.Of(http.User)!,
            new PushWish(wanted.Endpoint, new PushKeys(key, secret), [.. wanted.Boxes.Select(id => new AccountId(id))], wanted.WithContent),
            http.RequestAborted)
            ? Results.NoContent()
            : Results.StatusCode(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> RemoveAsync(HttpContext http, PushSubscriptions subscriptions)
    {
        await subscriptions.RemoveAsync(VisitorIdentity.Of(http.User)!, http.RequestAborted);
        return Results.NoContent();
    }

    private static byte[]? TryDecode(string text) => text.Length <= 128 && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    /// <summary>As the browser's PushSubscription has it, with what its owner wants.</summary>
    internal sealed record WantedPush(string Endpoint, string P256dh, string Auth, long[] Boxes, bool WithContent);
}
