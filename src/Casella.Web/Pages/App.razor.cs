using Casella.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Pages;

/// <summary>The document around every page; the token in it lets our scripts speak to our endpoints.</summary>
public sealed partial class App
{
    private string? _token;

    [Inject] private AssetCatalog Catalog { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private IAntiforgery Forms { get; set; } = null!;
    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>Where one signs in: the page that the inbox takes the place of (door.js).</summary>
    private bool IsDoor => Http?.Request.Path.StartsWithSegments(SessionAuthentication.SignInPath, StringComparison.Ordinal) is true;

    protected override async Task OnInitializedAsync()
    {
        if (await Visit.EnterAsync(States) is not null && Http is not null)
            _token = Forms.GetAndStoreTokens(Http).RequestToken;
        if (Http is not null)
            (Http.Response.Headers.CacheControl, Http.Response.Headers.Pragma) = ("no-cache, no-store", "no-cache");
    }
}
