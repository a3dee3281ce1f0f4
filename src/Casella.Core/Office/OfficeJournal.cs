namespace Casella.Core.Office;

/// <summary>The journal of the office: who did what, when, from where, and how it ended.</summary>
public sealed class OfficeJournal
{
    private const int MaxEntries = 500;

    private readonly OfficeWork _work;

    internal OfficeJournal(OfficeWork work) => _work = work;

    /// <summary>The newest first; of a domain operator's domains only what is about them.</summary>
    /// <param name="before">Entries older than this one; null for the newest.</param>
    /// <param name="text">In subject or name; null for all.</param>
    public async Task<IReadOnlyList<JournalEntry>> ReadAsync(int atMost, long? before, string? text, CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeJournal, cancellationToken);
        var request = new JournalRequest(Math.Clamp(atMost, 1, MaxEntries), before, reach.Domains, string.IsNullOrWhiteSpace(text) ? null : text.Trim());
        return await _work.Parts.Store.JournalAsync(request, cancellationToken);
    }
}
