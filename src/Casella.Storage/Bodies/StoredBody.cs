using System.Security.Cryptography;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Storage.Bodies;

/// <summary>
/// A body ready for its row: header and text as pieces, or the header's piece and the name of a blob that is durable
/// already.
/// </summary>
internal sealed record StoredBody(
    long Size, ReadOnlyMemory<byte> Sha256, int HeaderSize, ReadOnlyMemory<byte>? Header, ReadOnlyMemory<byte>? Text,
    string? Blob, string? Space)
    : PreparedBody(Size, Sha256);

/// <summary>
/// Makes <see cref="StoredBody"/> of staged messages: inline up to the limit, a blob above. What was prepared for one
/// account serves the next recipient too.
/// </summary>
internal sealed class BodyPreparation(IBlobStore blobs, int inlineLimit)
{
    public async Task<StoredBody> PrepareAsync(string space, StagedMessage message, int headerSize, CancellationToken cancellationToken)
    {
        if (message.Prepared is StoredBody ready && ready.HeaderSize == headerSize)
            return await ForSpaceAsync(ready, space, cancellationToken);
        var body = message.Size <= inlineLimit
            ? Inline(message, headerSize)
            : await InBlobAsync(space, message, headerSize, cancellationToken);
        message.Prepared = body;
        return body;
    }

    /// <summary>An inline body fits every account; a blob is linked into the other account's folder.</summary>
    private async Task<StoredBody> ForSpaceAsync(StoredBody body, string space, CancellationToken cancellationToken) =>
        body.Blob is null || string.Equals(body.Space, space, StringComparison.Ordinal)
            ? body
            : body with { Blob = await blobs.LinkAsync(body.Space!, body.Blob, space, cancellationToken), Space = space };

    private static StoredBody Inline(StagedMessage message, int headerSize)
    {
        var bytes = new byte[message.Size];
        using (var content = message.OpenRead())
            content.ReadExactly(bytes);
        return new StoredBody(
            message.Size, SHA256.HashData(bytes), headerSize,
            StoredPiece.Pack(bytes.AsSpan(0, headerSize)), StoredPiece.Pack(bytes.AsSpan(headerSize)), null, null);
    }

    private async Task<StoredBody> InBlobAsync(string space, StagedMessage message, int headerSize, CancellationToken cancellationToken)
    {
        byte[]? header = null;
        if (headerSize <= inlineLimit)
        {
            var bytes = new byte[headerSize];
            await using var start = message.OpenRead();
            await start.ReadExactlyAsync(bytes, cancellationToken);
            header = StoredPiece.Pack(bytes);
        }

        using var hash = SHA256.Create();
        await using var content = message.OpenRead();
        await using var hashed = new CryptoStream(content, hash, CryptoStreamMode.Read);
        var blob = await blobs.WriteAsync(space, hashed, cancellationToken);
        return new StoredBody(message.Size, hash.Hash!, headerSize, header, null, blob, space);
    }
}
