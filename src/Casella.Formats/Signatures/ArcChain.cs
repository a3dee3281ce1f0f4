using System.Text;
using Casella.Formats.Mime;
using Casella.Formats.SenderRecords;

namespace Casella.Formats.Signatures;

/// <summary>
/// The sets of ARC fields that a message has collected on its way (RFC 8617 §4): what each server in between found out
/// before it changed it. Structure only; the signatures are for who has the keys.
/// </summary>
public sealed class ArcChain
{
    private const string ResultsName = "ARC-Authentication-Results";
    private const string SignatureName = "ARC-Message-Signature";
    private const string SealName = "ARC-Seal";

    private ArcChain(IReadOnlyList<ArcSet> sets, bool isBroken) => (Sets, IsBroken) = (sets, isBroken);

    /// <summary>In the order in which they were added; empty for a message that has none.</summary>
    public IReadOnlyList<ArcSet> Sets { get; }

    /// <summary>There are fields that make no chain (RFC 8617 §5.2 steps 2 and 3): the chain has failed.</summary>
    public bool IsBroken { get; }

    public static ArcChain Read(SignedHeader header)
    {
        var sets = new SortedDictionary<int, Parts>();
        foreach (var field in header.Fields)
        {
            var kind = Kind(field.Name);
            if (kind < 0)
                continue;
            var tags = TagList.Parse(Tags(field, kind), StringComparer.Ordinal);
            var instance = tags is null ? 0 : MessageSignature.InstanceOf(tags);
            if (instance == 0)
                return new ArcChain([], isBroken: true);
            if (!sets.TryGetValue(instance, out var parts))
                sets[instance] = parts = new Parts();
            if (parts.Fields[kind] is not null)
                return new ArcChain([], isBroken: true);
            parts.Fields[kind] = field;
        }

        var read = sets.Select(entry => entry.Value.Read(entry.Key)).ToList();
        return read.TrueForAll(set => set is not null) && sets.Keys.SequenceEqual(Enumerable.Range(1, sets.Count))
            ? new ArcChain([.. read.OfType<ArcSet>()], isBroken: false)
            : new ArcChain([], isBroken: true);
    }

    /// <summary>What the seal of a set covers: all sets up to it, each as results, signature, seal.</summary>
    public byte[] SealedBytes(SignedHeader header, int instance)
    {
        var fields = new List<ReadOnlyMemory<byte>>();
        foreach (var set in Sets.Take(instance))
        {
            fields.Add(header.RawMemory(set.Results));
            fields.Add(header.RawMemory(set.Signature.Field));
            if (set.Seal.Instance < instance)
                fields.Add(header.RawMemory(set.Seal.Field));
        }

        return SignedHeader.SealedBytes(fields, header.Raw(Sets[instance - 1].Seal.Field));
    }

    private static int Kind(string name) => string.Equals(name, ResultsName, StringComparison.OrdinalIgnoreCase) ? 0
        : string.Equals(name, SignatureName, StringComparison.OrdinalIgnoreCase) ? 1
        : string.Equals(name, SealName, StringComparison.OrdinalIgnoreCase) ? 2
        : -1;

    /// <summary>Of the results only the first part is a tag; the others are theirs.</summary>
    private static string Tags(HeaderField field, int kind)
    {
        var text = Encoding.UTF8.GetString(field.Value.Span);
        return kind == 0 ? text.Split(';')[0] : text;
    }

    private sealed class Parts
    {
        public HeaderField?[] Fields { get; } = new HeaderField?[3];

        public ArcSet? Read(int instance) => Fields is [{ } results, { } signature, { } seal]
            && MessageSignature.Parse(signature, isArc: true) is { } signed && ArcSeal.Parse(seal) is { } read && signed.Instance == instance
            ? new ArcSet(results, signed, read)
            : null;
    }
}

/// <summary>What one server has added.</summary>
/// <param name="Results">ARC-Authentication-Results (RFC 8617 §4.1.1).</param>
public sealed record ArcSet(HeaderField Results, MessageSignature Signature, ArcSeal Seal);

/// <summary>An ARC-Seal (RFC 8617 §4.1.3).</summary>
/// <param name="Validity">cv=: "none" for the first, "pass" for the others of a chain that holds, "fail" when it broke.</param>
public sealed record ArcSeal(HeaderField Field, int Instance, SignatureAlgorithm Algorithm, ReadOnlyMemory<byte> Signature, string Domain, string Selector, string Validity)
{
    public string KeyName => $"{Selector}._domainkey.{Domain}";

    internal static ArcSeal? Parse(HeaderField field)
    {
        if (TagList.Parse(Encoding.UTF8.GetString(field.Value.Span), StringComparer.Ordinal) is not { } tags || MessageSignature.InstanceOf(tags) is not (> 0 and var instance))
            return null;
        // RFC 8617 §4.1.3: it covers fixed fields and no body, so these tags would be a lie.
        if (tags["h"] is not null || tags["bh"] is not null || tags["cv"] is not ("none" or "pass" or "fail"))
            return null;
        return tags["b"] is { } b && TagList.Base64(b) is { Length: > 0 } signature && MessageSignature.Place(tags) is var (domain, selector)
            ? new ArcSeal(field, instance, MessageSignature.AlgorithmOf(tags["a"]), signature, domain, selector, tags["cv"]!)
            : null;
    }
}
