using System.Net;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Security;

/// <summary>
/// What passkey.js asks: what to sign, and here it is signed. What was asked is kept by the browser in a sealed cookie of
/// some minutes, so that nothing is kept here for who never comes back.
/// </summary>
internal static class PasskeyEndpoints
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/passkey/ask", AskAsync).AllowAnonymous().DisableAntiforgery();
        endpoints.MapPost("/passkey/sign-in", SignInAsync).AllowAnonymous().DisableAntiforgery();
        endpoints.MapPost("/passkey/new", NewAsync).RequireAuthorization().DisableAntiforgery();
        endpoints.MapPost("/passkey/add", AddAsync).RequireAuthorization().DisableAntiforgery();
    }

    /// <summary>For who signs in: any passkey of this server.</summary>
    private static async Task<IResult> AskAsync(HttpContext http, IPasskeyHandler<PasskeyPerson> handler, IDataProtectionProvider keys)
    {
        var asked = await handler.MakeRequestOptionsAsync(null, http);
        Keep(http, keys, "ask", asked.AssertionState);
        return Results.Content(asked.RequestOptionsJson, "application/json");
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http, IPasskeyHandler<PasskeyPerson> handler, IDataProtectionProvider keys, WebSessions sessions, SecondFactors factors, Core.Directory.SignInOptions options,
        IUserStore<PasskeyPerson> store)
    {
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = http,
            CredentialJson = await ReadAsync(http),
            AssertionState = Kept(http, keys, "ask"),
        });
        if (!result.Succeeded)
            return Refused(http);
        // The counter, by which a copied key is noticed.
        await ((PasskeyStore)store).AddOrUpdatePasskeyAsync(result.User, result.Passkey, http.RequestAborted);
        if (await factors.FindPasskeyAsync(PasskeyStore.CredentialOf(result.Passkey.CredentialId), http.RequestAborted) is not { } passkey)
            return Refused(http);
        var browser = BrowserName.Of(http.Request.Headers.UserAgent.ToString());
        var session = await sessions.SignInWithPasskeyAsync(passkey, browser, http.Connection.RemoteIpAddress ?? IPAddress.None, http.RequestAborted);
        // Where to the script knows; it does not ask for the inbox when it is to go elsewhere.
        return await SignInEndpoints.EnterAsync(http, session, sessions, options, "/") ?? Results.NoContent();
    }

    /// <summary>For who adds one.</summary>
    private static async Task<IResult> NewAsync(HttpContext http, IPasskeyHandler<PasskeyPerson> handler, IDataProtectionProvider keys, IAntiforgery forms)
    {
        if (!await forms.IsRequestValidAsync(http) || VisitorIdentity.Of(http.User) is not { Person: { } person, Device: null })
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var user = new PasskeyPerson(person.Id);
        var asked = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = user.Key, Name = person.Login, DisplayName = person.Name }, http);
        Keep(http, keys, "new", asked.AttestationState);
        return Results.Content(asked.CreationOptionsJson, "application/json");
    }

    private static async Task<IResult> AddAsync(
        HttpContext http, IPasskeyHandler<PasskeyPerson> handler, IDataProtectionProvider keys, IAntiforgery forms, IUserStore<PasskeyPerson> store)
    {
        if (!await forms.IsRequestValidAsync(http) || VisitorIdentity.Of(http.User) is not { Person: { } person, Device: null })
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = http,
            CredentialJson = await ReadAsync(http),
            AttestationState = Kept(http, keys, "new"),
        });
        // What was asked says for whom: another visitor's answer adds nothing to this one.
        if (!result.Succeeded || !string.Equals(result.UserEntity.Id, new PasskeyPerson(person.Id).Key, StringComparison.Ordinal))
            return Refused(http);
        result.Passkey.Name = BrowserName.Of(http.Request.Headers.UserAgent.ToString());
        try
        {
            await ((PasskeyStore)store).AddOrUpdatePasskeyAsync(new PasskeyPerson(person.Id), result.Passkey, http.RequestAborted);
        }
        catch (MailException)
        {
            return Refused(http);
        }

        return Results.NoContent();
    }

    private static IResult Refused(HttpContext http) => Results.Json(
        new { error = Words.Of(PageLanguage.Of(http.Request, VisitorIdentity.Of(http.User)?.Person))["PasskeyRefused"] }, statusCode: StatusCodes.Status422UnprocessableEntity);

    private static async Task<string> ReadAsync(HttpContext http)
    {
        const int AtMost = 64 * 1024;
        if (http.Request.ContentLength is not (> 0 and <= AtMost))
            return "{}";
        using var reader = new StreamReader(http.Request.Body);
        return await reader.ReadToEndAsync(http.RequestAborted);
    }

    private static void Keep(HttpContext http, IDataProtectionProvider keys, string what, string? state) => http.Response.Cookies.Append(
        CookieOf(what), Sealer(keys, what).Protect(state ?? "", Lasts),
        new CookieOptions { HttpOnly = true, IsEssential = true, MaxAge = Lasts, Path = "/passkey", SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps });

    /// <summary>Once: the answer to the same question is not taken twice by this browser.</summary>
    private static string? Kept(HttpContext http, IDataProtectionProvider keys, string what)
    {
        http.Response.Cookies.Delete(CookieOf(what), new CookieOptions { Path = "/passkey" });
        if (http.Request.Cookies[CookieOf(what)] is not { } value)
            return null;
        try
        {
            return Sealer(keys, what).Unprotect(value);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // Too old, or not ours.
            return null;
        }
    }

    private static string CookieOf(string what) => $"casella-passkey-{what}";

    private static ITimeLimitedDataProtector Sealer(IDataProtectionProvider keys, string what) => keys.CreateProtector("passkey", what).ToTimeLimitedDataProtector();
}
