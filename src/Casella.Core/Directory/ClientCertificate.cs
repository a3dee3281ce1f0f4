using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Core.Directory;

/// <summary>
/// A certificate by which a device signs in (SASL EXTERNAL): for the mailboxes whose addresses are in it. Which device
/// it is, its fingerprint tells. Whether it is to be trusted, whoever hands it in has found out.
/// </summary>
/// <param name="Fingerprint">SHA-256 of the certificate, in hexadecimal.</param>
/// <param name="Addresses">rfc822Name of its subjectAltName (RFC 5280 §4.2.1.6), as they are written there.</param>
public sealed record ClientCertificate(string Fingerprint, IReadOnlyList<string> Addresses)
{
    private const string SubjectAlternativeName = "2.5.29.17";

    // GeneralName ::= CHOICE { … rfc822Name [1] IA5String … }
    private static readonly Asn1Tag Rfc822Name = new(TagClass.ContextSpecific, 1);

    public static ClientCertificate Of(X509Certificate2 certificate) => new(
        Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)),
        certificate.Extensions[SubjectAlternativeName] is { } extension ? ReadAddresses(extension.RawData) : []);

    /// <summary>Reads a PEM text; the first certificate is the device's.</summary>
    /// <exception cref="DirectoryRuleException">There is none in it.</exception>
    public static ClientCertificate Read(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return Of(certificate);
        }
        catch (CryptographicException)
        {
            throw new DirectoryRuleException("That is no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
        }
    }

    private static List<string> ReadAddresses(byte[] extension)
    {
        var addresses = new List<string>();
        try
        {
            var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
                if (names.PeekTag() == Rfc822Name)
                    addresses.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, Rfc822Name));
                else
                    names.ReadEncodedValue();
        }
        catch (AsnContentException)
        {
            // Whoever has issued that: it names nobody.
            return [];
        }
        return addresses;
    }
}

/// <summary>A sign-in by certificate, which is trusted and whose key the client has proved to have.</summary>
/// <param name="UserName">One of the certificate's addresses, or "" where it has only one.</param>
public sealed record CertificateAttempt(string UserName, ClientCertificate Certificate, Changes.AccessProtocol Protocol, System.Net.IPAddress Remote)
    : SignInRequest(UserName, Protocol, Remote)
{
    public override string ToString() => base.ToString();
}
