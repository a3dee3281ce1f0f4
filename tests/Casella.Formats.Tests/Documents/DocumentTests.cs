using System.Buffers.Binary;
using System.Text;
using Casella.Formats.Documents;

namespace Casella.Formats.Tests.Documents;

public sealed class DocumentTests
{
    [Fact]
    public void An_electronic_invoice_is_read()
    {
        const string Xml = """
            <?xml version="1.0" encoding="UTF-8"?>
            <p:FatturaElettronica versione="FPR12" xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
              <FatturaElettronicaHeader>
                <CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>01234567890</IdCodice></IdFiscaleIVA>
                  <Anagrafica><Denominazione>Cartoleria Alta Valle</Denominazione></Anagrafica></DatiAnagrafici>
                  <Sede><Indirizzo>Via Roma</Indirizzo><NumeroCivico>1</NumeroCivico><CAP>32100</CAP><Comune>Belluno</Comune><Provincia>BL</Provincia></Sede></CedentePrestatore>
                <CessionarioCommittente><DatiAnagrafici><CodiceFiscale>90000000000</CodiceFiscale><Anagrafica><Nome>Anna</Nome><Cognome>Rossi</Cognome></Anagrafica></DatiAnagrafici></CessionarioCommittente>
              </FatturaElettronicaHeader>
              <FatturaElettronicaBody>
                <DatiGenerali><DatiGeneraliDocumento><TipoDocumento>TD01</TipoDocumento><Divisa>EUR</Divisa><Data>2026-11-20</Data><Numero>12/A</Numero></DatiGeneraliDocumento></DatiGenerali>
                <DatiBeniServizi><DettaglioLinee><Descrizione>Carta</Descrizione><Quantita>2.00</Quantita><PrezzoUnitario>10.00</PrezzoUnitario><PrezzoTotale>20.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>
                  <DatiRiepilogo><AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>20.00</ImponibileImporto><Imposta>4.40</Imposta></DatiRiepilogo></DatiBeniServizi>
                <DatiPagamento><DettaglioPagamento><DataScadenzaPagamento>2026-12-20</DataScadenzaPagamento><ImportoPagamento>24.40</ImportoPagamento><IBAN>IT00</IBAN></DettaglioPagamento></DatiPagamento>
              </FatturaElettronicaBody>
            </p:FatturaElettronica>
            """;

        var invoice = Invoice.TryRead(Encoding.UTF8.GetBytes(Xml))!;

        invoice.Seller.Should().Be(new InvoiceParty("Cartoleria Alta Valle", "IT01234567890", "Via Roma 1, 32100 Belluno BL"));
        invoice.Buyer.Should().Be(new InvoiceParty("Anna Rossi", "90000000000", ""));
        var body = invoice.Bodies.Single();
        (body.Kind, body.Number, body.Date, body.Total).Should().Be(("TD01", "12/A", new DateOnly(2026, 11, 20), 24.40m));
        body.Lines.Single().Should().Be(new InvoiceLine("Carta", 2m, 10m, 20m, 22m));
        body.Payments.Single().Should().Be(new InvoicePayment(24.40m, new DateOnly(2026, 12, 20), "IT00"));
    }

