using System.Text.Json;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Office;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Api;

/// <summary>
/// The REST API of the office: finds who calls by their token, finds the row of <see cref="RestRoutes"/>, and lets it
/// work at the office's door. What somebody may not see answers like what is not there, byte for byte.
/// </summary>
internal sealed class RestApi(OfficeDoors doors, OfficeTokenCheck tokens, WebSite site)
{
    public const string Root = "/api/v1";

    private const string Bearer = "Bearer ";
    private const string DocumentPath = "/openapi.json";

    /// <summary>Made when somebody first asks.</summary>
    private readonly Lazy<byte[]> _document = new(() => OpenApiDocument.Write(RestRoutes.All, site.AddressOf(Root) ?? Root));

    public async Task ServeAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        var path = http.Request.Path.Value![Root.Length..];
        if (HttpMethods.IsGet(http.Request.Method) && string.Equals(path, DocumentPath, StringComparison.Ordinal))
        {
            http.Response.ContentType = "application/json";
            await http.Response.Body.WriteAsync(_document.Value, http.RequestAborted);
            return;
        }

        if (await CallerAsync(http) is not { } caller)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await RestProblem.WriteAsync(http, StatusCodes.Status401Unauthorized, "A token is needed: Authorization: Bearer casella_…");
            return;
        }

        await AnswerAsync(http, path, doors.Open(caller));
    }

    private async Task AnswerAsync(HttpContext http, string path, OfficeDoor door)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (route, values) = RestRoutes.Find(http.Request.Method, segments);
        if (route is null)
        {
            await RestProblem.WriteAsync(http, RestRoutes.HasPath(segments) ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound);
            return;
        }

        try
        {
            // Before the body is read: who may not do it anywhere learns nothing of what it takes.
            if (!await door.MayAsync(route.Act, http.RequestAborted))
                throw new MailException(MailError.NoPermission, route.Path);
            var answer = await route.RunAsync(new RestCall(http, door, values, site));
            http.Response.StatusCode = answer is null ? StatusCodes.Status204NoContent : route.Status;
            if (answer is not null)
                await http.Response.WriteAsJsonAsync(answer, answer.GetType(), RestJson.Options, "application/json", http.RequestAborted);
        }
        catch (MailException failure)
        {
            var status = RestProblem.StatusOf(failure.Error, hasBody: route.Body is not null);
            await RestProblem.WriteAsync(http, status, status is StatusCodes.Status404NotFound ? null : failure.Error.ToString());
        }
        catch (DirectoryRuleException broken)
        {
            await RestProblem.WriteAsync(http, StatusCodes.Status422UnprocessableEntity, broken.Message);
        }
        catch (JsonException malformed)
        {
            await RestProblem.WriteAsync(http, StatusCodes.Status400BadRequest, $"The body is not what {route.Method} {route.Path} takes: {malformed.Path}");
        }
    }

    private async Task<OfficeCaller?> CallerAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? await tokens.FindAsync(header[Bearer.Length..].Trim(), http.Connection.RemoteIpAddress, http.RequestAborted)
            : null;
    }
}
