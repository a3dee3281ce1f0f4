namespace Casella.Core.Messages.Sorting;

/// <summary>What messages can be sorted by (RFC 5256 §3 BASE.6.4.SORT; DisplayFrom, DisplayTo RFC 5957 §4).</summary>
public enum SortField
{
    /// <summary>When it was received.</summary>
    Arrival,
    /// <summary>The sent date; when received for a message without one.</summary>
    Date,
    /// <summary>Bytes.</summary>
    Size,
    /// <summary>The subject without "Re:" and its kin.</summary>
    Subject,
    /// <summary>Local part of the first address.</summary>
    From,
    To,
    Cc,
    /// <summary>Name of the first address, else the address: what a list shows.</summary>
    DisplayFrom,
    DisplayTo,
    /// <summary>How well it fits a fuzzy search (RFC 6203 §6); descending unless reversed.</summary>
    Relevancy,
}

/// <summary>One criterion of a sort.</summary>
/// <param name="IsReverse">Descending; messages that are equal stay in the order of the mailbox.</param>
public readonly record struct SortKey(SortField Field, bool IsReverse);
