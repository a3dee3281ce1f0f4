using System.Globalization;
using Casella.Core;
using Casella.Core.Archives;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Office;

/// <summary>A whole mailbox as a file for the office, with a reason that its members see. The file lies on the disk while it is sent.</summary>
internal static class ExportEndpoint
{
    public const string Prefix = "/office/export/";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost($"{Prefix}{{address}}", SendAsync).RequireAuthorization().DisableAntiforgery();

    /// <summary>Texts that the mailbox's page may be asked to show.</summary>
    public static bool IsReason(string? name) => name is "OfficeRuleReason" or "OfficeExportFailed" or "ErrorForm";

    private static async Task<IResult> SendAsync(
        string address, [FromForm] string? reason, [FromForm] string? format, HttpContext http, ExportParts parts)
    {
        if (VisitorIdentity.Of(http.User) is not { Person: { } person, Device: null })
            return Results.NotFound();
        if (!await parts.Forms.IsRequestValidAsync(http))
            return Again(address, "ErrorForm");
        var door = parts.Doors.Open(new OfficeCaller(person, person.Name, OfficeWay.Page, http.Connection.RemoteIpAddress));
        var kind = format is "mbox" ? ArchiveFormat.Mbox : ArchiveFormat.Zip;
        try
        {
            var stream = await door.Backups.ExportToSendAsync(address, kind, reason ?? "", http.RequestAborted);
            http.Response.Headers.CacheControl = "private, no-store";
            var name = string.Create(CultureInfo.InvariantCulture, $"{address}-{parts.Time.GetLocalNow():yyyy-MM-dd}.{kind.ToString().ToLowerInvariant()}");
            return Results.File(stream, kind is ArchiveFormat.Mbox ? "application/mbox" : "application/zip", name);
        }
        catch (DirectoryRuleException)
        {
            return Again(address, "OfficeRuleReason");
        }
        catch (Exception failure) when (failure is ArchiveException or MailException)
        {
            return Again(address, "OfficeExportFailed");
        }
    }

    private static IResult Again(string address, string why) => Results.LocalRedirect($"/office/mailboxes/{Uri.EscapeDataString(address)}?why={why}");
}

/// <summary>What the endpoint works with.</summary>
internal sealed record ExportParts(OfficeDoors Doors, IAntiforgery Forms, TimeProvider Time)
{
    public static ValueTask<ExportParts> BindAsync(HttpContext http) => ValueTask.FromResult(new ExportParts(
        Get<OfficeDoors>(http), Get<IAntiforgery>(http), Get<TimeProvider>(http)));

    private static T Get<T>(HttpContext http)
        where T : notnull => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(http.RequestServices);
}
