using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace Casella.Formats.Documents;

/// <summary>
/// A file inside a signature (.p7m: CAdES, RFC 5652 §5), as Italian offices send contracts and invoices: what was signed,
/// by whom, and whether the signature is of these bytes. Whether a certificate is to be trusted is not asked.
/// </summary>
public sealed record SignedFile(byte[] Content, IReadOnlyList<FileSigner> Signers, bool IsIntact)
{
    /// <summary>Signatures around signatures.</summary>
    private const int SignersAtMost = 20;

    /// <summary>Null for a file that is none, or whose content is elsewhere.</summary>
    public static SignedFile? TryRead(byte[] file)
    {
        try
        {
            var signed = new SignedCms();
            signed.Decode(Binary(file));
            var content = signed.ContentInfo.Content;
            return content.Length == 0
                ? null
                : new SignedFile(content, [.. signed.SignerInfos.Cast<SignerInfo>().Take(SignersAtMost).Select(Signer)], IsIntactIn(signed));
        }
        catch (Exception none) when (none is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static bool IsIntactIn(SignedCms signed)
    {
        try
        {
            signed.CheckSignature(verifySignatureOnly: true);
            return signed.SignerInfos.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static FileSigner Signer(SignerInfo info)
    {
        var at = info.SignedAttributes.Cast<CryptographicAttributeObject>().SelectMany(one => one.Values.Cast<AsnEncodedData>()).OfType<Pkcs9SigningTime>().FirstOrDefault();
        return new FileSigner(
            info.Certificate?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false) ?? "",
            info.Certificate?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: true) ?? "",
            at is null ? null : new DateTimeOffset(DateTime.SpecifyKind(at.SigningTime, DateTimeKind.Utc)));
    }

    /// <summary>Some programs send it in base64, with or without the lines of PEM.</summary>
    private static byte[] Binary(byte[] file)
    {
        if (file is [0x30, ..])
            return file;
        var text = System.Text.Encoding.ASCII.GetString(file);
        var body = string.Concat(text.Split('\n').Where(line => !line.StartsWith("-----", StringComparison.Ordinal)).Select(line => line.Trim()));
        return Convert.FromBase64String(body);
    }
}

/// <param name="Name">Of whom the certificate is.</param>
/// <param name="At">As the signer says; null for not said.</param>
public sealed record FileSigner(string Name, string Issuer, DateTimeOffset? At);
