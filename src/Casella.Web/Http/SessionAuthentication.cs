using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Casella.Web.Http;

/// <summary>
/// Turns the session cookie into the visitor, asked anew at each request: who is signed out elsewhere, or has lost a
/// mailbox, is out at once. Without a session a page leads to the sign-in, anything else is refused.
/// </summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, WebSessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "session";
    public const string SignInPath = "/sign-in";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SessionCookie.Read(Request) is not { } token)
            return AuthenticateResult.NoResult();
        var remote = Context.Connection.RemoteIpAddress ?? IPAddress.None;
        try
        {
            return await sessions.FindAsync(token, remote, Context.RequestAborted) is { } visitor
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(VisitorIdentity.Of(visitor, Request, TimeProvider)), SchemeName))
                : AuthenticateResult.NoResult();
        }
        catch (MailException failure)
        {
            return AuthenticateResult.Fail(failure);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var wantsPage = HttpMethods.IsGet(Request.Method) && Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
            && Request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document";
        if (wantsPage)
            Response.Redirect(WantedPage.Remember(SignInPath, WantedPage.Asked(Request)));
        else
            Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}

/// <summary>Who is signed in; its name tells one visitor's forms from another's.</summary>
internal sealed class VisitorIdentity(WebVisitor visitor, Language language, ReaderClock clock)
    : ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, visitor.Session.Value.ToString(System.Globalization.CultureInfo.InvariantCulture))], SessionAuthentication.SchemeName)
{
    public WebVisitor Visitor => visitor;
    public Language Language => language;
    public ReaderClock Clock => clock;

    /// <summary>With the language and the clock that the request tells, where the visitor has not chosen any.</summary>
    public static VisitorIdentity Of(WebVisitor visitor, HttpRequest request, TimeProvider time) =>
        new(visitor, PageLanguage.Of(request, visitor.Person), PageClock.Of(request, visitor, time));

    public static WebVisitor? Of(ClaimsPrincipal? user) => (user?.Identity as VisitorIdentity)?.Visitor;
}
