using System.Collections.Frozen;
using System.Net;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Http;

/// <summary>Signing in and out, and the choice of the language before that.</summary>
internal static class SignInEndpoints
{
    /// <summary>Texts that the sign-in page may be asked to show.</summary>
    public static FrozenSet<string> Reasons { get; } = new[]
    {
        "ErrorSignInFailed", "ErrorTooManySignIns", "ErrorProtocolNotAllowed", "ErrorUnavailable", "ErrorForm", "EndDeviceRevoked",
        "EndPasswordChanged", "EndMemberRemoved", "EndRightsChanged", "EndAccountRepaired", "EndElsewhere", "SignedOut",
    }.ToFrozenSet(StringComparer.Ordinal);

    private const string CodePath = "/sign-in/code";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/sign-in", SignInAsync).AllowAnonymous().DisableAntiforgery();
        endpoints.MapPost("/sign-in/code", FinishAsync).AllowAnonymous().DisableAntiforgery();
        endpoints.MapPost("/sign-out", SignOutAsync).RequireAuthorization().DisableAntiforgery();
        endpoints.MapGet("/language/{tag}", Speak).AllowAnonymous();
        endpoints.MapPost("/language", SpeakAlwaysAsync).RequireAuthorization().DisableAntiforgery();
        endpoints.MapPost("/zone", SetClockAsync).RequireAuthorization().DisableAntiforgery();
    }

    private static async Task<IResult> SignInAsync(
        IFormCollection typed, HttpContext http, WebSessions sessions, SignInOptions options, IAntiforgery forms)
    {
        var (user, to) = (typed["user"].ToString(), typed[WantedPage.Field].ToString());
        // A form that lay open over night is no attack; it is shown again.
        if (!await forms.IsRequestValidAsync(http))
            return Again("ErrorForm", user, to);
        try
        {
            var attempt = new WebSignIn(
                user, typed["password"].ToString(), BrowserName.Of(http.Request.Headers.UserAgent.ToString()), http.Connection.RemoteIpAddress ?? IPAddress.None);
            // A new token each time: one that somebody has planted before opens nothing.
            var session = await sessions.SignInAsync(attempt, http.RequestAborted);
            if (session.NeedsCode)
            {
                WaitingCookie.Write(http, session.Token);
                return Results.LocalRedirect(WantedPage.Remember(CodePath, to));
            }

            return await EnterAsync(http, session, sessions, options, to) ?? Results.LocalRedirect(WantedPage.Of(to));
        }
        catch (MailException refused)
        {
            return Again(Errors.Of(refused.Error), user, to);
        }
    }

    /// <summary>The code after the password.</summary>
    private static async Task<IResult> FinishAsync(IFormCollection typed, HttpContext http, WebSessions sessions, SignInOptions options, IAntiforgery forms)
    {
        var to = typed[WantedPage.Field].ToString();
        if (!await forms.IsRequestValidAsync(http) || WaitingCookie.Read(http.Request) is not { } waiting)
            return Again("ErrorForm", null, to);
        try
        {
            var session = await sessions.FinishAsync(waiting, typed["code"].ToString(), http.Connection.RemoteIpAddress ?? IPAddress.None, http.RequestAborted);
            WaitingCookie.Remove(http);
            return await EnterAsync(http, session, sessions, options, to) ?? Results.LocalRedirect(WantedPage.Of(to));
        }
        catch (MailException refused) when (refused.Error is MailError.SignInFailed)
        {
            return Results.LocalRedirect(WantedPage.Remember($"{CodePath}?wrong=true", to));
        }
        catch (MailException refused)
        {
            return Again(refused.Error is MailError.NoSuchDevice ? "ErrorForm" : Errors.Of(refused.Error), null, to);
        }
    }

    /// <summary>The cookie; and the language that was chosen at the door goes with the person from now on.</summary>
    /// <param name="to">Where to.</param>
    /// <returns>The inbox, when it may be the answer; null when the browser shall ask for its page.</returns>
    internal static async Task<IResult?> EnterAsync(HttpContext http, StartedWebSession session, WebSessions sessions, SignInOptions options, string to)
    {
        Task<WebVisitor?> FindAsync() => sessions.FindAsync(session.Token, http.Connection.RemoteIpAddress ?? IPAddress.None, http.RequestAborted);
        SessionCookie.Write(http, session.Token, options.BrowserTime);
        if (PageLanguage.TakeChosen(http) is { } language && await FindAsync() is { Person: { } person })
            await sessions.SetLanguageAsync(person, language, http.RequestAborted);
        return InboxAnswer.IsWanted(http.Request, WantedPage.Of(to)) && await FindAsync() is { } visitor ? new InboxAnswer(visitor) : null;
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, WebSessions sessions, IAntiforgery forms)
    {
        if (!await forms.IsRequestValidAsync(http))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var visitor = VisitorIdentity.Of(http.User)!;
        await sessions.EndAsync(visitor, visitor.Session, http.RequestAborted);
        SessionCookie.Remove(http);
        return Results.LocalRedirect($"{SessionAuthentication.SignInPath}?why=SignedOut");
    }

    private static IResult Speak(string tag, [FromQuery] string? to, HttpContext http)
    {
        PageLanguage.ChooseForSignIn(http, tag is "en" ? Language.English : Language.Italian);
        return Results.LocalRedirect(WantedPage.Remember(SessionAuthentication.SignInPath, to));
    }

    /// <summary>The choice of who is signed in goes with the person to their other browsers.</summary>
    private static async Task<IResult> SpeakAlwaysAsync([FromForm] string? tag, HttpContext http, WebSessions sessions, IAntiforgery forms)
    {
        if (!await forms.IsRequestValidAsync(http))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var language = tag is "en" ? Language.English : Language.Italian;
        PageLanguage.Choose(http, language);
        if (VisitorIdentity.Of(http.User)?.Person is { } person)
            await sessions.SetLanguageAsync(person, language, http.RequestAborted);
        return Results.LocalRedirect("/settings");
    }

    /// <summary>So does the clock; who signed in with a common password is no person, and has it in this browser.</summary>
    private static async Task<IResult> SetClockAsync([FromForm] string? zone, HttpContext http, WebSessions sessions, IAntiforgery forms)
    {
        if (!await forms.IsRequestValidAsync(http))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        if (VisitorIdentity.Of(http.User)?.Person is { } person)
            await sessions.SetZoneAsync(person, PageClock.Known(zone), http.RequestAborted);
        else
            PageClock.Choose(http, zone);
        return Results.LocalRedirect("/settings");
    }

    private static IResult Again(string why, string? user, string? to) => Results.LocalRedirect(WantedPage.Remember(
        $"{SessionAuthentication.SignInPath}?why={why}{(user is { Length: > 0 and <= 320 } ? $"&user={Uri.EscapeDataString(user)}" : "")}", to));
}
