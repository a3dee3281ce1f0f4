using System.Globalization;
using System.Xml.Linq;

namespace Casella.Formats.Documents;

/// <summary>
/// An electronic invoice of the Italian revenue agency (FatturaPA and FatturaElettronica, versions 1.2 and 1.3), as far as
/// a person reads it. A file may have several bodies: each is an invoice of its own.
/// </summary>
public sealed record Invoice(InvoiceParty Seller, InvoiceParty Buyer, IReadOnlyList<InvoiceBody> Bodies)
{
    /// <summary>Lines that are read; more is a list of calls, not an invoice.</summary>
    private const int LinesAtMost = 500;

    /// <summary>Null for a file that is none.</summary>
    public static Invoice? TryRead(byte[] file)
    {
        if (XmlDocuments.TryRead(file) is not { } root || root.Name.LocalName is not ("FatturaElettronica" or "FatturaElettronicaSemplificata"))
            return null;
        var header = root.At("FatturaElettronicaHeader");
        return new Invoice(
            Party(header.At("CedentePrestatore")), Party(header.At("CessionarioCommittente")),
            [.. root.All("FatturaElettronicaBody").Select(Body)]);
    }

    private static InvoiceParty Party(XElement? party)
    {
        if (party is null)
            return new InvoiceParty("", "", "");
        // The simplified invoice has these one level higher.
        var facts = party.At("DatiAnagrafici") ?? party;
        var person = facts.At("Anagrafica") ?? facts;
        var name = person.Text("Denominazione");
        var seat = party.At("Sede");
        var place = seat is null ? "" : string.Join(", ", new[] { Words(seat, "Indirizzo", "NumeroCivico"), Words(seat, "CAP", "Comune", "Provincia") }.Where(part => part.Length > 0));
        var number = facts.Text("IdFiscaleIVA", "IdCodice") is { Length: > 0 } vat ? $"{facts.Text("IdFiscaleIVA", "IdPaese")}{vat}" : facts.Text("CodiceFiscale");
        return new InvoiceParty(name.Length > 0 ? name : $"{person.Text("Nome")} {person.Text("Cognome")}".Trim(), number, place);
    }

    private static string Words(XElement element, params string[] names) =>
        string.Join(' ', names.Select(name => element.Text(name)).Where(text => text.Length > 0));

    private static InvoiceBody Body(XElement body)
    {
        var facts = body.At("DatiGenerali", "DatiGeneraliDocumento");
        var goods = body.At("DatiBeniServizi");
        var lines = goods.All("DettaglioLinee").Take(LinesAtMost).Select(line => new InvoiceLine(
            line.Text("Descrizione"), Number(line.Text("Quantita")), Number(line.Text("PrezzoUnitario")), Number(line.Text("PrezzoTotale")), Number(line.Text("AliquotaIVA"))));
        var taxes = goods.All("DatiRiepilogo").Select(tax => new InvoiceTax(Number(tax.Text("AliquotaIVA")), Number(tax.Text("ImponibileImporto")), Number(tax.Text("Imposta")))).ToList();
        var payments = body.All("DatiPagamento").SelectMany(one => one.All("DettaglioPagamento")).Select(one => new InvoicePayment(
            Number(one.Text("ImportoPagamento")), Date(one.Text("DataScadenzaPagamento")), one.Text("IBAN")));
        return new InvoiceBody(
            facts?.Text("TipoDocumento") ?? "", facts?.Text("Numero") ?? "", Date(facts?.Text("Data") ?? ""), facts?.Text("Divisa") is { Length: > 0 } currency ? currency : "EUR",
            Number(facts?.Text("ImportoTotaleDocumento") ?? "") ?? (taxes.Count > 0 ? taxes.Sum(tax => (tax.Base ?? 0) + (tax.Tax ?? 0)) : null),
            string.Join(' ', facts.All("Causale").Select(one => one.Value.Trim())), [.. lines], taxes, [.. payments]);
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(text.Length > 10 ? text[..10] : text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}

/// <param name="Number">VAT number with its country, or the tax code.</param>
public sealed record InvoiceParty(string Name, string Number, string Place);

/// <param name="Kind">"TD01" and so on.</param>
/// <param name="Total">With tax; null when the file does not say.</param>
/// <param name="Reason">Causale.</param>
public sealed record InvoiceBody(
    string Kind, string Number, DateOnly? Date, string Currency, decimal? Total, string Reason,
    IReadOnlyList<InvoiceLine> Lines, IReadOnlyList<InvoiceTax> Taxes, IReadOnlyList<InvoicePayment> Payments);

/// <param name="Rate">Percent.</param>
public sealed record InvoiceLine(string Text, decimal? Quantity, decimal? Price, decimal? Total, decimal? Rate);

public sealed record InvoiceTax(decimal? Rate, decimal? Base, decimal? Tax);

public sealed record InvoicePayment(decimal? Amount, DateOnly? Due, string Iban);
