using Casella.Core;
using Casella.Core.Office;
using Casella.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Office;

/// <summary>A mailbox's set-up sheet as PDF, in the language of who asks.</summary>
internal static class SheetEndpoint
{
    public static string Path(string address) => $"/office/sheet/{address}/pdf";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/office/sheet/{address}/pdf", AnswerAsync).RequireAuthorization();

    private static async Task<IResult> AnswerAsync(string address, HttpContext http, OfficeDoors doors, WebSite site)
    {
        if (VisitorIdentity.Of(http.User) is not { Person: { } person, Device: null })
            return Results.NotFound();
        var door = doors.Open(new OfficeCaller(person, person.Name, OfficeWay.Page, http.Connection.RemoteIpAddress));
        try
        {
            var facts = await door.Mailboxes.ShowAsync(address, http.RequestAborted);
            var words = Words.Of(PageLanguage.Of(http.Request, person));
            http.Response.Headers.CacheControl = "private, no-store";
            return Results.File(SheetPdf.Write(facts.Account.Address.ToString(), site, words), "application/pdf", $"{facts.Account.Address}.pdf");
        }
        catch (MailException)
        {
            return Results.NotFound();
        }
    }
}
