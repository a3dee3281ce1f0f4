using Casella.Core;
using Casella.Core.Directory;
using Casella.Formats.Cards;
using Casella.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Contacts;

/// <summary>Whole address books as files: taken out, and brought in from a telephone or another program.</summary>
internal static class ContactEndpoints
{
    /// <summary>Ten thousand contacts with pictures.</summary>
    private const long FileAtMost = 64 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/contacts/export", ExportAsync).RequireAuthorization();
        endpoints.MapPost("/contacts/import", ImportAsync).RequireAuthorization().DisableAntiforgery();
    }

    private static async Task<IResult> ExportAsync(long? box, HttpContext http, AddressBooks books)
    {
        var visitor = VisitorIdentity.Of(http.User)!;
        try
        {
            var cards = await books.CardsAsync(visitor, box is { } id ? new AccountId(id) : null, http.RequestAborted);
            return Results.File(System.Text.Encoding.UTF8.GetBytes(VCardWriter.Write(cards)), "text/vcard; charset=utf-8", "contacts.vcf");
        }
        catch (MailException)
        {
            return Results.NotFound();
        }
    }

    private static async Task<IResult> ImportAsync(HttpContext http, AddressBooks books, IAntiforgery forms)
    {
        if (await TypedForm.ReadAsync(http) is not { } form)
            return TypedForm.Refusal(http);
        if (!await forms.IsRequestValidAsync(http))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var box = long.TryParse(form["box"], System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : (long?)null;
        if (form.Files.GetFile("file") is not { Length: > 0 and <= FileAtMost } file)
            return Back(box, "imported=0");
        var bytes = new byte[file.Length];
        await using (var content = file.OpenReadStream())
            await content.ReadExactlyAsync(bytes, http.RequestAborted);
        try
        {
            var mailbox = box is { } number ? new AccountId(number) : (AccountId?)null;
            var taken = await books.PutAsync(VisitorIdentity.Of(http.User)!, mailbox, VCardReader.Read(bytes), http.RequestAborted);
            return Back(box, FormattableString.Invariant($"imported={taken}"));
        }
        catch (MailException failure)
        {
            return Back(box, $"why={Errors.Of(failure.Error)}");
        }
    }

    private static IResult Back(long? box, string said) =>
        Results.LocalRedirect(FormattableString.Invariant($"/contacts?{said}{(box is { } id ? $"&box={id}" : "")}"));
}
