using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Signatures;
using CsCheck;
using MimeKit;
using MimeKit.Cryptography;

namespace Casella.Formats.Tests.Signatures;

public sealed class SignatureTests
{
    // RFC 6376 §3.4.5.
    private const string Header = "A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n";

    [Fact]
    public void A_relaxed_header_is_as_in_the_rfc() =>
        Text(SignedHeader.Read(Bytes(Header)).SignedBytes(["a", "b"], "s: b=1"u8, isRelaxed: true)).Should().Be("a:X\r\nb:Y Z\r\ns:b=");

    [Fact]
    public void A_simple_header_is_as_it_came() =>
        Text(SignedHeader.Read(Bytes(Header)).SignedBytes(["B", "a", "A", "none"], "S: a=1; b=12\r\n 34; c=5\r\n"u8, isRelaxed: false))
            .Should().Be("B : Y\t\r\n\tZ  \r\nA: X\r\nS: a=1; b=; c=5");

    [Fact]
    public void Fields_of_one_name_are_taken_from_the_bottom() =>
        Text(SignedHeader.Read(Bytes("A: 1\r\nA: 2\r\nB: x\r\nA: 3\r\n\r\n")).SignedBytes(["a", "A", "a", "a"], "s:"u8, isRelaxed: true))
            .Should().Be("a:3\r\na:2\r\na:1\r\ns:");

    [Theory]
    [InlineData(true, " C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n")]
    [InlineData(false, " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n")]
    [InlineData(true, "", "")]
    [InlineData(false, "", "\r\n")]
    [InlineData(true, "\r\n\r\n", "")]
    [InlineData(false, "\r\n\r\n", "\r\n")]
    [InlineData(true, "no end", "no end\r\n")]
    [InlineData(false, "no end", "no end\r\n")]
    [InlineData(true, "a\r\n \t\r\n", "a\r\n")]
    [InlineData(false, "a\r\n \t\r\n", "a\r\n \t\r\n")]
    [InlineData(true, "a\rb\n\r\r\n", "a\rb\r\n\r\r\n")]
    public void A_body_is_brought_into_its_form(bool isRelaxed, string body, string expected) =>
        Hash(isRelaxed, null, body, 1).Should().Equal(SHA256.HashData(Bytes(expected)));

    [Fact]
    public void A_length_covers_the_beginning_only()
    {
        Hash(isRelaxed: true, 3, "abcdef\r\n", 8).Should().Equal(SHA256.HashData("abc"u8));
        using var hash = new BodyHash(isRelaxed: true, 3);
        hash.Append("abcdef\r\n"u8);
        hash.Finish();
        hash.Length.Should().Be(8);
    }

    [Fact]
    public void The_pieces_of_a_body_do_not_matter() => Gen.Select(OneOf(" ", "\t", "\r\n", "a", "é", ".", "\r\n\r\n").Array[0, 40], Gen.Int[1, 7], Gen.Bool).Sample(
        (parts, size, isRelaxed) => Hash(isRelaxed, null, string.Concat(parts), size).AsSpan().SequenceEqual(Hash(isRelaxed, null, string.Concat(parts), 1000)), iter: 2_000);

    [Fact]
    public void Another_implementation_signs_the_same() => Gen.Select(
        OneOf(" ", "\t", "x", "yz ", "\r\n\t").Array[1, 12], OneOf(" ", "\t", "\r\n", "a", "é", "\r\n\r\n").Array[0, 40], Gen.Bool, Gen.Bool).Sample(
        (subject, body, header, relaxedBody) => VerifiesWhatMimeKitSigned("x" + string.Concat(subject) + "x", string.Concat(body), header, relaxedBody), iter: 60);

    [Fact]
    public void A_signature_is_read()
    {
        var header = SignedHeader.Read(Bytes(
            "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/simple; d=Football.example.com;\r\n i=@mail.football.example.com; s=brisbane; t=1528637909;"
            + " x=1528999999; l=10; h=from : to :\r\n subject; bh=AQID; b=/g C\r\n r\r\n\r\n"));
        var signature = MessageSignature.Parse(header.Fields[0], isArc: false)!;
        signature.Algorithm.Should().Be(SignatureAlgorithm.Ed25519Sha256);
        signature.KeyName.Should().Be("brisbane._domainkey.football.example.com");
        signature.IdentityDomain.Should().Be("mail.football.example.com");
        signature.Headers.Should().Equal("from", "to", "subject");
        (signature.IsHeaderRelaxed, signature.IsBodyRelaxed, signature.Length).Should().Be((true, false, 10));
        signature.Signature.ToArray().Should().Equal(0xFE, 0x00, 0xAB);
    }

