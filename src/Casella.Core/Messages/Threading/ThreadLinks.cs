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
/// What threading knows of a message's header (RFC 5256 §3). The full-text index keeps it, so that THREAD of a large
/// mailbox reads no header.
/// </summary>
/// <param name="Subject">Base subject by i;unicode-casemap; 0 when empty.</param>
/// <param name="Id">Null for a message without Message-ID.</param>
/// <param name="References">Its ancestors, the parent last.</param>
internal readonly record struct ThreadLinks(ThreadKey Subject, bool IsReply, ThreadKey? Id, ThreadKey[] References)
{
    private const byte ReplyBit = 1;
    private const byte IdBit = 2;

    /// <summary>Of a message that is gone: alone.</summary>
    public static ThreadLinks None { get; } = new(default, false, null, []);

    /// <param name="envelope">In the stored form.</param>
    /// <param name="header">Empty when only the subject is wanted.</param>
    public static ThreadLinks Read(ReadOnlyMemory<byte> envelope, ReadOnlyMemory<byte> header)
    {
        var raw = envelope.IsEmpty ? null : CompactForm.TryReadEnvelope(envelope)?.Subject;
        var subject = BaseSubject.Of(raw is { } text ? DecodedText.Header(text.Span) : "", out var isReply);
        var related = ThreadReferences.Read(header);
        return new ThreadLinks(
            ThreadKey.Of(UnicodeCasemap.Key(subject)), isReply, related.MessageId is { } id ? ThreadKey.Of(id) : null,
            [.. related.References.Select(ThreadKey.Of)]);
    }

    /// <summary>A byte of bits, then the subject, the own id where there is one, the references: 8 bytes each.</summary>
    public byte[] Pack()
    {
        var packed = new byte[1 + 8 * (1 + (Id is null ? 0 : 1) + References.Length)];
        packed[0] = (byte)((IsReply ? ReplyBit : 0) | (Id is null ? 0 : IdBit));
        var at = packed.AsSpan(1);
        Put(ref at, Subject);
        if (Id is { } id)
            Put(ref at, id);
        foreach (var reference in References)
            Put(ref at, reference);
        return packed;
    }

    /// <summary>Null when these are not the bytes of <see cref="Pack"/>.</summary>
    public static ThreadLinks? TryUnpack(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < 9 || packed.Length % 8 != 1 || ((packed[0] & IdBit) != 0 && packed.Length < 17))
            return null;
        var rest = packed[1..];
        var subject = Take(ref rest);
        ThreadKey? id = (packed[0] & IdBit) != 0 ? Take(ref rest) : null;
        var references = rest.IsEmpty ? [] : new ThreadKey[rest.Length / 8];
        for (var i = 0; i < references.Length; i++)
            references[i] = Take(ref rest);
        return new ThreadLinks(subject, (packed[0] & ReplyBit) != 0, id, references);
    }

    private static void Put(ref Span<byte> at, ThreadKey key)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(at, key.Value);
        at = at[8..];
    }

    private static ThreadKey Take(ref ReadOnlySpan<byte> rest)
    {
        var key = new ThreadKey(BinaryPrimitives.ReadUInt64LittleEndian(rest));
        rest = rest[8..];
        return key;
    }
}
