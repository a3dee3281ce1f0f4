using System.Text.Encodings.Web;
using Casella.Core.Lists;
using Casella.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Setup;

/// <summary>Where the links to <see cref="LeaveEndpoints"/> begin.</summary>
public static class LeavePath
{
    public const string Prefix = "/list/leave/";
}

/// <summary>
/// Where one leaves a list: a page with one button for people, and the same address by POST for mail programs (RFC 8058 §3.1).
/// The link says who it is: no sign-in, no cookie. Looking at it does nothing, for programs look at all links.
/// </summary>
internal static class LeaveEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet($"{LeavePath.Prefix}{{token}}", AskAsync).AllowAnonymous();
        // RFC 8058 §3.2: the program has no cookie; whoever has the link may use it.
        endpoints.MapPost($"{LeavePath.Prefix}{{token}}", LeaveAsync).AllowAnonymous().DisableAntiforgery();
    }

    private static async Task<IResult> AskAsync(string token, HttpContext http, MailingLists lists)
    {
        var words = Words.Of(PageLanguage.Of(http.Request, person: null));
        return await lists.OfLinkAsync(token, http.RequestAborted) is { } list
            ? Page(words, $"<p>{Text(words["LeaveAsk", list.Title, list.Address])}</p><form method=\"post\"><button class=\"button\" type=\"submit\">{Text(words["LeaveButton"])}</button></form>")
            : Page(words, $"<p>{Text(words["LeaveUnknown"])}</p>", StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> LeaveAsync(string token, HttpContext http, MailingLists lists)
    {
        var words = Words.Of(PageLanguage.Of(http.Request, person: null));
        return await lists.LeaveAsync(token, http.RequestAborted)
            ? Page(words, $"<p>{Text(words["LeaveDone"])}</p>")
            : Page(words, $"<p>{Text(words["LeaveUnknown"])}</p>", StatusCodes.Status404NotFound);
    }

    private static IResult Page(Words words, string content, int status = StatusCodes.Status200OK) => Results.Content(
        $"<!DOCTYPE html><html lang=\"{words.Tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
        + $"<title>{Text(words["LeaveTitle"])}</title></head><body><main><h1>{Text(words["LeaveTitle"])}</h1>{content}</main></body></html>",
        "text/html; charset=utf-8", statusCode: status);

    private static string Text(string words) => HtmlEncoder.Default.Encode(words);
}
