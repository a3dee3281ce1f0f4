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
    private ReaderClock? _clock;

    /// <summary>Null on the pages before sign-in.</summary>
    public WebVisitor? Visitor { get; private set; }

    /// <summary>By whose clock times are told: every time that a page shows goes through it.</summary>
    public TimeZoneInfo Zone => Clock.Zone;

    public ReaderClock Clock => _clock ??= PageClock.Of(http.HttpContext?.Request, Visitor, time);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>What the reader's clock shows at a moment.</summary>
    public DateTime Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone).DateTime;

    /// <summary>When the reader's clock shows this.</summary>
    public DateTimeOffset At(DateTime shown) => new(DateTime.SpecifyKind(shown, DateTimeKind.Unspecified), Zone.GetUtcOffset(shown));

    public Words Words => _words ??= Words.Of(PageLanguage.Of(http.HttpContext?.Request, Visitor?.Person));

    /// <summary>Asked once by each page: the open page's connection knows its visitor only by this.</summary>
    public async Task<WebVisitor?> EnterAsync(AuthenticationStateProvider states)
    {
        if (Visitor is null && (await states.GetAuthenticationStateAsync()).User.Identity is VisitorIdentity identity)
            (Visitor, _words, _clock) = (identity.Visitor, Words.Of(identity.Language), identity.Clock);
        return Visitor;
    }
}
