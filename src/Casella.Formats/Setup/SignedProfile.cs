using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Formats.Setup;

/// <summary>
/// A profile inside the server's signature (CMS signed data, DER): the device says whose it is, and that nobody has
/// changed it on its way.
/// </summary>
public static class SignedProfile
{
    private static readonly Oid Sha256 = new("2.16.840.1.101.3.4.2.1");

    /// <param name="signer">With its private key.</param>
    /// <param name="chain">Intermediates, sent along.</param>
    public static byte[] Sign(byte[] profile, X509Certificate2 signer, X509Certificate2Collection chain, DateTimeOffset now)
    {
        var cms = new SignedCms(new ContentInfo(profile));
        var signature = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, signer)
        {
            DigestAlgorithm = Sha256,
            // The chain is here already; looking for it would ask the network.
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
        signature.Certificates.AddRange(chain);
        signature.SignedAttributes.Add(new Pkcs9SigningTime(now.UtcDateTime));
        cms.ComputeSignature(signature, silent: true);
        return cms.Encode();
    }
}
