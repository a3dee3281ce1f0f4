using System.Net;
using System.Text;
using Casella.Formats.AuthenticationResults;
using Casella.Formats.SenderRecords;
using Casella.Formats.Signatures;
using CsCheck;

namespace Casella.Formats.Tests.SenderRecords;

/// <summary>Whatever strangers publish or write, reading it ends with a value and without an exception.</summary>
public sealed class HostileRecordTests
{
    private static readonly string[] Pieces =
    [
        "v=spf1 ", "v=DMARC1; ", "v=DKIM1;", "v=STSv1;", "version: STSv1\n", "mx: ", "mode: enforce\n", "max_age: 1\n", "include:", "a", "mx", "ptr", "exists:", "redirect=",
        "exp=", "ip4:", "ip6:", "%{i}", "%{", "}", "%{l1r-/}", "%%", "%", "/", "//", "32", "129", "-all", "~", "?", "+", "p=", "rua=mailto:x", ";", "=", ":", ".", " ", "\t", "\r\n ",
        "b=", "bh=", "h=from", "d=x.test", "s=a", "i=1", "cv=none", "l=", "99999999999999999999", "(", ")", "\"", "\\", "\0", "è", "𝄞", "\uD800", "::1", "192.0.2.1", "*", "xn--", "a.b",
    ];

    [Fact]
    public void Nothing_throws() => Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 25].Select(parts => string.Concat(parts)).Sample(
        text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            TagList.Parse(text, StringComparer.Ordinal);
            DmarcRecord.Parse(text);
            DkimKeyRecord.Parse(text);
            StsPolicy.Parse(text)?.Allows("mx.test");
            StsPolicy.ReadId(text);
            SpfRecord.Parse("v=spf1 " + text);
            SpfMacro.ExpandName(text, Facts);
            SpfMacro.ExpandText(text, Facts);
            MethodResults.Read(bytes);
            AuthenticationResultsField.RemoveForeign(Encoding.UTF8.GetBytes($"Authentication-Results: {text}\r\n\r\n"), "mx.test");
            var header = SignedHeader.Read(Encoding.UTF8.GetBytes($"DKIM-Signature: {text}\r\nARC-Seal: {text}\r\nARC-Authentication-Results: {text}\r\n{text}\r\n\r\n"));
            foreach (var field in header.Fields)
                MessageSignature.Parse(field, isArc: false);
            ArcChain.Read(header);
            header.SignedBytes(["From", "DKIM-Signature", text], header.Raw(header.Fields[0]), isRelaxed: true);
        },
        iter: 20_000);

    [Fact]
    public void What_is_read_says_the_same_when_it_is_read_again() => Gen.Byte.Array[1, 300].Sample(key =>
    {
        var record = new DkimKeyRecord(DkimKeyType.Rsa, key, null, IsTesting: false, IsStrict: false);
        return DkimKeyRecord.Parse(record.ToString())!.Key.Span.SequenceEqual(key);
    });

    private static SpfFacts Facts { get; } = new("anna", "example.net", "example.net", IPAddress.IPv6Loopback, "x", "mx.test", DateTimeOffset.UnixEpoch);
}
