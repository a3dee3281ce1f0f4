using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>What hangs on a mail is read in the page, each kind in its way, also what is inside of something else.</summary>
public sealed class DocumentTests(SharedServer shared, Chromium chromium)
{
    private const string Square = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mM4oKCAFTEMLQkAKj9AAQUJSn0AAAAASUVORK5CYII=";

    private const string Calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Direttivo di dicembre\r\nDTSTART:20261203T203000\r\nDTEND:20261203T223000\r\nLOCATION:Sede\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    private const string Certificate = """
        <?xml version="1.0" encoding="UTF-8"?><postacert tipo="posta-certificata" errore="nessuno"><intestazione><mittente>ditta@pec.example.org</mittente>
        <destinatari tipo="certificato">sezione@pec.example.org</destinatari><risposte>ditta@pec.example.org</risposte><oggetto>Fattura 12/A</oggetto></intestazione>
        <dati><gestore-emittente>Gestore di prova</gestore-emittente><data zona="+0100"><giorno>26/11/2026</giorno><ora>10:12:13</ora></data>
        <identificativo>opec1</identificativo><msgid>&lt;x@example.org&gt;</msgid></dati></postacert>
        """;

    private const string Invoice = """
        <?xml version="1.0" encoding="UTF-8"?>
        <p:FatturaElettronica versione="FPR12" xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
          <FatturaElettronicaHeader>
            <CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>01234567890</IdCodice></IdFiscaleIVA><Anagrafica><Denominazione>Cartoleria di prova</Denominazione></Anagrafica></DatiAnagrafici></CedentePrestatore>
            <CessionarioCommittente><DatiAnagrafici><CodiceFiscale>90000000000</CodiceFiscale><Anagrafica><Denominazione>Sezione</Denominazione></Anagrafica></DatiAnagrafici></CessionarioCommittente>
          </FatturaElettronicaHeader>
          <FatturaElettronicaBody>
            <DatiGenerali><DatiGeneraliDocumento><TipoDocumento>TD01</TipoDocumento><Divisa>EUR</Divisa><Data>2026-11-20</Data><Numero>12/A</Numero></DatiGeneraliDocumento></DatiGenerali>
            <DatiBeniServizi><DettaglioLinee><Descrizione>Carta per volantini</Descrizione><Quantita>2.00</Quantita><PrezzoUnitario>10.00</PrezzoUnitario><PrezzoTotale>20.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>
              <DatiRiepilogo><AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>20.00</ImponibileImporto><Imposta>4.40</Imposta></DatiRiepilogo></DatiBeniServizi>
          </FatturaElettronicaBody>
        </p:FatturaElettronica>
        """;

    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_kind_of_attachment_is_shown_in_its_way(bool isPhone)
    {
        await using var window = await OpenAsync(isPhone, OfEveryKind());
        var page = window.Page;
        await window.Row("Di tutto").ClickAsync();
        await Assertions.Expect(page.Locator(".files h2")).ToContainTextAsync("9 allegati");

        await Assertions.Expect(page.Locator(".file-picture")).ToHaveJSPropertyAsync("naturalWidth", 8);
        await ShowAsync(window, "timbro.png");
        await Assertions.Expect(page.Locator(".document-picture")).ToHaveJSPropertyAsync("naturalWidth", 8);
        await CloseAsync(window);
        await ReadAsync(window, "note.txt", "portare le chiavi");
        await ReadAsync(window, "verbale.eml", "Il verbale di ieri");
        await ReadAsync(window, "invito.ics", "Direttivo di dicembre");
        await ReadAsync(window, "fattura.xml", "Carta per volantini");
        await window.PictureAsync($"documents{(isPhone ? "-phone" : "")}");
        await ReadAsync(window, "contratto.txt.p7m", "La firma corrisponde al contenuto.");
        await ReadAsync(window, "winmail.dat", "orari.csv");
        await ReadAsync(window, "rotta.ics", "Questo file non si può mostrare qui.");
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_PDF_opens_in_the_browsers_own_viewer_on_a_page_of_its_own()
    {
        await using var window = await OpenAsync(isPhone: false, OfEveryKind());
        await window.Row("Di tutto").ClickAsync();
        var link = window.Page.Locator("a.file-view[aria-label='Mostra orari.pdf']");
        await Assertions.Expect(link).ToHaveAttributeAsync("target", "_blank");

        var answer = await window.Page.Context.APIRequest.GetAsync($"https://localhost:{_server.Ports.Https}{await link.GetAttributeAsync("href")}");

        answer.Headers["content-type"].Should().Be("application/pdf");
        answer.Headers["content-security-policy"].Should().Contain("default-src 'none'");
        (await answer.BodyAsync()).AsSpan().StartsWith("%PDF-"u8).Should().BeTrue();
    }

    [Fact]
    public async Task What_is_inside_comes_out_by_its_own_link()
    {
        await using var window = await OpenAsync(isPhone: false, OfEveryKind());
        await window.Row("Di tutto").ClickAsync();

        await ShowAsync(window, "winmail.dat");
        (await SavedAsync(window, window.Page.Locator(".document-body a[download]"))).Should().Be(("orari.csv", "lun;9"));
        await CloseAsync(window);
        await ShowAsync(window, "contratto.txt.p7m");
        (await SavedAsync(window, window.Page.Locator(".document-body a[download]"))).Should().Be(("contratto.txt", "Tra le parti"));
        window.Errors.Should().BeEmpty();
    }

    /// <summary>How an invoice comes to an Italian office: signed, on a message, in the envelope of certified mail.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_signed_invoice_in_a_certified_mail_is_read_without_saving_anything(bool isPhone)
    {
        await using var window = await OpenAsync(isPhone, CertifiedMail());
        var page = window.Page;
        await window.Row("POSTA CERTIFICATA").ClickAsync();
        await Assertions.Expect(page.Locator(".banner", new PageLocatorOptions { HasText = "Posta certificata (PEC)" })).ToContainTextAsync("Gestore di prova");

        await page.GetByText("Apri il messaggio originale").ClickAsync();
        var body = page.Locator(".document-body");
        await Assertions.Expect(body).ToContainTextAsync("In allegato la fattura.");
        await body.Locator(".inner-document > summary").First.ClickAsync();
        await Assertions.Expect(body).ToContainTextAsync("Carta per volantini");
        await Assertions.Expect(body).ToContainTextAsync("La firma corrisponde al contenuto.");
        (await Axe.CheckAsync(page)).Should().BeEmpty();
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).Should().BeLessThanOrEqualTo(0);
        await window.PictureAsync($"certified{(isPhone ? "-phone" : "")}");
        (await SavedAsync(window, body.Locator("a[aria-label='Scarica fattura.xml.p7m']"))).Name.Should().Be("fattura.xml.p7m");
        (await SavedAsync(window, body.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Scarica fattura.xml", Exact = true }))).Should().Be(("fattura.xml", Invoice));

        // A way that leads nowhere is no way out of the mail.
        var inside = await body.Locator("a[download]").First.GetAttributeAsync("href");
        foreach (var wrong in (string[])["/9", "/0/7", "/x", "/0/0/0/0/0/0"])
            (await page.Context.APIRequest.GetAsync($"https://localhost:{_server.Ports.Https}{inside![..inside!.LastIndexOf('/')]}{wrong}")).Status.Should().Be(404, wrong);
        await CloseAsync(window);
        await ReadAsync(window, "daticert.xml", "opec1");
        window.Errors.Should().BeEmpty();
    }

    private async Task<Window> OpenAsync(bool isPhone, MimeMessage message)
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(message);
        var (login, password) = await office.AddPersonAsync("Anna");
        var window = await chromium.OpenAsync(isPhone);
        await window.SignInAsync(_server, login, password);
        return window;
    }

    private static async Task ReadAsync(Window window, string name, string text)
    {
        await ShowAsync(window, name);
        await Assertions.Expect(window.Page.Locator(".document-body")).ToContainTextAsync(text);
        await CloseAsync(window);
    }

    private static Task ShowAsync(Window window, string name) => window.Page.Locator($"button.file-view[aria-label='Mostra {name}']").ClickAsync();

    private static async Task CloseAsync(Window window)
    {
        await window.Page.Locator(".document-head [data-close]").ClickAsync();
        await Assertions.Expect(window.Page.Locator("dialog.document")).ToHaveCountAsync(0);
    }

    private static async Task<(string Name, string Text)> SavedAsync(Window window, ILocator link)
    {
        var download = await window.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        return (download.SuggestedFilename, await File.ReadAllTextAsync(await download.PathAsync(), Stop));
    }

    private static MimeMessage OfEveryKind()
    {
        var message = Office.Letter("Marco", "Di tutto", "In allegato");
        var body = new BodyBuilder { TextBody = "In allegato" };
        body.Attachments.Add("timbro.png", Convert.FromBase64String(Square));
        body.Attachments.Add("orari.pdf", "%PDF-1.4\n"u8.ToArray());
        body.Attachments.Add("note.txt", "Domani: portare le chiavi"u8.ToArray());
        body.Attachments.Add("verbale.eml", Encoding.UTF8.GetBytes("From: Luisa <luisa@example.org>\r\nSubject: Verbale\r\n\r\nIl verbale di ieri\r\n"), ContentType.Parse("application/octet-stream"));
        body.Attachments.Add("invito.ics", Encoding.UTF8.GetBytes(Calendar));
        body.Attachments.Add("fattura.xml", Encoding.UTF8.GetBytes(Invoice));
        body.Attachments.Add("contratto.txt.p7m", Signed("Tra le parti"));
        body.Attachments.Add("winmail.dat", Winmail("orari.csv", "lun;9"));
        body.Attachments.Add("rotta.ics", "nothing"u8.ToArray());
        message.Body = body.ToMessageBody();
        return message;
    }

    private static MimeMessage CertifiedMail()
    {
        var original = Office.Letter("Ditta", "Fattura 12/A", "In allegato la fattura.");
        var letter = new BodyBuilder { TextBody = "In allegato la fattura." };
        letter.Attachments.Add("fattura.xml.p7m", Signed(Invoice));
        original.Body = letter.ToMessageBody();
        var envelope = Office.Letter("Per conto di: ditta@pec.example.org", "POSTA CERTIFICATA: Fattura 12/A", "Messaggio di posta certificata");
        var body = new BodyBuilder { TextBody = "Il giorno 26/11/2026 il messaggio è stato inviato." };
        body.Attachments.Add("daticert.xml", Encoding.UTF8.GetBytes(Certificate), ContentType.Parse("application/xml"));
        body.Attachments.Add(new MessagePart { Message = original, ContentDisposition = new ContentDisposition("inline") { FileName = "postacert.eml" } });
        envelope.Body = body.ToMessageBody();
        return envelope;
    }

    private static byte[] Signed(string text)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=Firma di prova", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue.AddYears(-1));
        var cms = new SignedCms(new ContentInfo(Encoding.UTF8.GetBytes(text)));
        cms.ComputeSignature(new CmsSigner(certificate));
        return cms.Encode();
    }

    /// <summary>MS-OXTNEF: the signature, a key, and attributes of an attachment with its name and its bytes.</summary>
    private static byte[] Winmail(string name, string text)
    {
        var stream = new MemoryStream();
        stream.Write([0x78, 0x9F, 0x3E, 0x22, 1, 0]);
        foreach (var (id, data) in ((uint, byte[])[])[(0x00069002, new byte[14]), (0x00018010, [.. Encoding.Latin1.GetBytes(name), 0]), (0x0006800F, Encoding.Latin1.GetBytes(text))])
            stream.Write([2, .. Little(id), .. Little((uint)data.Length), .. data, 0, 0]);
        return stream.ToArray();
    }

    private static byte[] Little(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }
}
