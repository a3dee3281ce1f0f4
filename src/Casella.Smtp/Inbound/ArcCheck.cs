using Casella.Core.Delivery;
using Casella.Formats.AuthenticationResults;
using Casella.Formats.Signatures;

namespace Casella.Smtp.Inbound;

/// <summary>Does the chain of ARC hold (RFC 8617 §5.2), and do we believe who has made it?</summary>
internal sealed class ArcCheck(SignatureKeys keys, DkimCheck signatures, InboundRules rules)
{
    public async Task<ArcAnswer> RunAsync(SignedHeader header, ArcChain chain, BodyHashes bodies, CancellationToken cancellationToken)
    {
        if (chain.IsBroken)
            return new ArcAnswer(CheckResult.Fail, "the sets do not follow each other");
        if (chain.Sets.Count == 0)
            return ArcAnswer.None;
        if (chain.Sets.Any(set => !string.Equals(set.Seal.Validity, set.Seal.Instance == 1 ? "none" : "pass", StringComparison.Ordinal)))
            return new ArcAnswer(CheckResult.Fail, "it had failed before");
        if (await signatures.CheckAsync(header, bodies, chain.Sets[^1].Signature, cancellationToken) is { Result: not CheckResult.Pass } changed)
            return new ArcAnswer(CheckResult.Fail, changed.Comment);
        var seals = await Task.WhenAll(chain.Sets.Select(set =>
            keys.CheckAsync(SignaturePlace.Of(set.Seal), chain.SealedBytes(header, set.Seal.Instance), cancellationToken)));
        return seals.FirstOrDefault(fault => fault is not null) is { } broken
            ? new ArcAnswer(CheckResult.Fail, broken.Why)
            : new ArcAnswer(CheckResult.Pass, null) { WasGood = IsTrusted(chain) && WasGoodAtFirst(chain) };
    }

    /// <summary>One in the chain whom nobody knows could have made up all that is before him.</summary>
    private bool IsTrusted(ArcChain chain) => chain.Sets.All(set => rules.IsTrustedSealer(set.Seal.Domain));

    /// <summary>The first server in the chain got it from where it began.</summary>
    private static bool WasGoodAtFirst(ArcChain chain) =>
        MethodResults.Read(chain.Sets[0].Results.Value.Span).Any(result => result is { Method: "dmarc", Result: "pass" });
}

/// <param name="Comment">Why it does not hold, or null.</param>
internal sealed record ArcAnswer(CheckResult Result, string? Comment)
{
    public static ArcAnswer None { get; } = new(CheckResult.None, null);
    public static ArcAnswer Late { get; } = new(CheckResult.Fail, "it took too long");      // RFC 8617 §5.2.1

    /// <summary>A chain of servers that we believe says that the message was what it seems when it came to the first.</summary>
    public bool WasGood { get; init; }
}
