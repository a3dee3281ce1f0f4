using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
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

    /// <param name="watch">Name under which a page waits to hear how far it is (<see cref="ExportWatch"/>).</param>
    public static string Path(AccountId account, SpaceFilter filter, string watch)
    {
        var query = new List<string> { $"watch={watch}" };
        if (filter.Folder is { } folder)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"folder={folder.Value}"));
        if (filter.Year is { } year)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"year={year}"));
        if (filter.Sender is { } sender)
            query.Add($"sender={Uri.EscapeDataString(sender)}");
        return FormattableString.Invariant($"/archive/{account.Value}?{string.Join('&', query)}");
    }

    private static async Task<IResult> DownloadAsync(
        long account, HttpContext http, MailAccounts accounts, Visit visit, ExportWatch watch, TimeProvider time)
    {
        var wanted = Wanted.Of(http.Request.Query);
        if (VisitorIdentity.Of(http.User) is not { } visitor || visitor.Mailboxes.FirstOrDefault(mailbox => mailbox.Account.Value == account) is not { } who)
            return Results.NotFound();
        var mail = await accounts.OpenAsync(who, http.RequestAborted);
        var words = Words.Of(PageLanguage.Of(http.Request, visitor.Person));
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{mail.Address.LocalPart}-{time.GetLocalNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.zip");
        (http.Response.Headers.ContentDisposition, http.Response.ContentType, http.Response.Headers.CacheControl) =
            (disposition.ToString(), "application/zip", "private, no-store");
        var parts = await PartsAsync(mail, wanted, words, visit.Zone, http.RequestAborted);
        var meter = new Meter(progress => watch.Tell(visitor.Session, wanted.Watch, progress), parts.Sum(part => part.Wanted.Sum(placement => placement.Size)));
        try
        {
            await WriteAsync(parts, mail.Address.ToString(), words, http.Response.BodyWriter, meter, http.RequestAborted);
            meter.End(isWhole: true);
        }
        finally
        {
            // Broken off: the page must not wait for ever.
            meter.End(isWhole: false);
        }

        return Results.Empty;
    }

    private static async Task<List<Part>> PartsAsync(MailAccount mail, Wanted wanted, Words words, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var parts = new List<Part>();
        foreach (var one in (await mail.GetTreeAsync(cancellationToken)).Mailboxes.Where(one => one.IsSelectable && (wanted.Folder is null || one.Id.Value == wanted.Folder)))
        {
            var snapshot = await mail.GetSnapshotAsync(one.Id, cancellationToken);
            var placements = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Where(placement => wanted.Year is null || YearOf(placement, zone) == wanted.Year).ToList();
            if (placements.Count > 0)
                parts.Add(new Part(mail, one, placements, wanted.Sender, words, zone));
        }

        return parts;
    }

    private static async Task WriteAsync(IReadOnlyList<Part> parts, string address, Words words, PipeWriter writer, Meter meter, CancellationToken cancellationToken)
    {
        await using var zip = await ZipArchive.CreateAsync(new ArchiveOutput(writer), ZipArchiveMode.Create, leaveOpen: true, null, cancellationToken);
        var index = new StringBuilder();
        foreach (var part in parts)
            await WriteFolderAsync(zip, index, part, meter, cancellationToken);
        var page = zip.CreateEntry("index.html");
        await using var output = await page.OpenAsync(cancellationToken);
        await output.WriteAsync(Encoding.UTF8.GetBytes(Document(address, index.ToString(), words)), cancellationToken);
    }

    private static async Task WriteFolderAsync(ZipArchive zip, StringBuilder index, Part part, Meter meter, CancellationToken cancellationToken)
    {
        var (title, rows) = (WebUtility.HtmlEncode(part.Folder.Name.Value), new StringBuilder());
        var path = string.Concat(part.Folder.Name.Value.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '/' ? c : '_'));
        await foreach (var data in part.Mail.ReadAsync(part.Wanted, MessageNeeds.Envelope, cancellationToken))
        {
            var envelope = CompactForm.TryReadEnvelope(data.Envelope);
            var from = envelope is null ? null : Correspondent.FirstOf(envelope.From);
            if (part.Sender is { } sender && !string.Equals(from?.Address, sender, StringComparison.OrdinalIgnoreCase))
            {
                meter.Pass(data.Placement.Size, isWritten: false);
                continue;
            }

            var at = DateTimeOffset.FromUnixTimeSeconds(data.Placement.ReceivedAt);
            var name = string.Create(CultureInfo.InvariantCulture, $"{path}/{data.Placement.Uid.Value:000000}.eml");
            var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
            entry.LastWriteTime = at < FirstTime ? FirstTime : at;
            await CopyAsync(part.Mail, data.Placement.Email, entry, cancellationToken);
            meter.Pass(data.Placement.Size, isWritten: true);
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

    /// <param name="Sender">Address of who has written what is wanted; null for everybody.</param>
    /// <param name="Watch">Of <see cref="ExportWatch"/>.</param>
    private sealed record Wanted(long? Folder, int? Year, string? Sender, string? Watch)
    {
        public static Wanted Of(IQueryCollection query) => new(
            long.TryParse(query["folder"], NumberStyles.None, CultureInfo.InvariantCulture, out var folder) ? folder : null,
            int.TryParse(query["year"], NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year : null,
            query["sender"], query["watch"]);
    }

    /// <summary>Tells now and then how far it is; said each time it would be the work of the page.</summary>
    private sealed class Meter(Action<ExportProgress> tell, long total)
    {
        private long _said;
        private long _size;
        private int _messages;
        private bool _isOver;

        public void Pass(long size, bool isWritten)
        {
            (_size, _messages) = (_size + size, _messages + (isWritten ? 1 : 0));
            if ((_size - _said) * 100 < total)
                return;
            _said = _size;
            tell(new ExportProgress(_messages, _size, total, IsOver: false, IsWhole: false));
        }

        public void End(bool isWhole)
        {
            if (_isOver)
                return;
            _isOver = true;
            tell(new ExportProgress(_messages, _size, total, IsOver: true, isWhole));
        }
    }

    private sealed record Part(MailAccount Mail, MailboxInfo Folder, IReadOnlyList<Placement> Wanted, string? Sender, Words Words, TimeZoneInfo Zone);
}
