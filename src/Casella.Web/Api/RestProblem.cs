using System.Globalization;
using Casella.Core;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Api;

/// <summary>What a call is answered that is not done (problem+json). 404 is one and the same, whatever was not there or not for the caller.</summary>
internal static class RestProblem
{
    public static Task WriteAsync(HttpContext http, int status, string? detail = null)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(
            new Problem("about:blank", Title(status), status, detail), RestJson.Options, "application/problem+json", http.RequestAborted);
    }

    /// <param name="hasBody">What is no address may stand in it; in a path it is nothing that there is.</param>
    public static int StatusOf(MailError error, bool hasBody) => error switch
    {
        MailError.AddressExists or MailError.PersonExists or MailError.DomainInUse or MailError.MailLoop or MailError.InUse => StatusCodes.Status409Conflict,
        MailError.InvalidAddress when hasBody => StatusCodes.Status400BadRequest,
        MailError.Unavailable or MailError.DiskFull or MailError.Damaged => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status404NotFound,
    };

    private static string Title(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "Bad request",
        StatusCodes.Status401Unauthorized => "No or no valid token",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status405MethodNotAllowed => "Method not allowed",
        StatusCodes.Status409Conflict => "Conflict",
        StatusCodes.Status422UnprocessableEntity => "A rule is broken",
        StatusCodes.Status503ServiceUnavailable => "Unavailable",
        _ => status.ToString(CultureInfo.InvariantCulture),
    };

    /// <param name="Type">Always about:blank: the status says all.</param>
    internal sealed record Problem(string Type, string Title, int Status, string? Detail);
}
