using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Casella.Formats.Documents;

namespace Casella.Formats.Tests.Documents;

public sealed class SignedFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_signed_and_by_whom_is_read(bool asBase64)
    {
        var file = Signed("contratto");
        if (asBase64)
            file = Encoding.ASCII.GetBytes(Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks));

        var read = SignedFile.TryRead(file)!;

        (Encoding.UTF8.GetString(read.Content), read.IsIntact).Should().Be(("contratto", true));
        read.Signers.Single().Name.Should().Be("Anna Rossi");
        read.Signers.Single().At.Should().NotBeNull();
    }

    [Fact]
    public void A_changed_content_is_told()
    {
        var file = Signed("contratto");
        file[file.AsSpan().IndexOf("contratto"u8)] = (byte)'C';

        SignedFile.TryRead(file)!.IsIntact.Should().BeFalse();
    }

    [Fact]
    public void What_is_no_signature_is_null()
    {
        SignedFile.TryRead([]).Should().BeNull();
        SignedFile.TryRead("hello"u8.ToArray()).Should().BeNull();
        SignedFile.TryRead([0x30, 0x03, 1, 1, 1]).Should().BeNull();
    }

    private static byte[] Signed(string text)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Anna Rossi", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue.AddYears(-1));
        var cms = new SignedCms(new ContentInfo(Encoding.UTF8.GetBytes(text)));
        var signer = new CmsSigner(certificate);
        signer.SignedAttributes.Add(new Pkcs9SigningTime(DateTime.UnixEpoch));
        cms.ComputeSignature(signer);
        return cms.Encode();
    }
}
