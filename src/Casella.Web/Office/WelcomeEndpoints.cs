using System.Collections.Frozen;
using System.Net;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Office;

/// <summary>What the form behind a handed-out link does: somebody chooses a password, and is in.</summary>
internal static class WelcomeEndpoints
{
    /// <summary>Texts that the page may be asked to show.</summary>
    public static FrozenSet<string> Reasons { get; } = new[]
    {
        "WelcomeNotTheSame", "OfficeRulePassword", "OfficeRuleName", "OfficeRuleLogin", "OfficeErrorPersonExists", "ErrorForm", "ErrorUnavailable",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Not the address of the page: pages take forms, too, and the two would be one too many.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost($"{OfficeAddress.Links}{{token}}/accept", AcceptAsync).AllowAnonymous().DisableAntiforgery();

    private static async Task<IResult> AcceptAsync(
        string token, IFormCollection typed, HttpContext http, OfficeWelcome welcome, WebSessions sessions, SignInOptions options, IAntiforgery forms)
    {
        var form = WelcomeForm.Of(typed);
        if (!await forms.IsRequestValidAsync(http))
            return Again(token, "ErrorForm", form);
        if (!string.Equals(form.Password, form.Again, StringComparison.Ordinal))
            return Again(token, "WelcomeNotTheSame", form);
        try
        {
            if (await EnterAsync(token, form, welcome, http) is not { } login)
                return Again(token, "", form);
            var attempt = new WebSignIn(
                login, form.Password ?? "", BrowserName.Of(http.Request.Headers.UserAgent.ToString()), http.Connection.RemoteIpAddress ?? IPAddress.None);
            SessionCookie.Write(http, (await sessions.SignInAsync(attempt, http.RequestAborted)).Token, options.BrowserTime);
            return Results.LocalRedirect(form.Name is null ? "/" : OfficeAddress.Pages);
        }
        catch (DirectoryRuleException broken)
        {
            return Again(token, $"OfficeRule{broken.Rule}", form);
        }
        catch (MailException failure)
        {
            return Again(token, failure.Error is MailError.PersonExists ? "OfficeErrorPersonExists" : "ErrorUnavailable", form);
        }
    }

    /// <summary>The login of who is in now; null when the link is gone.</summary>
    private static async Task<string?> EnterAsync(string token, WelcomeForm form, OfficeWelcome welcome, HttpContext http)
    {
        if (await welcome.FindAsync(token, http.RequestAborted) is not { } link)
            return null;
        if (link.Person is not null)
            return await welcome.AcceptAsync(token, form.Password ?? "", http.RequestAborted);
        var owner = new NewOwner(form.Name ?? "", form.User ?? "", PageLanguage.Of(http.Request, null), form.Password ?? "");
        return await welcome.BecomeOwnerAsync(token, owner, http.RequestAborted) ? owner.Login : null;
    }

    private static IResult Again(string token, string why, WelcomeForm form) => Results.LocalRedirect(
        $"{OfficeAddress.Links}{Uri.EscapeDataString(token)}?why={why}&name={Uri.EscapeDataString(form.Name ?? "")}&user={Uri.EscapeDataString(form.User ?? "")}");

    private sealed record WelcomeForm(string? Name, string? User, string? Password, string? Again)
    {
        public static WelcomeForm Of(IFormCollection form) => new(Field(form, "name"), Field(form, "user"), Field(form, "password"), Field(form, "again"));

        private static string? Field(IFormCollection form, string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;

        /// <summary>Never shows the password.</summary>
        public override string ToString() => User ?? "";
    }
}
