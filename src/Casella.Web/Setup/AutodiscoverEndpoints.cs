using System.Net.Mime;
using System.Text.Json.Nodes;
using Casella.Core.Directory;
using Casella.Formats.Addresses;
using Casella.Formats.Setup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Setup;

/// <summary>
/// Where Outlook asks for its settings: autodiscover.xml (POX), and autodiscover.json ("v2"), which tells where the
/// first is. Paths are matched in any case, as Outlook writes them.
/// </summary>
internal static class AutodiscoverEndpoints
{
    public const string Path = "/autodiscover/autodiscover.xml";

    /// <summary>The one protocol of "v2" that leads to IMAP.</summary>
    private const string OnlyProtocol = "AutodiscoverV1";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Path, AnswerAsync).AllowAnonymous().DisableAntiforgery();
        endpoints.MapGet(Path, Lead).AllowAnonymous();
        endpoints.MapGet("/autodiscover/autodiscover.json", (string? email, string? protocol, HttpContext http, MailDirectory directory, WebSite site) =>
            LocateAsync(email, protocol, http, directory, site)).AllowAnonymous();
        endpoints.MapGet("/autodiscover/autodiscover.json/v1.0/{email}", (string email, string? protocol, HttpContext http, MailDirectory directory, WebSite site) =>
            LocateAsync(email, protocol, http, directory, site)).AllowAnonymous();
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, MailDirectory directory, WebSite site, TimeProvider time)
    {
        if (http.Request.ContentLength > AutodiscoverRequest.MaxSize || await AutodiscoverRequest.ReadAsync(http.Request.Body) is not { } request
            || !EmailAddress.TryParse(request.Address, out var address))
            return Xml(AutodiscoverResponse.Error(AutodiscoverError.InvalidRequest, time.GetUtcNow()));
        // Ours or not is all that is told; whether there is such an address tells only a password.
        if (!await directory.HasDomainAsync(address.Domain, http.RequestAborted))
            return Results.NotFound();
        return Xml(string.Equals(request.WantedSchema, AutodiscoverResponse.OutlookSchema, StringComparison.OrdinalIgnoreCase)
            ? AutodiscoverResponse.Settings(site.Clients(), address)
            : AutodiscoverResponse.Error(AutodiscoverError.NoSuchService, time.GetUtcNow()));
    }

    /// <summary>
    /// Outlook's third way: it asks http://autodiscover.DOMAIN, whose certificate nobody has, and follows a 302 to where
    /// one is.
    /// </summary>
    private static IResult Lead(HttpContext http, WebSite site, TimeProvider time) => !http.Request.IsHttps && site.AddressOf(Path) is { } address
        ? Results.Redirect(address)
        : Xml(AutodiscoverResponse.Error(AutodiscoverError.InvalidRequest, time.GetUtcNow()));

    private static async Task<IResult> LocateAsync(string? email, string? protocol, HttpContext http, MailDirectory directory, WebSite site)
    {
        if (string.IsNullOrEmpty(email) || !EmailAddress.TryParse(email, out var address))
            return Refuse("InvalidUserId", "The given user ID is invalid.");
        if (!await directory.HasDomainAsync(address.Domain, http.RequestAborted))
            return Results.NotFound();
        if (string.IsNullOrEmpty(protocol))
            return Refuse("MandatoryParameterMissing", "A valid value must be provided for the query parameter 'Protocol'");
        // ActiveSync, EWS and the rest are Exchange's.
        if (!string.Equals(protocol, OnlyProtocol, StringComparison.OrdinalIgnoreCase) || site.AddressOf(Path) is not { } url)
            return Refuse("InvalidProtocol", $"The given protocol value is invalid. Supported values are '{OnlyProtocol}'");
        return Json(new JsonObject { ["Protocol"] = OnlyProtocol, ["Url"] = url }, StatusCodes.Status200OK);
    }

    private static IResult Refuse(string code, string message) =>
        Json(new JsonObject { ["ErrorCode"] = code, ["ErrorMessage"] = message }, StatusCodes.Status400BadRequest);

    private static IResult Json(JsonObject value, int status) => Results.Text(value.ToJsonString(), MediaTypeNames.Application.Json, statusCode: status);

    private static IResult Xml(byte[] document) => Results.Bytes(document, "text/xml; charset=utf-8");
}
