using Casella.Web.Contacts;
using Casella.Core.Office;
using Casella.Core.Push;
using Casella.Web.Api;
using Casella.Web.Desk;
using Casella.Web.Hooks;
using Casella.Web.Http;
using Casella.Web.Office;
using Casella.Web.Pages;
using Casella.Web.Push;
using Casella.Web.Reading;
using Casella.Web.Security;
using Casella.Web.Setup;
using Casella.Web.Space;
using Casella.Web.Writing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Web;

public static class WebRegistration
{
    /// <summary>What a page may send in one message: a click and what belongs to it.</summary>
    private const long PageMessageSize = 64 * 1024;

    /// <summary>Drawings that a far browser has not acknowledged yet; with more the page waits for it.</summary>
    private const int PicturesUnderWay = 40;

    /// <summary>Registers the web room. Needs Core's rooms, logging and a TimeProvider.</summary>
    public static IServiceCollection AddCasellaWeb(this IServiceCollection services, WebOptions options, WebSite site)
    {
        PlainAccessors.Use();
        services.AddDataProtection().SetApplicationName("casella").PersistKeysToFileSystem(new DirectoryInfo(site.KeyFolder));
        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddAuthorization();
        services.AddIdentityCore<PasskeyPerson>().AddUserStore<PasskeyStore>();
        services.AddScoped<IPasskeyHandler<PasskeyPerson>, PasskeyHandler<PasskeyPerson>>();
        services.Configure<IdentityPasskeyOptions>(passkeys => (passkeys.UserVerificationRequirement, passkeys.ResidentKeyRequirement) = ("required", "required"));
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "casella-forms";
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forms.HeaderName = "X-Casella-Forms";
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddRazorComponents().AddInteractiveServerComponents(pages =>
        {
            pages.DisconnectedCircuitRetentionPeriod = options.LostPageTime;
            pages.DisconnectedCircuitMaxRetained = options.LostPages;
            pages.MaxBufferedUnacknowledgedRenderBatches = PicturesUnderWay;
            pages.DetailedErrors = false;
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = PageMessageSize);
        PageJson.Use(services);
        return services
            .AddHttpContextAccessor()
            .AddCascadingAuthenticationState()
            .AddSingleton(options)
            .AddSingleton(site)
            .AddSingleton<AssetCatalog>()
            .AddSingleton<PictureProxy>()
            .AddSingleton<ProfileTickets>()
            .AddSingleton<RestApi>()
            .AddSingleton<IHookTransport, HookTransport>()
            .AddCasellaHooks()
            .AddSingleton<IPushTransport>(provider => new PushTransport(provider.GetRequiredService<WebSite>(), provider.GetRequiredService<TimeProvider>()))
            .AddCasellaPush()
            .AddSingleton<Uploads>()
            .AddSingleton<Outgoing>()
            .AddSingleton<ExportWatch>()
            .AddSingleton<DraftStore>()
            .AddSingleton<ProposedRecipients>()
            .AddSingleton<Identities>()
            .AddSingleton<TemplateShelf>()
            .AddScoped<Visit>()
            .AddScoped<MailDesk>()
            .AddScoped<Acts>()
            .AddScoped<FolderActs>()
            .AddScoped<ComposeDesk>();
    }

    /// <summary>Puts pages and endpoints into the server's pipeline.</summary>
    public static void MapCasellaWeb(this WebApplication app)
    {
        app.UseMiddleware<FailurePages>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseWebSockets();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        AssetEndpoints.Map(app);
        SignInEndpoints.Map(app);
        MailEndpoints.Map(app);
        PictureProxy.Map(app);
        ComposeEndpoints.Map(app);
        ArchiveEndpoints.Map(app);
        PushEndpoints.Map(app);
        ContactEndpoints.Map(app);
        PasskeyEndpoints.Map(app);
        PasswordEndpoints.Map(app);
        AutoconfigEndpoints.Map(app);
        StsPolicyEndpoint.Map(app);
        PaccEndpoint.Map(app);
        LeaveEndpoints.Map(app);
        AutodiscoverEndpoints.Map(app);
        ProfileEndpoints.Map(app);
        WelcomeEndpoints.Map(app);
        ExportEndpoint.Map(app);
        SheetEndpoint.Map(app);
        RestEndpoint.Map(app);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(pages =>
        {
            pages.ContentSecurityFrameAncestorsPolicy = null;
            pages.ConfigureWebSocketAcceptContext = (_, connection) =>
            {
                // RFC 7692 §7.1.1.1: each drawing is compressed for itself. What zlib keeps from one to the next, a window and
                // its tables, is more than all else of an idle page.
                connection.DisableServerContextTakeover = true;
                return Task.CompletedTask;
            };
        });
    }

    /// <summary>
    /// Does before the ports open what the first request would else wait for: reads the keys of cookies, builds the
    /// endpoints. May run beside other work.
    /// </summary>
    public static void PrepareCasellaWeb(this WebApplication app)
    {
        app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector(nameof(Casella)).Protect([]);
        foreach (var source in ((IEndpointRouteBuilder)app).DataSources)
            _ = source.Endpoints;
    }
}
