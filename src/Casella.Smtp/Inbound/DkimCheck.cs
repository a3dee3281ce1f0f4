using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Formats.Signatures;

namespace Casella.Smtp.Inbound;

/// <summary>
/// The signatures of a message (RFC 6376 §6) and the newest of its ARC chain: the body is read once for all of them, in
/// pieces, whatever its size.
/// </summary>
internal sealed class DkimCheck(SignatureKeys keys, TimeProvider time)
{
    /// <summary>Signatures that are looked at, from the top: each costs a question and a computation.</summary>
    private const int MaxSignatures = 10;

    private const int Piece = 64 * 1024;

    /// <summary>Fields that stand once in a message (RFC 5322 §3.6, RFC 2045), and of which a reader shows one.</summary>
    private static readonly string[] Single = ["From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"];

    /// <summary>Clocks differ; a signature from tomorrow is none.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    /// <summary>The results in the order of the fields; empty for a message without any.</summary>
    public async Task<IReadOnlyList<DkimAnswer>> RunAsync(SignedHeader header, BodyHashes bodies, CancellationToken cancellationToken) =>
        await Task.WhenAll(Signatures(header).Select(signature => CheckAsync(header, bodies, signature, cancellationToken)));

    /// <summary>One signature; also the newest of an ARC chain.</summary>
    public async Task<DkimAnswer> CheckAsync(SignedHeader header, BodyHashes bodies, MessageSignature? signature, CancellationToken cancellationToken)
    {
        if (signature is null)
            return new DkimAnswer(CheckResult.PermanentError, "the signature cannot be read", null);
        var now = time.GetUtcNow();
        if (signature.ExpiresAt is { } end && end < now.ToUnixTimeSeconds())
            return new DkimAnswer(CheckResult.Fail, "the signature has expired", signature);
        if (signature.SignedAt is { } signedAt && signedAt > (now + Ahead).ToUnixTimeSeconds())
            return new DkimAnswer(CheckResult.Fail, "the signature is from the future", signature);
        var signed = header.SignedBytes(signature.Headers, header.Raw(signature.Field), signature.IsHeaderRelaxed);
        if (await keys.CheckAsync(SignaturePlace.Of(signature), signed, cancellationToken) is { } fault)
            return new DkimAnswer(fault.Result, fault.Why, signature);
        var body = bodies[signature];
        if (!body.Hash.AsSpan().SequenceEqual(signature.BodyHash.Span) || signature.Length > body.Length)
            return new DkimAnswer(CheckResult.Fail, "the body was changed", signature);
        if (Single.FirstOrDefault(name => StandsMoreOftenThanSigned(header, signature, name)) is { } doubled)
            return new DkimAnswer(CheckResult.Policy, $"{doubled} stands there more often than it was signed", signature);
        // Whoever signs a beginning lets anybody add an end, which the reader then sees as signed.
        return signature.Length < body.Length
            ? new DkimAnswer(CheckResult.Policy, "something was added behind what was signed", signature)
            : new DkimAnswer(CheckResult.Pass, null, signature);
    }

    /// <summary>
    /// RFC 6376 §8.15: the lowest is what was signed, the uppermost is what is shown; somebody has put it there since.
    /// </summary>
    private static bool StandsMoreOftenThanSigned(SignedHeader header, MessageSignature signature, string name)
    {
        var signed = signature.Headers.Count(one => string.Equals(one, name, StringComparison.OrdinalIgnoreCase));
        return signed > 0 && header.Count(name) > signed;
    }

    /// <summary>The signatures that are looked at; null stands for one that cannot be read.</summary>
    public static IReadOnlyList<MessageSignature?> Signatures(SignedHeader header) =>
    [
        .. header.Fields.Where(field => string.Equals(field.Name, "DKIM-Signature", StringComparison.OrdinalIgnoreCase))
            .Take(MaxSignatures).Select(field => MessageSignature.Parse(field, isArc: false)),
    ];

    /// <summary>The body in each form that a signature wants.</summary>
    public static BodyHashes Hash(StagedMessage content, IEnumerable<MessageSignature> signatures)
    {
        var wanted = signatures.Select(BodyHashes.Form).Distinct().ToDictionary(form => form, form => new BodyHash(form.IsRelaxed, form.Length));
        if (wanted.Count == 0)
            return new BodyHashes([]);
        using var stream = content.OpenRead();
        Skip(stream, content.Parsed.HeaderSize);
        var piece = new byte[Piece];
        for (var read = stream.Read(piece); read > 0; read = stream.Read(piece))
            foreach (var hash in wanted.Values)
                hash.Append(piece.AsSpan(0, read));
        var hashes = wanted.ToDictionary(one => one.Key, one => new HashedBody(one.Value.Finish(), one.Value.Length));
        foreach (var hash in wanted.Values)
            hash.Dispose();
        return new BodyHashes(hashes);
    }

    private static void Skip(Stream stream, int octets)
    {
        var piece = new byte[Math.Min(Piece, Math.Max(octets, 1))];
        for (var left = octets; left > 0;)
            left -= stream.Read(piece, 0, Math.Min(left, piece.Length)) is > 0 and var read ? read : left;
    }
}

/// <summary>A body in the forms that its signatures want.</summary>
internal sealed class BodyHashes(Dictionary<(bool IsRelaxed, long? Length), HashedBody> hashes)
{
    public HashedBody this[MessageSignature signature] => hashes[Form(signature)];

    public static (bool IsRelaxed, long? Length) Form(MessageSignature signature) => (signature.IsBodyRelaxed, signature.Length);
}

/// <param name="Length">Octets of the whole canonical body.</param>
internal readonly record struct HashedBody(byte[] Hash, long Length);

/// <summary>What became of one signature.</summary>
/// <param name="Comment">Why it does not hold, or null.</param>
/// <param name="Signature">Null when it cannot be read.</param>
internal sealed record DkimAnswer(CheckResult Result, string? Comment, MessageSignature? Signature)
{
    public static DkimAnswer Late { get; } = new(CheckResult.TemporaryError, "it took too long", null);
}
