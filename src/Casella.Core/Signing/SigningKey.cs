using System.Security.Cryptography;
using Casella.Core.Storage;
using Casella.Formats.SenderRecords;
using Geralt;

namespace Casella.Core.Signing;

/// <summary>A secret that signs for a domain (RFC 6376 §3.3, RFC 8463 §3).</summary>
internal sealed class SigningKey
{
    public const int SeedSize = 32;

    private const int PublicSize = 32;
    private const int PrivateSize = 64;
    private const int SignatureSize = 64;

    private readonly DomainKeyRow _row;

    private SigningKey(DomainKeyRow row) => _row = row;

    public string Domain => _row.Domain;
    public string Selector => _row.Selector;
    public string Algorithm => _row.Type is DkimKeyType.Ed25519 ? "ed25519-sha256" : "rsa-sha256";

    public static SigningKey Of(DomainKeyRow row) => new(row);

    public byte[] Sign(byte[] data)
    {
        if (_row.Type is DkimKeyType.Rsa)
        {
            using var rsa = Rsa();
            return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        var signature = new byte[SignatureSize];
        Ed25519.Sign(signature, SHA256.HashData(data), Pair().Private);
        return signature;
    }

    /// <summary>As DNS has it.</summary>
    public byte[] PublicKey()
    {
        if (_row.Type is not DkimKeyType.Rsa)
            return Pair().Public;
        using var rsa = Rsa();
        return rsa.ExportSubjectPublicKeyInfo();
    }

    private RSA Rsa()
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(_row.Secret.Span, out _);
        return rsa;
    }

    private (byte[] Public, byte[] Private) Pair()
    {
        var (open, secret) = (new byte[PublicSize], new byte[PrivateSize]);
        Ed25519.GenerateKeyPair(open, secret, _row.Secret.Span);
        return (open, secret);
    }
}
