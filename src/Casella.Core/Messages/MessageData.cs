using Casella.Formats.Mime;

namespace Casella.Core.Messages;

/// <summary>
/// What a reader needs of each message; Read opens nothing else. A flags sync needs none of these: the snapshot has
/// flags, size and date.
/// </summary>
[Flags]
public enum MessageNeeds
{
    None = 0,
    Envelope = 1,
    Structure = 2,
    Preview = 4,
    /// <summary>The top header's bytes (never the body).</summary>
    Header = 8,
    /// <summary>EMAILID, THREADID, SHA-256, sent date, HasAttachments.</summary>
    Facts = 16,
}

/// <summary>One message as <see cref="MailAccount.ReadAsync"/> yields it; only what was asked for is set.</summary>
public sealed record MessageData(Placement Placement)
{
    /// <summary>Stored form of the envelope; <see cref="CompactForm.ReadEnvelope"/>.</summary>
    public ReadOnlyMemory<byte> Envelope { get; init; }
    /// <summary>Stored form of the structure; <see cref="CompactForm.ReadStructure"/>.</summary>
    public ReadOnlyMemory<byte> Structure { get; init; }
    public string? Preview { get; init; }
    /// <summary>The header with its final empty line.</summary>
    public ReadOnlyMemory<byte> Header { get; init; }
    public MessageFacts? Facts { get; init; }
}

/// <param name="ObjectId">The EMAILID for the wire and for POP3's UIDL: 1–255 characters of RFC 8474 §7's set,
/// unguessable, eternal.</param>
/// <param name="Sha256">Of the whole message's bytes.</param>
public sealed record MessageFacts(
    string ObjectId, ThreadId Thread, ReadOnlyMemory<byte> Sha256, DateTimeOffset? SentAt, bool HasAttachments);

/// <summary>
/// The bytes of one stored message, read by ranges: a part or a partial fetch never reads more than it needs.
/// </summary>
public abstract class MessageContent : IAsyncDisposable
{
    /// <summary>Bytes of the whole message.</summary>
    public abstract long Size { get; }

    /// <summary>Bytes of the top header with its empty line.</summary>
    public abstract int HeaderSize { get; }

    /// <summary>
    /// Copies a range to a writer, in pieces of at most 16 KB with a flush when the writer asks for it. The range is
    /// cut to the message.
    /// </summary>
    /// <exception cref="MailException"><see cref="MailError.Damaged"/> when the bytes do not match their
    /// hash.</exception>
    public abstract ValueTask CopyToAsync(
        System.IO.Pipelines.PipeWriter output, long offset, long count, CancellationToken cancellationToken);

    /// <summary>A range as memory, for small parts and for searching.</summary>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, long count, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
