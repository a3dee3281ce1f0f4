using System.Text;
using AwesomeAssertions;
using Casella.Formats.Mime;
using Casella.Smtp.Inbound;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>
/// A19: who the author is, in each way in which a header can say it twice. DMARC must ask the domain of the address that
/// the reader sees, or of none; what has no single author is a failure (<see cref="InboundTableTests"/>).
/// </summary>
public sealed class AuthorTests
{
    /// <summary>Header fields, with "|" for the end of a line, and the one author; nothing where there is not one.</summary>
    public static TheoryData<string, string> Headers => new()
    {
        // One address, however it is written.
        { "From: boss@bank.test", "boss@bank.test" },
        { "From: <boss@bank.test>", "boss@bank.test" },
        { "From: Boss <boss@bank.test>", "boss@bank.test" },
        { "From: \"Boss\" <boss@bank.test>", "boss@bank.test" },
        { "FROM: boss@bank.test", "boss@bank.test" },
        { "fRoM:boss@bank.test", "boss@bank.test" },
        { "From:\tboss@bank.test", "boss@bank.test" },
        { "From:| boss@bank.test", "boss@bank.test" },
        { "From: Boss| <boss@bank.test>", "boss@bank.test" },
        { "From: boss@BANK.Test", "boss@bank.test" },
        { "From: boss@bank.test|Sender: x@evil.test", "boss@bank.test" },
        { "From: boss@bank.test|Reply-To: x@evil.test", "boss@bank.test" },
        { "From: boss@bank.test|Resent-From: x@evil.test", "boss@bank.test" },
        { "From: boss@bank.test|X-From: x@evil.test", "boss@bank.test" },
        { "From: <boss@bank.test> (x@evil.test)", "boss@bank.test" },
        { "From: (x@evil.test) boss@bank.test", "boss@bank.test" },
        { "From: boss(x@evil.test)@bank.test", "boss@bank.test" },
        { "From: boss@(x@evil.test)bank.test", "boss@bank.test" },
        { "From: boss@bank.test(, x@evil.test)", "boss@bank.test" },
        { "From: (a (x@evil.test) b) <boss@bank.test>", "boss@bank.test" },
        { "From: (\\) x@evil.test) boss@bank.test", "boss@bank.test" },

        // The name is another address: readers see the address that is one.
        { "From: x@evil.test <boss@bank.test>", "boss@bank.test" },
        { "From: \"x@evil.test\" <boss@bank.test>", "boss@bank.test" },
        { "From: \"<x@evil.test>\" <boss@bank.test>", "boss@bank.test" },
        { "From: \"x@evil.test\"| <boss@bank.test>", "boss@bank.test" },
        { "From: \"a\\\" <x@evil.test>, \\\"\" <boss@bank.test>", "boss@bank.test" },
        { "From: =?utf-8?q?x=40evil.test?= <boss@bank.test>", "boss@bank.test" },
        { "From: =?utf-8?b?PHhAZXZpbC50ZXN0Pg==?= <boss@bank.test>", "boss@bank.test" },
        { "From: =?utf-8?q?=22x=40evil.test=22_=3C?= <boss@bank.test>", "boss@bank.test" },
        { "From: boss@bank.test <x@evil.test>", "x@evil.test" },
        { "From: \"boss@bank.test\" <x@evil.test>", "x@evil.test" },
        { "From: \"Boss\" boss@bank.test <x@evil.test>", "x@evil.test" },
        { "From: =?utf-8?q?boss=40bank.test?= <x@evil.test>", "x@evil.test" },

        // More than one field.
        { "From: boss@bank.test|From: x@evil.test", "" },
        { "From: boss@bank.test|From: boss@bank.test", "" },
        { "From: boss@bank.test|from: x@evil.test", "" },
        { "From: boss@bank.test|From : x@evil.test", "" },
        { "From : boss@bank.test|From: x@evil.test", "" },
        { "From: boss@bank.test|From\t: x@evil.test", "" },
        { "From: boss@bank.test|Subject: y|From: x@evil.test", "" },
        { "From: boss@bank.test|From:", "" },
        { "From:|From: x@evil.test", "" },
        { "From: boss@bank.test|From:| x@evil.test", "" },

        // More than one address.
        { "From: boss@bank.test, x@evil.test", "" },
        { "From: x@evil.test, boss@bank.test", "" },
        { "From: <boss@bank.test>, <x@evil.test>", "" },
        { "From: boss@bank.test,| x@evil.test", "" },
        { "From: boss@bank.test; x@evil.test", "" },
        { "From: boss@bank.test x@evil.test", "" },
        { "From: <boss@bank.test> <x@evil.test>", "" },
        { "From: <boss@bank.test><x@evil.test>", "" },
        { "From: boss@bank.test <boss@bank.test>, x@evil.test", "" },
        { "From: friends: boss@bank.test, x@evil.test;", "" },
        { "From: friends: boss@bank.test;, x@evil.test", "" },
        { "From: a: boss@bank.test;, b: x@evil.test;", "" },
        { "From: x@evil.test, friends:;", "x@evil.test" },
        { "From: ,boss@bank.test,", "boss@bank.test" },

        // None.
        { "Subject: nobody", "" },
        { "From:", "" },
        { "From: <>", "" },
        { "From: \"\"", "" },
        { "From: Boss", "" },
        { "From: Boss <boss>", "" },
        { "From: Boss <@bank.test>", "" },
        { "From: <boss@>", "" },
        { "From: friends:;", "" },
        { "From: undisclosed-recipients:;", "" },
        { "From: =?utf-8?q?boss=40bank.test?=", "" },
        { "From: <=?utf-8?q?boss=40bank.test?=>", "" },
        { "From: =?utf-8?q?Boss_=3Cboss=40bank.test=3E?=", "" },
        { "From: (boss@bank.test)", "" },
        { "From: \"boss@bank.test\"", "" },
        { "From: (x@evil.test, boss@bank.test", "" },
        { "From: \"x@evil.test <boss@bank.test>", "" },

        // An address that is two.
        { "From: boss@bank.test@evil.test", "" },
        { "From: <boss@bank.test@evil.test>", "" },
        { "From: \"boss@bank.test\"@evil.test", "\"boss@bank.test\"@evil.test" },
        { "From: <\"boss@bank.test>,<x\"@evil.test>", "\"boss@bank.test>,<x\"@evil.test" },
        { "From: <@bank.test:x@evil.test>", "x@evil.test" },
        { "From: <@bank.test,@b.test:x@evil.test>", "x@evil.test" },
        { "From: Boss boss@bank.test", "\"Boss boss\"@bank.test" },
        { "From: boss%bank.test@evil.test", "boss%bank.test@evil.test" },
        { "From: bank.test!boss@evil.test", "bank.test!boss@evil.test" },

        // Octets that end a text for some and not for others.
        { "From: boss@bank.test\0@evil.test", "" },
        { "From: boss@bank.test\0, x@evil.test", "" },
        { "From: boss@bank.test\0 <x@evil.test>", "x@evil.test" },
        { "From\0: boss@bank.test|From: x@evil.test", "x@evil.test" },
        { "\0From: boss@bank.test|From: x@evil.test", "x@evil.test" },
        { " From: boss@bank.test|From: x@evil.test", "x@evil.test" },
        { "From: boss@bank.test\u00a0<x@evil.test>", "x@evil.test" },
        { "From: boss@b\u00e4nk.test", "boss@xn--bnk-qla.test" },
        { "From: boss@xn--bnk-qla.test", "boss@xn--bnk-qla.test" },
        { "From: boss@bank.test.", "boss@bank.test" },
        { "From: boss@[192.0.2.1]", "boss@[192.0.2.1]" },
        { "From: boss@bank .test", "boss@bank.test" },
        { "From: boss @ bank.test", "boss@bank.test" },
    };

