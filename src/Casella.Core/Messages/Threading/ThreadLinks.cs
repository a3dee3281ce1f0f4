using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Threading;

/// <summary>
/// A base subject or a Message-ID as threading compares it: 64 bits of its SHA-256. Nothing shows it, and who makes two
/// that are equal has put his own messages into one conversation, which a header does as well.
/// </summary>
internal readonly record struct ThreadKey(ulong Value)
{
    /// <summary>The empty text has the number 0.</summary>
    public static ThreadKey Of(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return default;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return new ThreadKey(BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }

    public static ThreadKey Of(string text) => Of(Encoding.UTF8.GetBytes(text));
}

/// <summary>
/// What threading knows of a message's header (RFC 5256 §3), in few bytes: the full-text index keeps it, so that THREAD
/// of a large mailbox reads no header. A byte of bits; then, 8 bytes each, the base subject by i;unicode-casemap, the
/// message's own id where it has one, and its ancestors, the parent last.
/// </summary>
internal readonly ref struct ThreadLinks
{
    private const byte ReplyBit = 1;
    private const byte IdBit = 2;
    private const int Key = sizeof(ulong);

    private readonly ReadOnlySpan<byte> _packed;

    /// <param name="packed">As <see cref="Pack"/> made it; anything else stands alone.</param>
    public ThreadLinks(ReadOnlySpan<byte> packed) => _packed = IsPacked(packed) ? packed : Alone;

    public ThreadKey Subject => KeyAt(0);

    public bool IsReply => (_packed[0] & ReplyBit) != 0;

    public ThreadKey? Id => HasId ? KeyAt(1) : null;

    /// <summary>How many there are.</summary>
    public int References => (_packed.Length - 1) / Key - (HasId ? 2 : 1);

    public ThreadKey Reference(int index) => KeyAt(index + (HasId ? 2 : 1));

    private bool HasId => (_packed[0] & IdBit) != 0;

    private static ReadOnlySpan<byte> Alone => [0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <param name="envelope">In the stored form.</param>
    public static byte[] Read(ReadOnlyMemory<byte> envelope, ReadOnlyMemory<byte> header)
    {
        var raw = envelope.IsEmpty ? null : CompactForm.TryReadEnvelope(envelope)?.Subject;
        var subject = BaseSubject.Of(raw is { } text ? DecodedText.Header(text.Span) : "", out var isReply);
        var related = ThreadReferences.Read(header);
        return Pack(
            ThreadKey.Of(UnicodeCasemap.Key(subject)), isReply, related.MessageId is { } id ? ThreadKey.Of(id) : null,
            [.. related.References.Select(ThreadKey.Of)]);
    }

    /// <param name="id">Null for a message without Message-ID.</param>
    public static byte[] Pack(ThreadKey subject, bool isReply, ThreadKey? id, ReadOnlySpan<ThreadKey> references)
    {
        var packed = new byte[1 + Key * (1 + (id is null ? 0 : 1) + references.Length)];
        packed[0] = (byte)((isReply ? ReplyBit : 0) | (id is null ? 0 : IdBit));
        var at = packed.AsSpan(1);
        Put(ref at, subject);
        if (id is { } own)
            Put(ref at, own);
        foreach (var reference in references)
            Put(ref at, reference);
        return packed;
    }

    /// <summary>False also for what is empty.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> packed) =>
        packed.Length % Key == 1 && packed.Length > ((packed[0] & IdBit) != 0 ? 2 : 1) * Key;

    private ThreadKey KeyAt(int index) => new(BinaryPrimitives.ReadUInt64LittleEndian(_packed[(1 + index * Key)..]));

    private static void Put(ref Span<byte> at, ThreadKey key)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(at, key.Value);
        at = at[Key..];
    }
}
