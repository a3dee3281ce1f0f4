using System.Security.Cryptography;
using System.Text;

namespace Casella.Core.Directory;

/// <summary>
/// What the directory keeps of a password for SCRAM-SHA-256 (RFC 5802 §3, RFC 7677): enough to check a proof and to
/// prove ourselves, not enough to sign in with.
/// </summary>
internal sealed record ScramKey(byte[] StoredKey, byte[] ServerKey)
{
    public const int Size = SHA256.HashSizeInBytes;

    public static ScramKey Derive(ReadOnlySpan<byte> password, ScramSalt salt)
    {
        Span<byte> salted = stackalloc byte[Size];
        Rfc2898DeriveBytes.Pbkdf2(password, salt.Salt, salted, salt.Iterations, HashAlgorithmName.SHA256);
        Span<byte> clientKey = stackalloc byte[Size];
        HMACSHA256.HashData(salted, "Client Key"u8, clientKey);
        var key = new ScramKey(SHA256.HashData(clientKey), HMACSHA256.HashData(salted, "Server Key"u8));
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return key;
    }

    /// <summary>The one key of a password that people chose.</summary>
    public static IReadOnlyList<ScramKey> OfCommonPassword(string password, ScramSalt salt) =>
        PasswordText.Prepare(password) is { } bytes
            ? [Derive(SaslPrep.Prepare(password) is { } prepared ? Encoding.UTF8.GetBytes(prepared) : bytes, salt)]
            : [];

    /// <summary>
    /// The keys of a device's password. A proof says nothing of what was typed, so there is one for each way in which
    /// people type it: with the dashes as shown, without them, with spaces.
    /// </summary>
    /// <param name="canonical">As <see cref="DevicePassword.Generate"/> makes it.</param>
    public static IReadOnlyList<ScramKey> OfDevice(string canonical, ScramSalt salt)
    {
        var shown = DevicePassword.Format(canonical);
        return [.. new[] { shown, canonical, shown.Replace('-', ' ') }.Select(text => Derive(Encoding.ASCII.GetBytes(text), salt))];
    }

    /// <summary>Whether a client's proof comes of this key's password (RFC 5802 §3).</summary>
    public bool Proves(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> authMessage)
    {
        Span<byte> clientKey = stackalloc byte[Size];
        HMACSHA256.HashData(StoredKey, authMessage, clientKey);
        for (var i = 0; i < Size; i++)
            clientKey[i] ^= proof[i];
        Span<byte> stored = stackalloc byte[Size];
        SHA256.HashData(clientKey, stored);
        return CryptographicOperations.FixedTimeEquals(stored, StoredKey);
    }

    /// <summary>By which the client knows that we know the password too.</summary>
    public byte[] Sign(ReadOnlySpan<byte> authMessage) => HMACSHA256.HashData(ServerKey, authMessage);
}

/// <summary>What a client needs to make its keys, told to whoever asks.</summary>
public readonly record struct ScramSalt(byte[] Salt, int Iterations);

/// <summary>The last message of a client (RFC 5802 §7), when its form and its channel binding are right.</summary>
/// <param name="Proof">32 octets.</param>
/// <param name="AuthMessage">RFC 5802 §3.</param>
public sealed record ScramProof(byte[] Proof, byte[] AuthMessage);

/// <summary>A sign-in by proof.</summary>
public sealed record ScramAttempt(string UserName, ScramProof Proof, Changes.AccessProtocol Protocol, System.Net.IPAddress Remote)
    : SignInRequest(UserName, Protocol, Remote)
{
    public override string ToString() => base.ToString();
}

/// <param name="ServerSignature">To be told to the client.</param>
public sealed record ScramSignedIn(SignedIn SignedIn, byte[] ServerSignature);
