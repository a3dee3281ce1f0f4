using System.Security.Cryptography;

namespace Casella.Formats.Push;

/// <summary>What a browser has given for encrypting to it.</summary>
/// <param name="Public">Its point on P-256, 65 octets, uncompressed.</param>
/// <param name="Secret">16 octets.</param>
public sealed record PushKeys(byte[] Public, byte[] Secret)
{
    public const int PublicOctets = 65;
    public const int SecretOctets = 16;

    /// <summary>False for what is no point of the curve, or of another length.</summary>
    public bool IsValid
    {
        get
        {
            if (Secret.Length != SecretOctets || Public is not [4, ..] || Public.Length != PublicOctets)
                return false;
            try
            {
                using var key = Open(Public);
                return true;
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    internal static ECDiffieHellman Open(ReadOnlySpan<byte> point) => ECDiffieHellman.Create(
        new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..65].ToArray() } });

    internal static byte[] PointOf(ECParameters parameters) => [4, .. parameters.Q.X!, .. parameters.Q.Y!];
}
