namespace Casella.Formats.Sieve.Matching;

/// <summary>RFC 5231 §4 relational-match.</summary>
internal static class Relation
{
    public static IReadOnlyList<string> Tags { get; } = [":count", ":value"];

    /// <summary>What the sign of a comparison must be, or null for no relation.</summary>
    public static Func<int, bool>? Find(string name) => name.ToLowerInvariant() switch
    {
        "gt" => static sign => sign > 0,
        "ge" => static sign => sign >= 0,
        "lt" => static sign => sign < 0,
        "le" => static sign => sign <= 0,
        "eq" => static sign => sign == 0,
        "ne" => static sign => sign != 0,
        _ => null,
    };
}
