using System.Globalization;
using System.IO.Compression;
using Casella.Formats.Addresses;
using MimeKit;

namespace Casella.Formats.Reports.Aggregates;

/// <summary>The mail that brings a report to whoever has asked for it in DNS. Composed by Core/Reporting.</summary>
/// <param name="Domain">The domain that the report is about.</param>
/// <param name="Sender">Ours; its domain is the submitter.</param>
/// <param name="Source">As it stands in the report.</param>
public sealed record ReportMail(string Domain, EmailAddress Sender, IReadOnlyList<EmailAddress> Recipients, ReportSource Source, DateTimeOffset Date)
{
    /// <summary>RFC 7489 §7.2.1.1.</summary>
    /// <param name="xml">The report.</param>
    public byte[] ComposeDmarc(byte[] xml)
    {
        var message = Head();
        message.Body = new Multipart("mixed") { Words("DMARC", "xml.gz"), Attachment("application", "gzip", "xml.gz", xml) };
        return Write(message);
    }

    /// <summary>RFC 8460 §5.3.</summary>
    public byte[] ComposeTls(byte[] json)
    {
        var message = Head();
        message.Headers.Add("TLS-Report-Domain", Domain);
        message.Headers.Add("TLS-Report-Submitter", Sender.Domain);
        var report = new Multipart("report") { Words("TLS", "json.gz"), Attachment("application", "tlsrpt+gzip", "json.gz", json) };
        report.ContentType.Parameters.Add("report-type", "tlsrpt");
        message.Body = report;
        return Write(message);
    }

    /// <summary>Octets of an attachment in the mail: base64 makes four of three, and a line end of every 76.</summary>
    public static long OnTheWire(long octets) => octets * 4 / 3 * 78 / 76 + 4;

    public static byte[] Pack(byte[] report)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize))
            gzip.Write(report);
        return output.ToArray();
    }

    private MimeMessage Head()
    {
        var message = new MimeMessage
        {
            Date = Date,
            MessageId = Source.ReportId,
            Subject = $"Report Domain: {Domain} Submitter: {Sender.Domain} Report-ID: <{Source.ReportId}>",
        };
        message.From.Add(new MailboxAddress(null, Sender.ToWire()));
        message.To.AddRange(Recipients.Select(recipient => new MailboxAddress(null, recipient.ToWire())));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    private TextPart Words(string kind, string extension) => new("plain")
    {
        Text = string.Create(
            CultureInfo.InvariantCulture,
            $"This is a {kind} report of {Sender.Domain} about {Domain} on {Source.Begin.UtcDateTime:yyyy-MM-dd}.\r\nIt is in the attachment, for programs ({extension}).\r\n"),
    };

    private MimePart Attachment(string type, string subtype, string extension, byte[] report) => new(type, subtype)
    {
        FileName = string.Create(
            CultureInfo.InvariantCulture,
            $"{Sender.Domain}!{Domain}!{Source.Begin.ToUnixTimeSeconds()}!{Source.End.ToUnixTimeSeconds()}.{extension}"),
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
        ContentTransferEncoding = ContentEncoding.Base64,
        Content = new MimeContent(new MemoryStream(Pack(report))),
    };

    private static byte[] Write(MimeMessage message)
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        using var output = new MemoryStream();
        message.WriteTo(options, output);
        return output.ToArray();
    }
}