    [Fact]
    public void There_are_eighty_of_them() => Headers.Count.Should().BeGreaterThanOrEqualTo(80);

    [Theory]
    [MemberData(nameof(Headers))]
    public void The_author_is_who_the_reader_sees_or_nobody(string fields, string expected)
    {
        var header = Encoding.UTF8.GetBytes(fields.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\nSubject: x\r\n\r\n");

        var author = Author.Read(header);

        author.Domain.Should().Be(expected.Length == 0 ? null : expected[(expected.LastIndexOf('@') + 1)..]);
        if (expected.Length > 0)
            Shown(header).Should().Equal(expected);
    }

    /// <summary>What IMAP's envelope and the webmail have of it.</summary>
    private static IEnumerable<string> Shown(byte[] header) => MessageParser.Parse(new MemoryStream(header)).Envelope.From
        .Where(address => address.Host is not null)
        .Select(address => $"{Casella.Formats.Addresses.LocalPart.Quote(Encoding.UTF8.GetString(address.Mailbox!.Value.Span))}@{Host(address.Host!.Value.Span)}");

    private static string Host(ReadOnlySpan<byte> host) =>
        Casella.Formats.Addresses.DomainName.TryCanonicalize(Encoding.UTF8.GetString(host), out var name) ? name : Encoding.UTF8.GetString(host);
}
