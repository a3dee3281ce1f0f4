using Casella.Core.Storage;

namespace Casella.Core.Directory;

/// <summary>
/// Finds the device whose password a proof comes of. SCRAM names only the mailbox; all its devices have one salt, so
/// the proof is tried against the key of each, and the one it fits is the device that signs in.
/// </summary>
internal static class ScramCheck
{
    /// <summary>
    /// Keys that are tried at most: a mailbox may have <see cref="DirectoryRules.MaxDevices"/> devices, with three keys
    /// each, and the rest are of devices that were revoked. 2,000 take four milliseconds.
    /// </summary>
    public const int MaxKeys = 2_000;

    /// <summary>
    /// A mailbox with few devices, and one that does not exist, cost as much as one with many people.
    /// </summary>
    private const int MinKeys = 100;

    private static readonly ScramKey Nobody = new(new byte[ScramKey.Size], new byte[ScramKey.Size]);

    /// <summary>All keys are tried, also after one has fitted: the time tells nothing.</summary>
    public static ScramCandidate? Find(IReadOnlyList<ScramCandidate> candidates, ScramProof proof)
    {
        ScramCandidate? found = null;
        foreach (var candidate in candidates)
            if (candidate.Key.Proves(proof.Proof, proof.AuthMessage))
                found ??= candidate;
        for (var i = candidates.Count; i < MinKeys; i++)
            Nobody.Proves(proof.Proof, proof.AuthMessage);
        return found;
    }
}
