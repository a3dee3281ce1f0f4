using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Casella.Core.Messages;

/// <summary>
/// What proves that a URL was authorized here (RFC 4467 §2.5, mechanism INTERNAL), and by whom: the user in the URL is
/// the mailbox, where several persons work, each with keys of their own.
/// </summary>
/// <param name="Person">Null for who signed in with the common password.</param>
public sealed record UrlToken(PersonId? Person, ReadOnlyMemory<byte> Proof)
{
    /// <summary>RFC 4467 §2.4.1: the first octet says how the token is made, should that ever change.</summary>
    private const byte Version = 1;
    private const int Size = 1 + sizeof(long) + SHA256.HashSizeInBytes;

    /// <param name="rump">The URL without its mechanism and token, as it is written (RFC 4467 §6).</param>
    internal static UrlToken Make(ReadOnlySpan<byte> key, PersonId? person, string rump) =>
        new(person, HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(rump)));

    /// <summary>Null for what was never made here.</summary>
    /// <param name="text">Hexadecimal.</param>
    public static UrlToken? Parse(string text)
    {
        if (text.Length != 2 * Size)
            return null;
        Span<byte> octets = stackalloc byte[Size];
        if (Convert.FromHexString(text, octets, out _, out _) is not System.Buffers.OperationStatus.Done || octets[0] != Version)
            return null;
        var person = BinaryPrimitives.ReadInt64BigEndian(octets[1..]);
        return new UrlToken(person == 0 ? null : new PersonId(person), octets[(1 + sizeof(long))..].ToArray());
    }

    internal bool IsSame(UrlToken other) =>
        Person == other.Person && CryptographicOperations.FixedTimeEquals(Proof.Span, other.Proof.Span);

    /// <summary>Hexadecimal.</summary>
    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[Size];
        octets[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(octets[1..], Person?.Value ?? 0);
        Proof.Span.CopyTo(octets[(1 + sizeof(long))..]);
        return Convert.ToHexStringLower(octets);
    }
}
