using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Web.Http;

namespace Casella.Web.Space;

/// <summary>A zip with each message as .eml, and a page that lists them, which any browser opens without a mail program.</summary>
internal sealed class PagedArchive(Words words, TimeZoneInfo zone, string address)
{
    /// <summary>A zip knows no time before.</summary>
    private static readonly DateTimeOffset FirstTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task WriteAsync(IReadOnlyList<ArchivePart> parts, PipeWriter writer, ArchiveMeter meter, CancellationToken cancellationToken)
    {
        await using var zip = await ZipArchive.CreateAsync(new ArchiveOutput(writer), ZipArchiveMode.Create, leaveOpen: true, null, cancellationToken);
        var index = new StringBuilder();
        foreach (var part in parts)
            await WriteFolderAsync(zip, index, part, meter, cancellationToken);
        var page = zip.CreateEntry("index.html");
        await using var output = await page.OpenAsync(cancellationToken);
        await output.WriteAsync(Encoding.UTF8.GetBytes(Document(index.ToString())), cancellationToken);
    }

    private async Task WriteFolderAsync(ZipArchive zip, StringBuilder index, ArchivePart part, ArchiveMeter meter, CancellationToken cancellationToken)
    {
        var (title, path, rows) = (WebUtility.HtmlEncode(part.Folder.Name.Value), part.Path, new StringBuilder());
        await foreach (var mail in part.ReadAsync(meter, cancellationToken))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{path}/{mail.Placement.Uid.Value:000000}.eml");
            var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
            entry.LastWriteTime = mail.ReceivedAt < FirstTime ? FirstTime : mail.ReceivedAt;
            await CopyAsync(part.Mail, mail.Placement.Email, entry, cancellationToken);
            rows.Append(CultureInfo.InvariantCulture, $"<tr><td>{TimeZoneInfo.ConvertTime(mail.ReceivedAt, zone):yyyy-MM-dd HH:mm}<td>{WebUtility.HtmlEncode(mail.From)}")
                .Append(CultureInfo.InvariantCulture, $"<td><a href=\"{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}\">")
                .Append(WebUtility.HtmlEncode(mail.Subject.Length > 0 ? mail.Subject : words["NoSubject"])).Append("</a><td>").Append(words.Size(mail.Placement.Size));
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

    private string Document(string body) =>
        $"<!DOCTYPE html><html lang=\"{words.Tag}\"><meta charset=\"utf-8\"><title>{WebUtility.HtmlEncode(address)}</title>"
        + "<style>body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}table{border-collapse:collapse;width:100%}"
        + "td{padding:4px 12px 4px 0;border-top:1px solid #ddd;vertical-align:top}td:first-child,td:last-child{white-space:nowrap;color:#555}</style>"
        + $"<h1>{WebUtility.HtmlEncode(address)}</h1><p>{WebUtility.HtmlEncode(words["ArchiveLead"])}</p>{body}</html>";
}
