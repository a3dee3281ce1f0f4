using System.Globalization;

namespace Casella.Formats.Documents;

/// <summary>
/// What Italian certified mail (PEC) says of itself in daticert.xml (DM 2 November 2005, annex §7.4): what kind of message
/// it is, who sent it to whom, when, and who certifies it.
/// </summary>
/// <param name="Kind">"posta-certificata", "accettazione", "avvenuta-consegna" and so on.</param>
/// <param name="Error">"nessuno" or a kind of error; empty for none.</param>
public sealed record CertifiedMail(
    string Kind, string Error, string Sender, IReadOnlyList<string> Recipients, string Subject, string Certifier, DateTimeOffset? At, string Id, string MessageId)
{
    private const int RecipientsAtMost = 500;

    /// <summary>Null for a file that is none.</summary>
    public static CertifiedMail? TryRead(byte[] file)
    {
        if (XmlDocuments.TryRead(file) is not { } root || root.Name.LocalName is not "postacert")
            return null;
        var (heading, data) = (root.At("intestazione"), root.At("dati"));
        var error = root.Attribute("errore")?.Value ?? "";
        return new CertifiedMail(
            root.Attribute("tipo")?.Value ?? "", error is "nessuno" ? "" : error, heading?.Text("mittente") ?? "",
            [.. heading.All("destinatari").Select(one => one.Value.Trim()).Take(RecipientsAtMost)], heading?.Text("oggetto") ?? "",
            data?.Text("gestore-emittente") ?? "", TimeOf(data?.Text("data", "giorno") ?? "", data?.Text("data", "ora") ?? "", data.At("data")?.Attribute("zona")?.Value ?? ""),
            data?.Text("identificativo") ?? "", data?.Text("msgid") ?? "");
    }

    /// <summary>"26/11/2026", "10:12:13", "+0100".</summary>
    private static DateTimeOffset? TimeOf(string day, string hour, string zone)
    {
        if (!DateTime.TryParseExact($"{day} {hour}", "d/M/yyyy H:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return null;
        var isBehind = zone.StartsWith('-');
        var offset = zone.Length == 5 && int.TryParse(zone.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours % 100 < 60 && hours < 1400
            ? new TimeSpan(hours / 100, hours % 100, 0)
            : TimeSpan.Zero;
        return new DateTimeOffset(time, isBehind ? -offset : offset);
    }
}
