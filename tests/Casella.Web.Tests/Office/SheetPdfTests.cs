using AwesomeAssertions;
using Casella.Core.Policies;
using Casella.Formats.Setup;
using Casella.Web.Office;
using UglyToad.PdfPig;

namespace Casella.Web.Tests.Office;

/// <summary>The set-up sheet, as a PDF reader that is not ours reads it.</summary>
public sealed class SheetPdfTests
{
    [Theory]
    [InlineData(Language.Italian, "La posta di perché@esempio.example.org", "Programma di posta (IMAP): consigliato")]
    [InlineData(Language.English, "perché@esempio.example.org", "IMAP")]
    public void It_has_the_settings_and_two_codes_on_one_page(Language language, string title, string heading)
    {
        var site = new WebSite("mail.example.org", () => 443, "", HasPublicCertificate: true)
        {
            Clients = () => new ClientSettings("mail.example.org", [new(ClientProtocol.Imap, 993, ClientTls.Implicit), new(ClientProtocol.Pop3, 995, ClientTls.Implicit), new(ClientProtocol.Submission, 465, ClientTls.Implicit)]),
        };

        using var pdf = PdfDocument.Open(SheetPdf.Write("perché@esempio.example.org", site, language));

        pdf.NumberOfPages.Should().Be(1);
        pdf.Information.Title.Should().Contain(title);
        var page = pdf.GetPage(1);
        var words = string.Join(' ', page.GetWords().Select(word => word.Text));
        words.Should().Contain(heading).And.Contain("mail.example.org").And.Contain("993").And.Contain("465").And.Contain("995").And.Contain("SSL/TLS").And.Contain("perché@esempio.example.org");
        page.Letters.Should().OnlyContain(letter => letter.Location.X >= 0 && letter.Location.X < page.Width - 20 && letter.Location.Y > 20 && letter.Location.Y < page.Height);
        page.Paths.Should().HaveCountGreaterThan(2, "each code is a path");
    }
}
