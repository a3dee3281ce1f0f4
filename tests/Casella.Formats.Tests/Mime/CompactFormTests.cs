using System.Text;
using Casella.Formats.Mime;
using CsCheck;

namespace Casella.Formats.Tests.Mime;

public sealed class CompactFormTests
{
    private static readonly Gen<ReadOnlyMemory<byte>> Octets = Gen.Byte.Array[0, 40].Select(bytes => (ReadOnlyMemory<byte>)bytes);

    private static readonly Gen<ReadOnlyMemory<byte>?> MaybeOctets =
        Gen.Select(Gen.Bool, Octets, (there, bytes) => there ? bytes : default(ReadOnlyMemory<byte>?));

    private static readonly Gen<EnvelopeAddress[]> Addresses =
        Gen.Select(MaybeOctets, MaybeOctets, MaybeOctets, (name, mailbox, host) => new EnvelopeAddress(name, mailbox, host)).Array[0, 4];

    private static readonly Gen<Envelope> Envelopes = Gen.Select(
        MaybeOctets, MaybeOctets, Addresses, Addresses, Addresses,
        (date, subject, from, sender, to) => new Envelope(date, subject, from, sender, from, to, [], [], subject, date));

    [Fact]
    public void An_envelope_comes_back_as_it_was() => Envelopes.Sample(envelope =>
    {
        var back = CompactForm.ReadEnvelope(CompactForm.Write(envelope));
        return string.Equals(Show(back), Show(envelope), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("message/global")]
    [InlineData("message/rfc822")]
    [InlineData("multipart/mixed; boundary=r")]
    [InlineData("text/plain")]
    public void A_part_with_nothing_in_it_comes_back(string type)
    {
        foreach (var end in (string[])["--r--\r\n", "\r\n--r--\r\n", "", "x"])
        {
            var message = $"Content-Type: multipart/mixed; boundary=r\r\n\r\n--r\r\nContent-Type: {type}\r\n{end}";
            var root = MessageParser.Parse(new MemoryStream(Encoding.ASCII.GetBytes(message))).Root;

            CompactForm.Write(CompactForm.ReadStructure(CompactForm.Write(root))).Should().Equal(CompactForm.Write(root), message);
        }
    }

    [Fact]
    public void A_damaged_form_says_so_and_nothing_worse()
    {
        const string Message =
            "From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n--b--";
        var parsed = MessageParser.Parse(new MemoryStream(Encoding.ASCII.GetBytes(Message)));
        var forms = new[] { CompactForm.Write(parsed.Root), CompactForm.Write(parsed.Envelope) };
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 10_000], Gen.Byte, Gen.Bool).Sample((which, at, octet, cut) =>
        {
            var damaged = (byte[])forms[which].Clone();
            damaged[at % damaged.Length] = octet;
            if (cut)
                Array.Resize(ref damaged, at % damaged.Length);
            try
            {
                if (which == 0)
                    _ = CompactForm.ReadStructure(damaged);
                else
                    _ = CompactForm.ReadEnvelope(damaged);
            }
            catch (FormatException)
            {
                return true;
            }

            return true;
        });
        FluentActions.Invoking(() => CompactForm.ReadStructure(Array.Empty<byte>())).Should().Throw<FormatException>();
        FluentActions.Invoking(() => CompactForm.ReadEnvelope(new byte[] { 99 })).Should().Throw<FormatException>();
        FluentActions.Invoking(() => CompactForm.ReadEnvelope(forms[1].AsMemory(0, forms[1].Length - 1))).Should().Throw<FormatException>();
    }

    private static string Show(Envelope e) => string.Join(
        '/', Show(e.Date), Show(e.Subject), Show(e.From), Show(e.Sender), Show(e.ReplyTo), Show(e.To), Show(e.InReplyTo), Show(e.MessageId));

    private static string Show(IReadOnlyList<EnvelopeAddress> list) =>
        string.Join(',', list.Select(a => $"{Show(a.Name)}|{Show(a.Mailbox)}|{Show(a.Host)}"));

    private static string Show(ReadOnlyMemory<byte>? bytes) => bytes is { } there ? "x" + Convert.ToHexString(there.Span) : "-";
}
