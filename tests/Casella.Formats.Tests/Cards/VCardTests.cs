using System.Text;
using Casella.Formats.Cards;

namespace Casella.Formats.Tests.Cards;

public sealed class VCardTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var card = new ContactCard("u-1", "Anna, detta \"Nina\"", ["anna@example.org", "nina@example.org"], ["+39 000 1"], ["Direttivo", "Corsi; 2026"])
        {
            Organization = "Sezione Alta Valle",
            Note = "prima riga\nseconda, riga\\",
            Other = ["BDAY:19800101", "item1.X-SOCIAL;TYPE=\"a:b\":là"],
        };

        var text = VCardWriter.Write([card, card with { Uid = "u-2", Name = new string('è', 80) }]);

        text.Split("\r\n").Should().OnlyContain(line => Encoding.UTF8.GetByteCount(line) <= 75);
        var read = VCardReader.Read(text);
        read[0].Should().BeEquivalentTo(card with { StructuredName = "\"Nina\";Anna\\, detta;;;" });
        read[1].Name.Should().Be(new string('è', 80));
    }

    [Theory]
    [InlineData("BEGIN:VCARD\nVERSION:4.0\nN:Rossi;Anna;;;\nEMAIL;PREF=1:mailto:anna@example.org\nTEL;VALUE=uri:tel:+390001\nEND:VCARD", "Anna Rossi", "anna@example.org")]
    [InlineData("BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Nicol=C3=B2 =\r\nBianchi\r\nEMAIL;INTERNET;HOME:nico@example.org\r\nEND:VCARD", "Nicolò Bianchi", "nico@example.org")]
    [InlineData("begin:vcard\nfn:Solo\nitem1.email:a@\n example.org\nend:vcard\n", "Solo", "a@example.org")]
    [InlineData("BEGIN:VCARD\nORG:Cartoleria;Ufficio\nEMAIL:c@example.org\nEND:VCARD", "Cartoleria, Ufficio", "c@example.org")]
    public void Cards_of_other_programs_are_understood(string text, string name, string email)
    {
        var card = VCardReader.Read(Encoding.UTF8.GetBytes(text)).Single();

        (card.Name, card.Emails[0]).Should().Be((name, email));
    }

    [Theory]
    [InlineData("")]
    [InlineData("BEGIN:VCARD\nFN:never ends")]
    [InlineData("BEGIN:VCARD\nEND:VCARD")]
    [InlineData("no card at all")]
    public void What_is_no_card_is_none(string text) => VCardReader.Read(text).Should().BeEmpty();

    [Fact]
    public void A_file_in_the_letters_of_old_Windows_is_read() =>
        VCardReader.Read(Encoding.Latin1.GetBytes("BEGIN:VCARD\nFN:Nicolò\nEND:VCARD\n")).Single().Name.Should().Be("Nicolò");
}
