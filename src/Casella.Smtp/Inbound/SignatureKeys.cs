using System.Security.Cryptography;
using Casella.Core.Delivery;
using Casella.Formats.SenderRecords;
using Casella.Formats.Signatures;
using Casella.Net.Dns;
using Geralt;

namespace Casella.Smtp.Inbound;

/// <summary>
/// Fetches the key of a signature and says whether it holds: the part that DKIM (RFC 6376 §6.1.2, §6.1.3) and ARC have
/// in common.
/// </summary>
internal sealed class SignatureKeys(IDnsResolver dns)
{
    /// <summary>RFC 8301 §3.2: shorter keys have been broken. Longer ones than the second only cost time.</summary>
    private const int LeastBits = 1024;
    private const int MostBits = 8192;

    private static readonly SignatureFault DoesNotFit = new(CheckResult.Fail, "the signature does not fit");

    private const int Ed25519KeySize = 32;
    private const int Ed25519SignatureSize = 64;

    /// <summary>Null when the signature holds, else what is wrong with it.</summary>
    /// <param name="signedBytes">What was signed.</param>
    public async Task<SignatureFault?> CheckAsync(SignaturePlace place, byte[] signedBytes, CancellationToken cancellationToken)
    {
        // RFC 8301 §3.1.
        if (place.Algorithm is SignatureAlgorithm.RsaSha1)
            return new SignatureFault(CheckResult.Policy, "SHA-1 is not believed any more");
        if (place.Algorithm is SignatureAlgorithm.Unknown)
            return new SignatureFault(CheckResult.Neutral, "unknown algorithm");
        DnsAnswer<string> records;
        try
        {
            records = await dns.TxtAsync(place.KeyName, cancellationToken);
        }
        catch (DnsTemporaryException)
        {
            return new SignatureFault(CheckResult.TemporaryError, "no answer from DNS for the key");
        }

        if (records.Count == 0)
            return new SignatureFault(CheckResult.PermanentError, "there is no such key");
        if (records.Select(DkimKeyRecord.Parse).FirstOrDefault(read => read is not null) is not { } key)
            return new SignatureFault(CheckResult.PermanentError, "the key cannot be read");
        return Fault(place, key) ?? Verify(place, key, signedBytes);
    }

    private static SignatureFault? Fault(SignaturePlace place, DkimKeyRecord key)
    {
        if (key.IsRevoked)
            return new SignatureFault(CheckResult.Fail, "the key was revoked");
        if (key.Hashes is { } hashes && !hashes.Contains("sha256", StringComparer.Ordinal))
            return new SignatureFault(CheckResult.PermanentError, "the key is not for SHA-256");
        if (key.Type is DkimKeyType.Ed25519 != place.Algorithm is SignatureAlgorithm.Ed25519Sha256)
            return new SignatureFault(CheckResult.PermanentError, "the key is of another kind");
        return key.IsStrict && !string.Equals(place.IdentityDomain, place.Domain, StringComparison.Ordinal)
            ? new SignatureFault(CheckResult.PermanentError, "the key is not for domains below its own")
            : null;
    }

    private static SignatureFault? Verify(SignaturePlace place, DkimKeyRecord key, byte[] signedBytes)
    {
        if (key.Type is DkimKeyType.Ed25519)
            return VerifyEd25519(key.Key.Span, place.Signature.Span, SHA256.HashData(signedBytes)) ? null : DoesNotFit;
        using var rsa = RSA.Create();
        if (!TryImport(rsa, key.Key.Span))
            return new SignatureFault(CheckResult.PermanentError, "the key cannot be read");
        if (rsa.KeySize is < LeastBits or > MostBits)
            return new SignatureFault(CheckResult.Policy, "the key is too short or too long to be believed");
        return rsa.VerifyData(signedBytes, place.Signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? null : DoesNotFit;
    }

    /// <summary>RFC 8463 §3: over the hash, not over the text.</summary>
    private static bool VerifyEd25519(ReadOnlySpan<byte> key, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> hash) =>
        key.Length == Ed25519KeySize && signature.Length == Ed25519SignatureSize && Ed25519.Verify(signature, hash, key);

    /// <summary>RFC 6376 §3.6.1 says RSAPublicKey, and everybody publishes SubjectPublicKeyInfo; both are met.</summary>
    private static bool TryImport(RSA rsa, ReadOnlySpan<byte> key)
    {
        try
        {
            rsa.ImportSubjectPublicKeyInfo(key, out _);
            return true;
        }
        catch (CryptographicException)
        {
            return TryImportPlain(rsa, key);
        }
    }

    private static bool TryImportPlain(RSA rsa, ReadOnlySpan<byte> key)
    {
        try
        {
            rsa.ImportRSAPublicKey(key, out _);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>What of a signature its key is asked about.</summary>
internal readonly record struct SignaturePlace(
    SignatureAlgorithm Algorithm, string Domain, string IdentityDomain, string KeyName, ReadOnlyMemory<byte> Signature)
{
    public static SignaturePlace Of(MessageSignature signature) =>
        new(signature.Algorithm, signature.Domain, signature.IdentityDomain, signature.KeyName, signature.Signature);

    public static SignaturePlace Of(ArcSeal seal) => new(seal.Algorithm, seal.Domain, seal.Domain, seal.KeyName, seal.Signature);
}

/// <summary>Why a signature does not hold.</summary>
internal sealed record SignatureFault(CheckResult Result, string Why);
