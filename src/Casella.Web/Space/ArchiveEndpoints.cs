using System.Globalization;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Quota.Space;
using Casella.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Casella.Web.Space;

/// <summary>
/// A mailbox, or a part of it, to keep at home: as pages (<see cref="PagedArchive"/>) or as mbox (<see cref="MboxArchive"/>).
/// Written while it is sent, so nothing stands in memory or on the disk.
/// </summary>
internal static class ArchiveEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/archive/{account:long}", DownloadAsync).RequireAuthorization();

    /// <param name="watch">Name under which a page waits to hear how far it is (<see cref="ExportWatch"/>).</param>
    public static string Path(AccountId account, SpaceFilter filter, string watch, bool asMbox = false)
    {
        var query = new List<string> { $"watch={watch}" };
        if (filter.Folder is { } folder)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"folder={folder.Value}"));
        if (filter.Year is { } year)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"year={year}"));
        if (filter.Sender is { } sender)
            query.Add($"sender={Uri.EscapeDataString(sender)}");
        if (asMbox)
            query.Add("format=mbox");
        return FormattableString.Invariant($"/archive/{account.Value}?{string.Join('&', query)}");
    }

    private static async Task<IResult> DownloadAsync(
        long account, HttpContext http, MailAccounts accounts, Visit visit, ExportWatch watch, TimeProvider time)
    {
        var wanted = Wanted.Of(http.Request.Query);
        if (VisitorIdentity.Of(http.User) is not { } visitor || visitor.Mailboxes.FirstOrDefault(mailbox => mailbox.Account.Value == account) is not { } who)
            return Results.NotFound();
        var mail = await accounts.OpenAsync(who, http.RequestAborted);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{mail.Address.LocalPart}-{time.GetLocalNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}{(wanted.IsOneFile ? ".mbox" : ".zip")}");
        (http.Response.Headers.ContentDisposition, http.Response.ContentType, http.Response.Headers.CacheControl) =
            (disposition.ToString(), wanted.IsOneFile ? "application/mbox" : "application/zip", "private, no-store");
        var parts = await PartsAsync(mail, wanted, visit.Zone, http.RequestAborted);
        var meter = new ArchiveMeter(progress => watch.Tell(visitor.Session, wanted.Watch, progress), parts.Sum(part => part.Wanted.Sum(placement => placement.Size)));
        try
        {
            var writer = http.Response.BodyWriter;
            if (wanted.IsOneFile)
                await MboxArchive.WriteOneAsync(parts.FirstOrDefault(), writer, meter, http.RequestAborted);
            else if (wanted.AsMbox)
                await MboxArchive.WriteAllAsync(parts, writer, meter, http.RequestAborted);
            else
                await new PagedArchive(Words.Of(PageLanguage.Of(http.Request, visitor.Person)), visit.Zone, mail.Address.ToString())
                    .WriteAsync(parts, writer, meter, http.RequestAborted);
            meter.End(isWhole: true);
        }
        finally
        {
            // Broken off: the page must not wait for ever.
            meter.End(isWhole: false);
        }

        return Results.Empty;
    }

    private static async Task<List<ArchivePart>> PartsAsync(MailAccount mail, Wanted wanted, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var parts = new List<ArchivePart>();
        foreach (var one in (await mail.GetTreeAsync(cancellationToken)).Mailboxes.Where(one => one.IsSelectable && (wanted.Folder is null || one.Id.Value == wanted.Folder)))
        {
            var snapshot = await mail.GetSnapshotAsync(one.Id, cancellationToken);
            var placements = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Where(placement => wanted.Year is null || YearOf(placement, zone) == wanted.Year).ToList();
            if (placements.Count > 0)
                parts.Add(new ArchivePart(mail, one, placements, snapshot.Keywords, wanted.Sender));
        }

        return parts;
    }

    private static int YearOf(Placement placement, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(placement.ReceivedAt), zone).Year;

    /// <param name="Watch">Of <see cref="ExportWatch"/>.</param>
    private sealed record Wanted(long? Folder, int? Year, string? Sender, string? Watch, bool AsMbox)
    {
        public bool IsOneFile => AsMbox && Folder is not null;

        public static Wanted Of(IQueryCollection query) => new(
            long.TryParse(query["folder"], NumberStyles.None, CultureInfo.InvariantCulture, out var folder) ? folder : null,
            int.TryParse(query["year"], NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year : null,
            query["sender"], query["watch"], AsMbox: query["format"] == "mbox");
    }
}
