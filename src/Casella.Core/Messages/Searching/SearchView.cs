namespace Casella.Core.Messages.Searching;

/// <summary>
/// What a search knows of one message so far: always its placement, later its facts and header, last its text. Texts
/// are folded UTF-8, decoded once however many terms ask; or they come from the full-text index as they are.
/// </summary>
internal sealed class SearchView(Placement placement)
{
    /// <summary>Set again where nothing but placements is looked at: one view then does for all.</summary>
    public Placement Placement { get; set; } = placement;

    /// <summary>Null while it has not been read.</summary>
    public MessageData? Data { get; set; }

    /// <summary>See <see cref="FoldedHeader"/>; null while it has not been read.</summary>
    public ReadOnlyMemory<byte>? Header { get; set; }

    /// <summary>How well the fuzzy terms fit that have matched; null while none has.</summary>
    public Dictionary<SearchCriterion, int>? Relevancies { get; set; }

    /// <summary>Folded text of the body; null while it has not been read.</summary>
    public ReadOnlyMemory<byte>? Body { get; set; }
}