    [Fact]
    public void Certified_mail_says_what_it_is()
    {
        const string Xml = """
            <?xml version="1.0" encoding="UTF-8"?><postacert tipo="avvenuta-consegna" errore="nessuno"><intestazione><mittente>a@pec.example.org</mittente>
            <destinatari tipo="certificato">b@pec.example.org</destinatari><risposte>a@pec.example.org</risposte><oggetto>Verbale</oggetto></intestazione>
            <dati><gestore-emittente>Gestore S.p.A.</gestore-emittente><data zona="+0100"><giorno>26/11/2026</giorno><ora>10:12:13</ora></data>
            <identificativo>opec1</identificativo><msgid>&lt;x@example.org&gt;</msgid></dati></postacert>
            """;

        CertifiedMail.TryRead(Encoding.UTF8.GetBytes(Xml)).Should().BeEquivalentTo(new CertifiedMail(
            "avvenuta-consegna", "", "a@pec.example.org", ["b@pec.example.org"], "Verbale", "Gestore S.p.A.",
            new DateTimeOffset(2026, 11, 26, 10, 12, 13, TimeSpan.FromHours(1)), "opec1", "<x@example.org>"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no xml")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><postacert>&a;</postacert>")]
    [InlineData("<other/>")]
    public void What_is_something_else_is_null(string text)
    {
        Invoice.TryRead(Encoding.UTF8.GetBytes(text)).Should().BeNull();
        CertifiedMail.TryRead(Encoding.UTF8.GetBytes(text)).Should().BeNull();
        TnefReader.TryRead(Encoding.UTF8.GetBytes(text)).Should().BeNull();
        CalendarReader.Read(Encoding.UTF8.GetBytes(text)).Events.Should().BeEmpty();
    }

    [Fact]
    public void Deep_nesting_is_refused() => CertifiedMail.TryRead(
        Encoding.UTF8.GetBytes($"<postacert>{string.Concat(Enumerable.Repeat("<a>", 100))}{string.Concat(Enumerable.Repeat("</a>", 100))}</postacert>")).Should().BeNull();

    [Fact]
    public void An_invitation_is_read()
    {
        const string Ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Rome\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
            + "BEGIN:VEVENT\r\nSUMMARY:Direttivo\\, dicembre\r\nDTSTART;TZID=Europe/Rome:20261203T203000\r\nDTEND;TZID=Europe/Rome:20261203T223000\r\nLOCATION:Sede\r\n"
            + "ORGANIZER;CN=\"Rossi; Anna\":mailto:anna@example.org\r\nATTENDEE:mailto:marco@\r\n example.org\r\nRRULE:FREQ=MONTHLY\r\nBEGIN:VALARM\r\nDESCRIPTION:alarm\r\nEND:VALARM\r\n"
            + "DESCRIPTION:uno\\ndue\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

        var file = CalendarReader.Read(Encoding.UTF8.GetBytes(Ics));

        file.Method.Should().Be("REQUEST");
        file.Events[0].Should().BeEquivalentTo(
            new CalendarEvent("Direttivo, dicembre", new DateTime(2026, 12, 3, 20, 30, 0), new DateTime(2026, 12, 3, 22, 30, 0), false, "Sede", "uno\ndue", "Rossi; Anna <anna@example.org>")
            {
                Attendees = ["marco@example.org"],
                Zone = "Europe/Rome",
                Repeats = true,
            });
        (file.Events[1].IsDay, file.Events[1].Start).Should().Be((true, new DateTime(2026, 12, 24)));
    }

    [Fact]
    public void Winmail_gives_its_files_back()
    {
        var file = Tnef(
            (0x0002800C, Encoding.Latin1.GetBytes("Ciao\0")),
            (0x00069002, new byte[14]),
            (0x00018010, Encoding.Latin1.GetBytes("VERBAL~1.PDF\0")),
            (0x0006800F, "%PDF-1"u8.ToArray()),
            (0x00069005, Properties((0x3707001F, Encoding.Unicode.GetBytes("Verbale più lungo.pdf\0")))));

        var read = TnefReader.TryRead(file)!;

        read.Text.Should().Be("Ciao");
        read.Files.Single().Name.Should().Be("Verbale più lungo.pdf");
        read.Files.Single().Data.ToArray().Should().Equal("%PDF-1"u8.ToArray());
        for (var cut = 0; cut < file.Length; cut++)
            FluentActions.Invoking(() => TnefReader.TryRead(file.AsMemory(0, cut))).Should().NotThrow();
    }

    private static byte[] Tnef(params (uint Id, byte[] Data)[] attributes)
    {
        var stream = new MemoryStream();
        stream.Write([0x78, 0x9F, 0x3E, 0x22, 1, 0]);
        foreach (var (id, data) in attributes)
            stream.Write([1, .. Little(id), .. Little((uint)data.Length), .. data, 0, 0]);
        return stream.ToArray();
    }

    private static byte[] Properties(params (uint Tag, byte[] Value)[] properties) =>
        [.. Little((uint)properties.Length), .. properties.SelectMany(one => (byte[])[.. Little(one.Tag), .. Little(1), .. Little((uint)one.Value.Length), .. one.Value, .. new byte[(4 - (one.Value.Length % 4)) % 4]])];

    private static byte[] Little(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }
}
