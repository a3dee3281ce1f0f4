using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Signatures;

namespace Casella.Core.Signing;

/// <summary>
/// Signs what leaves with the keys of the domain that the reader sees in From (RFC 6376): once, when it enters the queue,
/// so that every attempt sends the same. Called by <see cref="Queue.MailQueue"/>.
/// </summary>
public sealed class OutgoingSigner
{
    private const int Piece = 64 * 1024;

    private readonly DomainKeys _keys;
    private readonly TimeProvider _time;

    internal OutgoingSigner(DomainKeys keys, TimeProvider time) => (_keys, _time) = (keys, time);

    /// <summary>The message with its signatures on top; as it is when its domain is not ours. Shares the content.</summary>
    public async Task<StagedMessage> SignAsync(StagedMessage content, EmailAddress? reversePath, CancellationToken cancellationToken)
    {
        var header = content.ReadHeader();
        var domain = SubmittedHeader.Read(header).From is [var from, ..] ? from.Domain : reversePath?.Domain;
        if (domain is null || await _keys.SigningAsync(domain, cancellationToken) is not { Count: > 0 } keys)
            return content;
        var (signed, body) = (SignedHeader.Read(header), await HashAsync(content, cancellationToken));
        var fields = new List<byte>();
        foreach (var key in keys)
        {
            var draft = new SignatureDraft(signed, new SignaturePlan(key.Algorithm, key.Domain, key.Selector, _time.GetUtcNow()), body);
            fields.AddRange(draft.Complete(key.Sign(draft.SignedBytes)));
        }

        return content.WithPrefix(fields.ToArray());
    }

    /// <summary>Of the body in its relaxed form.</summary>
    internal static async Task<byte[]> HashAsync(StagedMessage content, CancellationToken cancellationToken)
    {
        using var hash = new BodyHash(isRelaxed: true, length: null);
        await using var stream = content.OpenRead();
        var left = (long)content.Parsed.HeaderSize;
        var piece = new byte[Piece];
        for (var read = await stream.ReadAsync(piece, cancellationToken); read > 0; read = await stream.ReadAsync(piece, cancellationToken))
        {
            var skipped = (int)Math.Min(left, read);
            left -= skipped;
            hash.Append(piece.AsSpan(skipped, read - skipped));
        }

        return hash.Finish();
    }
}
