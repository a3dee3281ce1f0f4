using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Web.Api;

/// <summary>
/// One endpoint for the whole API: its own table finds the route, so that the server's start prepares nothing of it.
/// Cookies open nothing here, so no page elsewhere can call it in somebody's name.
/// </summary>
internal static class RestEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.Map($"{RestApi.Root}/{{**path}}", (RequestDelegate)(http => http.RequestServices.GetRequiredService<RestApi>().ServeAsync(http)))
            .AllowAnonymous().DisableAntiforgery();
}
