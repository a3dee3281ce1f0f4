namespace Casella.Core.Messages;

/// <summary>What a search has found, and how well it fits what somebody had in mind.</summary>
/// <param name="Uids">Ascending.</param>
/// <param name="Relevancy">1 to 100 (RFC 6203 §4), for messages that a fuzzy term has found; the others fit exactly.</param>
public sealed record SearchFindings(IReadOnlyList<Uid> Uids, IReadOnlyDictionary<Uid, int> Relevancy)
{
    public int RelevancyOf(Uid uid) => Relevancy.GetValueOrDefault(uid, 100);
}
