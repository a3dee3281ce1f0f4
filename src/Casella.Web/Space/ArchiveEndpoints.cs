using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Quota.Space;
using Casella.Formats.Mime;
using Casella.Web.Http;
using Casella.Web.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Casella.Web.Space;

/// <summary>
/// A mailbox, or a part of it, as a zip: each message as .eml, and a page that lists them, which any browser opens without
/// a mail program. Written while it is sent, so nothing stands in memory or on the disk.
/// </summary>
internal static class ArchiveEndpoints
{
    /// <summary>A zip knows no time before.</summary>
    private static readonly DateTimeOffset FirstTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/archive/{account:long}", DownloadAsync).RequireAuthorization();

    public static string Path(AccountId account, SpaceFilter filter)
    {
        var query = new List<string>();
        if (filter.Folder is { } folder)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"folder={folder.Value}"));
        if (filter.Year is { } year)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"year={year}"));
        if (filter.Sender is { } sender)
            query.Add($"sender={Uri.EscapeDataString(sender)}");
        return FormattableString.Invariant($"/archive/{account.Value}{(query.Count > 0 ? "?" : "")}{string.Join('&', query)}");
    }

    private static async Task<IResult> DownloadAsync(
        long account, long? folder, int? year, string? sender, HttpContext http, MailAccounts accounts, Visit visit, TimeProvider time)
    {
        if (VisitorIdentity.Of(http.User)?.Mailboxes.FirstOrDefault(mailbox => mailbox.Account.Value == account) is not { } who)
            return Results.NotFound();
        var mail = await accounts.OpenAsync(who, http.RequestAborted);
        var words = Words.Of(PageLanguage.Of(http.Request, VisitorIdentity.Of(http.User)!.Person));
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{mail.Address.LocalPart}-{time.GetLocalNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.zip");
        (http.Response.Headers.ContentDisposition, http.Response.ContentType, http.Response.Headers.CacheControl) =
            (disposition.ToString(), "application/zip", "private, no-store");
        await using var zip = await ZipArchive.CreateAsync(new ArchiveOutput(http.Response.BodyWriter), ZipArchiveMode.Create, leaveOpen: true, null, http.RequestAborted);
        var index = new StringBuilder();
        foreach (var one in (await mail.GetTreeAsync(http.RequestAborted)).Mailboxes.Where(one => one.IsSelectable && (folder is null || one.Id.Value == folder)))
        {
            var snapshot = await mail.GetSnapshotAsync(one.Id, http.RequestAborted);
            var wanted = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Where(placement => year is null || YearOf(placement, visit.Zone) == year).ToList();
            if (wanted.Count > 0)
                await WriteFolderAsync(zip, index, new Part(mail, one, wanted, sender, words, visit.Zone), http.RequestAborted);
        }

        var page = zip.CreateEntry("index.html");
        await using var output = await page.OpenAsync(http.RequestAborted);
        await output.WriteAsync(Encoding.UTF8.GetBytes(Document(mail.Address.ToString(), index.ToString(), words)), http.RequestAborted);
        return Results.Empty;
    }

    private static async Task WriteFolderAsync(ZipArchive zip, StringBuilder index, Part part, CancellationToken cancellationToken)
    {
        var (title, rows) = (WebUtility.HtmlEncode(part.Folder.Name.Value), new StringBuilder());
        var path = string.Concat(part.Folder.Name.Value.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '/' ? c : '_'));
        await foreach (var data in part.Mail.ReadAsync(part.Wanted, MessageNeeds.Envelope, cancellationToken))
        {
            var envelope = CompactForm.TryReadEnvelope(data.Envelope);
            var from = envelope is null ? null : Correspondent.FirstOf(envelope.From);
            if (part.Sender is { } sender && !string.Equals(from?.Address, sender, StringComparison.OrdinalIgnoreCase))
                continue;
            var at = DateTimeOffset.FromUnixTimeSeconds(data.Placement.ReceivedAt);
            var name = string.Create(CultureInfo.InvariantCulture, $"{path}/{data.Placement.Uid.Value:000000}.eml");
            var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
            entry.LastWriteTime = at < FirstTime ? FirstTime : at;
            await CopyAsync(part.Mail, data.Placement.Email, entry, cancellationToken);
            var subject = envelope?.Subject is { } raw ? DecodedText.Header(raw.Span).Trim() : "";
            rows.Append(CultureInfo.InvariantCulture, $"<tr><td>{TimeZoneInfo.ConvertTime(at, part.Zone):yyyy-MM-dd HH:mm}<td>{WebUtility.HtmlEncode(from?.Short ?? "")}")
                .Append(CultureInfo.InvariantCulture, $"<td><a href=\"{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}\">")
                .Append(WebUtility.HtmlEncode(subject.Length > 0 ? subject : part.Words["NoSubject"])).Append("</a><td>").Append(part.Words.Size(data.Placement.Size));
        }

        if (rows.Length > 0)
            index.Append("<h2>").Append(title).Append("</h2><table>").Append(rows).Append("</table>");
    }

    private static async Task CopyAsync(MailAccount mail, EmailId email, ZipArchiveEntry entry, CancellationToken cancellationToken)
    {
        const int Step = 128 * 1024;
        await using var content = await mail.OpenAsync(email, cancellationToken);
        await using var output = await entry.OpenAsync(cancellationToken);
        for (long at = 0; at < content.Size; at += Step)
            await output.WriteAsync(await content.ReadAsync(at, Math.Min(Step, content.Size - at), cancellationToken), cancellationToken);
    }

    private static string Document(string address, string body, Words words) =>
        $"<!DOCTYPE html><html lang=\"{words.Tag}\"><meta charset=\"utf-8\"><title>{WebUtility.HtmlEncode(address)}</title>"
        + "<style>body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}table{border-collapse:collapse;width:100%}"
        + "td{padding:4px 12px 4px 0;border-top:1px solid #ddd;vertical-align:top}td:first-child,td:last-child{white-space:nowrap;color:#555}</style>"
        + $"<h1>{WebUtility.HtmlEncode(address)}</h1><p>{WebUtility.HtmlEncode(words["ArchiveLead"])}</p>{body}</html>";

    private static int YearOf(Placement placement, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(placement.ReceivedAt), zone).Year;

    private sealed record Part(MailAccount Mail, MailboxInfo Folder, IReadOnlyList<Placement> Wanted, string? Sender, Words Words, TimeZoneInfo Zone);
}
