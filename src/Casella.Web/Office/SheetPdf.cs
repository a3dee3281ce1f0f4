using Casella.Core.Policies;
using Casella.Formats.Pdf;
using Casella.Formats.Setup;
using Casella.Web.Setup;

namespace Casella.Web.Office;

/// <summary>
/// What somebody needs who sets a program up, on one sheet of paper: settings, and codes that a telephone reads. The office
/// prints it or sends it; the password is written by hand, or is a device's own.
/// </summary>
public static class SheetPdf
{
    private const double Margin = 56;
    private const double Inner = PdfPage.Width - (2 * Margin);
    private const double Code = 96;
    private const double Row = 17;

    public static byte[] Write(string address, WebSite site, Language language) => Write(address, site, Words.Of(language));

    internal static byte[] Write(string address, WebSite site, Words words)
    {
        var (page, settings) = (new PdfPage(), site.Clients());
        var y = PdfPage.Height - Margin;
        page.Text(Margin, y, 9, site.HostName, gray: 0.4);
        y -= 30;
        page.Text(Margin, y, 17, words["OfficeSheetTitle", address], isBold: true);
        y = page.Paragraph(Margin, y - 24, 10.5, Inner, words["OfficeSheetLead"], gray: 0.25) - 12;
        foreach (var receiving in new[] { ClientProtocol.Imap, ClientProtocol.Pop3 }.Where(protocol => settings.Find(protocol) is not null))
            y = Table(page, y, receiving, new SetupValues(settings, address, words), words) - 18;
        Codes(page, y, address, site, words);
        page.Paragraph(Margin, Margin, 9.5, Inner, words["OfficeSheetHelp", site.AddressOf("/help") ?? "/help"], gray: 0.25);
        return page.Write(words["OfficeSheetTitle", address], words.Tag);
    }

    private static double Table(PdfPage page, double y, ClientProtocol receiving, SetupValues values, Words words)
    {
        page.Text(Margin, y, 11.5, words[receiving is ClientProtocol.Imap ? "OfficeSheetImap" : "OfficeSheetPop"], isBold: true);
        y -= 8;
        foreach (var (name, value) in values.Rows(receiving).Append((words["Password"], "")))
        {
            page.Line(Margin, y, Inner);
            page.Text(Margin, y - 12, 10, name, gray: 0.35);
            page.Text(Margin + 190, y - 12, 10, value);
            y -= Row;
        }

        page.Line(Margin, y, Inner);
        return y - 8;
    }

    private static void Codes(PdfPage page, double y, string address, WebSite site, Words words)
    {
        var left = Margin;
        foreach (var (link, title, lead) in new[]
                 {
                     (site.AddressOf("/"), words["OfficeSheetWeb"], site.AddressOf("/") ?? ""),
                     (site.AddressOf($"/devices/new?mailbox={Uri.EscapeDataString(address)}"), words["OfficeSheetDevice"], words["OfficeSheetDeviceLead"]),
                 })
        {
            if (link is null)
                continue;
            page.Raster(left, y, Code, QrRaster.Of(link));
            page.Text(left + Code + 10, y - 18, 10.5, title, isBold: true);
            page.Paragraph(left + Code + 10, y - 34, 9.5, (Inner / 2) - Code - 20, lead, gray: 0.25);
            left += Inner / 2;
        }
    }
}
