using Casella.Core.Directory;
using Casella.Web.Http;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;

namespace Casella.Web;

/// <summary>
/// Who looks at a page, and in which language: of one request while a page is made, of one page while it is open.
/// </summary>
internal sealed class Visit(IHttpContextAccessor http, TimeProvider time)
{
    private Words? _words;

    /// <summary>Null on the pages before sign-in.</summary>
    public WebVisitor? Visitor { get; private set; }

    /// <summary>The clock on the wall of the server's office.</summary>
    public TimeZoneInfo Zone { get; } = time.LocalTimeZone;

    public DateTimeOffset Now => time.GetUtcNow();

    public Words Words => _words ??= Words.Of(PageLanguage.Of(http.HttpContext?.Request, Visitor?.Person));

    /// <summary>Asked once by each page: the open page's connection knows its visitor only by this.</summary>
    public async Task<WebVisitor?> EnterAsync(AuthenticationStateProvider states)
    {
        if (Visitor is null && (await states.GetAuthenticationStateAsync()).User.Identity is VisitorIdentity identity)
            (Visitor, _words) = (identity.Visitor, Words.Of(identity.Language));
        return Visitor;
    }
}
