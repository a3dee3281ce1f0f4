using System.Collections.Frozen;
using System.Net;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Security;

/// <summary>
/// What the form of <see cref="PasswordPage"/> does; and the address at which password managers look for that page on every
/// server (W3C, A Well-Known URL for Changing Passwords).
/// </summary>
internal static class PasswordEndpoints
{
    private const string Page = "/password";

    /// <summary>Texts that the page may be asked to show.</summary>
    public static FrozenSet<string> Reasons { get; } = new[]
    {
        "OwnPasswordWrong", "CodeWrong", "WelcomeNotTheSame", "OfficeRulePassword", "ErrorTooManySignIns", "ErrorForm", "ErrorUnavailable",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // For anybody: who is not signed in is led to the door by the page, and back to the page after it.
        endpoints.MapGet("/.well-known/change-password", () => Results.LocalRedirect(Page)).AllowAnonymous();
        endpoints.MapPost($"{Page}/change", ChangeAsync).RequireAuthorization().DisableAntiforgery();
    }

    private static async Task<IResult> ChangeAsync(
        IFormCollection typed, HttpContext http, OwnPassword own, SignInOptions options, IAntiforgery forms)
    {
        // A forged form changes nothing, and the one that lay open over night is shown again: both look the same here.
        if (!await forms.IsRequestValidAsync(http))
            return Again("ErrorForm");
        var (old, next) = (typed["old"].ToString(), typed["password"].ToString());
        if (!string.Equals(next, typed["again"].ToString(), StringComparison.Ordinal))
            return Again("WelcomeNotTheSame");
        try
        {
            var change = new PasswordChange(old, next, typed["code"].ToString(), http.Connection.RemoteIpAddress ?? IPAddress.None);
            if (await own.ChangeAsync(VisitorIdentity.Of(http.User)!, change, http.RequestAborted) is not { } changed)
                return Again("CodeWrong");
            SessionCookie.Write(http, changed.Token, options.BrowserTime);
            return Results.LocalRedirect($"{Page}?ended={changed.Ended}");
        }
        catch (DirectoryRuleException)
        {
            return Again("OfficeRulePassword");
        }
        catch (MailException refused)
        {
            return Again(refused.Error switch
            {
                MailError.SignInFailed => "OwnPasswordWrong",
                MailError.TooManySignIns => "ErrorTooManySignIns",
                _ => "ErrorUnavailable",
            });
        }
    }

    private static IResult Again(string why) => Results.LocalRedirect($"{Page}?why={why}");
}