    [Theory]
    [InlineData("a=rsa-sha256; d=example.org; s=a; h=from; bh=AQID; b=AQID")]
    [InlineData("v=2; a=rsa-sha256; d=example.org; s=a; h=from; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; d=example.org; s=a; h=to:subject; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; d=example.org; s=a; h=from; bh=AQID; b=")]
    [InlineData("v=1; a=rsa-sha256; d=example.org; s=; h=from; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; d=ex ample.org; s=a; h=from; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; d=example.org; i=@example.com; s=a; h=from; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; d=example.org; i=@notexample.org; s=a; h=from; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; c=strange; d=example.org; s=a; h=from; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; d=example.org; s=a; h=from; t=20; x=10; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; d=example.org; s=a; h=from; l=9999999999999; bh=AQID; b=AQID")]
    [InlineData("v=1; a=rsa-sha256; d=example.org; s=a; h=from; q=dns/other; bh=AQID; b=AQID")]
    [InlineData("v=1; v=1; a=rsa-sha256; d=example.org; s=a; h=from; bh=AQID; b=AQID")]
    public void What_contradicts_itself_is_no_signature(string value) =>
        MessageSignature.Parse(SignedHeader.Read(Bytes($"DKIM-Signature: {value}\r\n\r\n")).Fields[0], isArc: false).Should().BeNull();

    private const string Results = "ARC-Authentication-Results: i=1; mx.example; spf=pass\r\n";
    private const string Signature = "ARC-Message-Signature: i=1; a=rsa-sha256; d=example.org; s=a; h=from; bh=AQID; b=AQID\r\n";
    private const string Seal = "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=a; b=AQID\r\n";

    [Theory]
    [InlineData("From: x\r\n", 0, false)]
    [InlineData(Results + Signature + Seal, 1, false)]
    [InlineData(Results + Signature, 0, true)]
    [InlineData(Results + Signature + Seal + Seal, 0, true)]
    [InlineData("ARC-Seal: i=51; a=rsa-sha256; cv=none; d=example.org; s=a; b=AQID\r\n", 0, true)]
    [InlineData("ARC-Seal: nothing\r\n", 0, true)]
    public void A_chain_of_arc_has_whole_sets(string header, int sets, bool isBroken)
    {
        var chain = ArcChain.Read(SignedHeader.Read(Bytes(header + "\r\n")));
        (chain.Sets.Count, chain.IsBroken).Should().Be((sets, isBroken));
    }

    [Fact]
    public void Sets_of_arc_follow_each_other()
    {
        var second = (Results + Signature + Seal).Replace("i=1", "i=2", StringComparison.Ordinal);
        ArcChain.Read(SignedHeader.Read(Bytes(second + Results + Signature + Seal + "\r\n"))).Sets.Select(set => set.Seal.Instance).Should().Equal(1, 2);
        ArcChain.Read(SignedHeader.Read(Bytes(second + "\r\n"))).IsBroken.Should().BeTrue();
    }

    private static readonly RSA Key = RSA.Create(2048);

    private static bool VerifiesWhatMimeKitSigned(string subject, string body, bool relaxedHeader, bool relaxedBody)
    {
        var raw = $"From: a@example.org\r\nSubject: {subject}\r\n\r\n{body}";
        var message = MimeMessage.Load(new MemoryStream(Bytes(raw)));
        var pem = new MemoryStream(Encoding.ASCII.GetBytes(Key.ExportPkcs8PrivateKeyPem()));
        var signer = new DkimSigner(pem, "example.org", "s")
        {
            HeaderCanonicalizationAlgorithm = relaxedHeader ? DkimCanonicalizationAlgorithm.Relaxed : DkimCanonicalizationAlgorithm.Simple,
            BodyCanonicalizationAlgorithm = relaxedBody ? DkimCanonicalizationAlgorithm.Relaxed : DkimCanonicalizationAlgorithm.Simple,
        };
        signer.Sign(message, [HeaderId.From, HeaderId.Subject]);
        var field = message.Headers[HeaderId.DkimSignature];
        var header = SignedHeader.Read(Bytes($"DKIM-Signature:{Raw(message)}From: a@example.org\r\nSubject: {subject}\r\n\r\n"));
        var signature = MessageSignature.Parse(header.Fields[0], isArc: false)!;
        var signed = header.SignedBytes(signature.Headers, header.Raw(header.Fields[0]), signature.IsHeaderRelaxed);
        return field is not null && signature.BodyHash.Span.SequenceEqual(Hash(relaxedBody, null, body, 7))
            && Key.VerifyData(signed, signature.Signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static string Raw(MimeMessage message) =>
        Text(message.Headers.First(one => one.Id == HeaderId.DkimSignature).RawValue).ReplaceLineEndings("\r\n");

    private static byte[] Hash(bool isRelaxed, long? length, string body, int size)
    {
        using var hash = new BodyHash(isRelaxed, length);
        foreach (var piece in Bytes(body).Chunk(size))
            hash.Append(piece);
        return hash.Finish();
    }

    private static Gen<string> OneOf(params string[] pieces) => Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]);
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
