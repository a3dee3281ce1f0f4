using System.Security.Claims;
using Casella.Core.Directory;
using Casella.Web.Pages;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Web.Http;

/// <summary>
/// The inbox as the answer to who signs in, without the redirect that forms get: door.js asks for it (RFC 7240 §4.2) and is
/// told that this is the page at "/" (RFC 9110 §8.7). One journey less to a far server (docs/adr/0061).
/// </summary>
internal sealed class InboxAnswer(WebVisitor visitor) : IResult
{
    private const string Place = "/";

    /// <param name="to">Where who signs in wants to go.</param>
    public static bool IsWanted(HttpRequest request, string to) => to is Place
        && request.Headers["Prefer"].Any(preference => preference is "return=representation");

    /// <summary>As if the browser had followed a redirect: a request for the page, by who is signed in now.</summary>
    public Task ExecuteAsync(HttpContext http)
    {
        var page = http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints
            .Single(one => one.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type == typeof(MailPage));
        http.User = new ClaimsPrincipal(VisitorIdentity.Of(visitor, http.Request, http.RequestServices.GetRequiredService<TimeProvider>()));
        (http.Request.Method, http.Request.Path, http.Request.QueryString) = (HttpMethods.Get, Place, default);
        http.Request.RouteValues.Clear();
        http.SetEndpoint(page);
        http.Response.Headers.ContentLocation = Place;
        return page.RequestDelegate!(http);
    }
}
