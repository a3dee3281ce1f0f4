using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Casella.Formats.Push;

/// <summary>
/// Encrypts a message for one browser, so that the push service in between learns nothing but its length: the content
/// coding aes128gcm of RFC 8188 with the keys of RFC 8291.
/// </summary>
public static class PushEncryption
{
    /// <summary>RFC 8291 §4: what fits into the one record of 4,096 octets that every service takes.</summary>
    public const int OctetsAtMost = 3_993;

    private const int RecordSize = 4_096;
    private const int SaltOctets = 16;
    private const int TagOctets = 16;

    /// <summary>The body of the request to the push service.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The text is longer than <see cref="OctetsAtMost"/>.</exception>
    public static byte[] Encrypt(ReadOnlySpan<byte> text, PushKeys receiver)
    {
        // RFC 8291 §3.1: a key pair of its own for each message.
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(text, receiver, sender, RandomNumberGenerator.GetBytes(SaltOctets));
    }

    internal static byte[] Encrypt(ReadOnlySpan<byte> text, PushKeys receiver, ECDiffieHellman sender, byte[] salt)
    {
        if (text.Length > OctetsAtMost)
            throw new ArgumentOutOfRangeException(nameof(text));
        var senderPoint = PushKeys.PointOf(sender.ExportParameters(includePrivateParameters: false));
        using var other = PushKeys.Open(receiver.Public);
        // RFC 8291 §3.4
        var keyInfo = (byte[])[.. "WebPush: info\0"u8, .. receiver.Public, .. senderPoint];
        var input = HKDF.DeriveKey(HashAlgorithmName.SHA256, sender.DeriveRawSecretAgreement(other.PublicKey), 32, receiver.Secret, keyInfo);
        // RFC 8188 §2.2, §2.3
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]);
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, [.. "Content-Encoding: nonce\0"u8]);

        // RFC 8188 §2.1: salt, size of a record, our point; then the only record, which is the last: 2.
        var header = (byte[])[.. salt, .. Number(RecordSize), (byte)senderPoint.Length, .. senderPoint];
        var record = (byte[])[.. text, 2];
        var body = new byte[header.Length + record.Length + TagOctets];
        header.CopyTo(body, 0);
        using var aes = new AesGcm(key, TagOctets);
        aes.Encrypt(nonce, record, body.AsSpan(header.Length, record.Length), body.AsSpan(header.Length + record.Length));
        return body;
    }

    private static byte[] Number(int value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(octets, value);
        return octets;
    }
}
