using Casella.Formats.Setup;
using Casella.Web.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Setup;

/// <summary>
/// What people ask the office: what the service is, how a program is set up, what to do when something is missing. The
/// numbers in it are those of the ports that are open.
/// </summary>
public sealed partial class HelpPage
{
    public const string Path = "/help";

    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private WebSite Site { get; set; } = null!;
    [Inject] private AssetCatalog Catalog { get; set; } = null!;
    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>The switch on the page itself; kept for the pages after it.</summary>
    [SupplyParameterFromQuery(Name = "language")] private string? Chosen { get; set; }

    private Words Words { get; set; } = Words.Italian;
    private SetupValues Values => new(Site.Clients(), address: null, Words);

    private IReadOnlyList<ClientProtocol> Receivings =>
        [.. new[] { ClientProtocol.Imap, ClientProtocol.Pop3 }.Where(protocol => Site.Clients().Find(protocol) is not null)];

    /// <summary>The office's address; null where it has not said one.</summary>
    private CloakedAddress? Contact => Site.OfficeContact.Length > 0 ? new CloakedAddress(Site.OfficeContact, Words) : null;

    private IEnumerable<(string Id, string Title)> Contents => new (string Id, string Title, bool IsThere)[]
    {
        ("what", "HelpWhatTitle", true), ("imap", "HelpImapTitle", true), ("settings", "HelpSettingsTitle", true),
        ("computer", "HelpComputerTitle", HasImap), ("iphone", "HelpIphoneTitle", HasImap), ("android", "HelpAndroidTitle", HasImap),
        ("folder", "HelpFolderTitle", HasImap), ("full", "HelpFullTitle", true), ("contact", "HelpContactTitle", Contact is not null),
    }.Where(part => part.IsThere).Select(part => (part.Id, part.Title));

    private bool HasImap => Receivings.Contains(ClientProtocol.Imap);

    protected override void OnInitialized()
    {
        Words = Chosen switch
        {
            "it" => Words.Italian,
            "en" => Words.English,
            _ => Visit.Words,
        };
        if (Chosen is "it" or "en" && Http is not null)
            PageLanguage.Choose(Http, Words.Language);
    }
}
