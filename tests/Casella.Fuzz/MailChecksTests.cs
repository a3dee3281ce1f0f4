using System.Net;
using System.Text;
using AwesomeAssertions;
using Casella.Formats.Addresses;
using Casella.Formats.AuthenticationResults;
using Casella.Formats.Reports;
using Casella.Formats.Reports.Aggregates;
using Casella.Formats.SenderRecords;
using Casella.Formats.Sieve;
using Casella.Formats.Signatures;
using Casella.Fuzz.Running;
using Casella.ManageSieve;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Fuzz;

/// <summary>
/// What strangers write about mail: records in DNS, signatures, policies, reports; and scripts of members, with the protocol
/// that brings them.
/// </summary>
public sealed class MailChecksTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly SpfFacts Facts = new(
        "anna", "example.org", "example.org", IPAddress.Parse("2001:db8::1"), "mail.example.org", "mx.example.net", Monday);

    [Fact]
    public void Sender_records() => ParserRun.Run("sender-records", input =>
    {
        var text = Encoding.UTF8.GetString(input);
        if (SpfRecord.IsSpf(text))
            _ = SpfRecord.Parse(text);
        SpfMacro.ExpandName(text, Facts)?.Length.Should().BeLessThan(254, "a name in DNS ends there");
        _ = SpfMacro.ExpandText(text, Facts);
        if (DmarcRecord.Parse(text) is { } dmarc)
            _ = dmarc.Reports.Select(ReportUri.Parse).ToList();
        _ = DkimKeyRecord.Parse(text);
        _ = StsPolicy.ReadId(text);
        _ = ReportUri.OfTlsRecord(text);
        ReportUri.PlacesOfTlsRecord(text).Should().OnlyContain(place => place.Scheme == "https" && place.Port == 443, "nothing else is posted to");
        if (StsPolicy.Parse(text) is { } policy)
            _ = policy.Allows("mx.example.org");
    });

    [Fact]
    public void Signatures() => ParserRun.Run("signatures", input =>
    {
        var header = SignedHeader.Read(input);
        foreach (var field in header.Fields.Take(20))
            if (MessageSignature.Parse(field, isArc: false) is { } signature)
                _ = header.SignedBytes(signature.Headers, header.Raw(signature.Field), signature.IsHeaderRelaxed);
        _ = ArcChain.Read(header);
        var kept = AuthenticationResultsField.RemoveForeign(input, "mail.example.org");
        kept.Length.Should().BeLessThanOrEqualTo(input.Length);
    });

    [Fact]
    public void Reports() => ParserRun.Run("reports", input =>
    {
        _ = ReportAttachment.Find(new MemoryStream(input));
        _ = DmarcReportXml.Read(new MemoryStream(input));
        _ = TlsReportJson.Read(input);
        _ = BounceReading.IsFailure(new MemoryStream(input));
    });

    [Fact]
    public void Sieve_scripts()
    {
        var bytes = ("From: anna@example.org\r\nTo: info@example.org\r\nSubject: prova\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\nContent-Type: text/plain\r\n\r\nciao\r\n--b\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n\r\nx\r\n--b--\r\n");
        var message = SieveMessage.Of(Encoding.UTF8.GetBytes(bytes));
        EmailAddress.TryParse("info@example.org", out var owner).Should().BeTrue();
        ParserRun.Run("sieve-scripts", input =>
        {
            SieveScript script;
            try
            {
                script = SieveScript.Compile(Encoding.UTF8.GetString(input));
            }
            catch (SieveScriptException wrong)
            {
                wrong.Errors.Should().NotBeEmpty();
                return;
            }

            var outcome = script.Run(message, new SieveEnvironment { Owner = owner, Recipient = owner, ReversePath = owner, Now = Monday });
            foreach (var content in outcome.Actions.OfType<SieveAction.Store>().Select(store => store.Content).OfType<SieveContent>())
            {
                content.Pieces.Sum(piece => piece.Count + piece.Own.Length).Should().Be(content.Size);
                content.Pieces.All(piece => piece.Offset >= 0 && piece.Offset + piece.Count <= message.Size).Should().BeTrue("it is made of what there is");
            }
        });
    }

    // \0info@example.org\0correct horse
    [Fact]
    public Task ManageSieve_signed_in() => ManageSieve(new SessionRun("manage-sieve-signed-in", tls: true, "AUTHENTICATE \"PLAIN\" \"AGluZm9AZXhhbXBsZS5vcmcAY29ycmVjdCBob3JzZQ==\""));

    [Fact]
    public Task ManageSieve_before_signing_in() => ManageSieve(new SessionRun("manage-sieve", tls: false));

    private static Task ManageSieve(SessionRun run) => run.RunAsync(
        services => services.AddCasellaManageSieve(new ManageSieveOptions()), services => services.GetRequiredService<ManageSieveProtocol>());
}
