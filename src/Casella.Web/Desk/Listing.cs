using Casella.Core;
using Casella.Core.Mailboxes;

namespace Casella.Web.Desk;

/// <summary>
/// What a list shows at one moment, read to the last row. The next one takes its place as a whole, so that whoever reads
/// for another moment meanwhile never mixes the two.
/// </summary>
/// <param name="Number">Of the folder or search that was asked for; the same however far it is scrolled or changes.</param>
/// <param name="Folder">Where the search was asked for, too; null when it has gone.</param>
internal sealed record Listing(int Number, MailboxInfo? Folder, FolderArrangement Arrangement, MailRows Rows)
{
    /// <summary>What is searched for; empty for the plain folder.</summary>
    public string Query { get; init; } = "";

    /// <summary>The plain words that are searched for.</summary>
    public IReadOnlyList<string> Marked { get; init; } = [];

    /// <summary>Lines of texts in which such a word stands, as far as they have been found.</summary>
    public Dictionary<EmailId, string> Snippets { get; private init; } = [];

    /// <summary>Position of the window's first row.</summary>
    public int First { get; private init; }

    /// <summary>Rows that the window has at most.</summary>
    public required int Take { get; init; }

    public IReadOnlyList<ListedMail> Window { get; init; } = [];

    /// <summary>Positions of the window's rows.</summary>
    public IEnumerable<int> Positions => Enumerable.Range(First, Math.Min(Take, Rows.Count - First));

    /// <summary>The window at a row, or as near as there are rows.</summary>
    public Listing At(int first) => this with { First = Math.Clamp(first, 0, Math.Max(0, Rows.Count - Take)) };

    /// <summary>Other rows under the same window: who reads further down is not pushed by what comes in above.</summary>
    public Listing Over(MailRows rows)
    {
        var anchor = First > 0 && First < Rows.Count ? rows.IndexOf(Rows.KeyAt(First)) : -1;
        return (this with { Rows = rows }).At(anchor >= 0 ? anchor : First);
    }

    /// <summary>Of a folder that is there no more.</summary>
    public Listing Gone() => this with { Folder = null, Rows = MailRows.None, First = 0, Window = [] };
}
