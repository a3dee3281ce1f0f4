using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Web.Reading;
using Casella.Web.Searching;

namespace Casella.Web.Desk;

/// <summary>
/// The list beside the open message: a window of rows over any number of messages. Scrolling moves the window; only its
/// rows are read, and those that were read a moment ago are remembered. While one thing is read the visitor asks for the
/// next and others change the mailbox: what was asked for last is shown, as it is then.
/// </summary>
internal sealed class MailList(Box box, WebOptions options, Func<DateOnly> today)
{
    /// <summary>Rows of a window: three screens of a laptop, so that ordinary scrolling finds them there.</summary>
    private const int Take = 40;

    /// <summary>
    /// Rows of a list that has just been opened: what a large screen shows, and some. A taller one asks for more.
    /// </summary>
    private const int TakeAtFirst = 24;

    private const int Remembered = 600;

    private readonly Dictionary<EmailId, MailLine> _lines = [];
    private Listing _shown = new(0, null, new FolderArrangement(box, ListFilter.All, ListOrder.Newest), MailRows.None) { Take = TakeAtFirst };
    private int _asked;
    private int _scrolled;

    /// <summary>Where the search was asked for, too; null when it has gone.</summary>
    public MailboxInfo? Folder => _shown.Folder;

    public ListFilter Filter => _shown.Arrangement.Filter;

    /// <summary>What is searched for; empty for the plain folder.</summary>
    public string Query => _shown.Query;

    public MailRows Rows => _shown.Rows;

    /// <summary>The plain words that are searched for, to be marked where they stand.</summary>
    public IReadOnlyList<string> Marked => _shown.Marked;

    /// <summary>How the rows are shown; said before a folder is opened.</summary>
    public ViewChoice View { get; set; } = ViewChoice.Plain;

    /// <summary>Position of the window's first row.</summary>
    public int First => _shown.First;

    public IReadOnlyList<ListedMail> Window => _shown.Window;

    /// <summary>The rows of a folder in which the members' own mail is: there a row names who gets it.</summary>
    public bool ShowsRecipients => Folder?.SpecialUse is SpecialUse.Sent or SpecialUse.Drafts && Rows is not FoundRows;

    /// <returns>False when something else was asked for meanwhile.</returns>
    public async Task<bool> OpenFolderAsync(MailboxInfo folder, ListFilter filter, CancellationToken cancellationToken)
    {
        var (number, before) = (++_asked, _shown);
        var arrangement = new FolderArrangement(box, filter, View.Order);
        var rows = await RowsAsync(folder, arrangement, cancellationToken);
        return await PutAsync(new Listing(number, folder, arrangement, rows) { Take = TakeAtFirst }, before, cancellationToken);
    }

    /// <summary>Searches all folders but Trash and SPAM, or the folder alone where that is one of them.</summary>
    /// <returns>False when something else was asked for meanwhile.</returns>
    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task<bool> SearchAsync(string query, CancellationToken cancellationToken)
    {
        var (number, before) = (++_asked, _shown);
        var asked = SearchQuery.Parse(query, today());
        // What came a moment ago is in the tree before it is in the picture of it that is shown.
        var tree = await box.Account.GetTreeAsync(cancellationToken);
        var folders = before.Folder?.SpecialUse is SpecialUse.Trash or SpecialUse.Junk
            ? [before.Folder]
            : tree.Mailboxes.Where(folder => folder is { IsSelectable: true, Messages: > 0, SpecialUse: not (SpecialUse.Trash or SpecialUse.Junk) });
        // Beside each other, and beside what else the page has to do.
        var found = await Task.Run(() => Task.WhenAll(folders.Select(folder => FindAsync(folder.Id, asked.Criterion, cancellationToken))), cancellationToken);
        var rows = new FoundRows([.. found.SelectMany(folder => folder).OrderByDescending(one => one.Placement.ReceivedAt).Take(options.SearchResults)]);
        return await PutAsync(
            new Listing(number, before.Folder, before.Arrangement, rows) { Query = query, Marked = asked.Words, Take = TakeAtFirst }, before, cancellationToken);
    }

    /// <summary>Moves the window to where a row is in its middle.</summary>
    public Task ShowAsync(int middle, CancellationToken cancellationToken)
    {
        var (number, scrolled) = (_shown.Number, ++_scrolled);
        return ChangeAsync(async shown =>
        {
            if (shown.Number != number)
                return null;
            var moved = await ReadAsync((shown with { Take = Take }).At(middle - (Take / 2)), cancellationToken);
            return scrolled == _scrolled ? moved : null;
        });
    }

    /// <summary>After a change of the account: the same place in the list as it is now.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => ChangeAsync(async shown =>
    {
        if (shown.Folder is not { } folder)
            return null;
        if (box.Tree.Find(folder.Id) is not { IsSelectable: true } now)
            return shown.Gone();
        var rows = shown.Rows is FoundRows found
            ? await RefreshedAsync(found, cancellationToken)
            : await RowsAsync(now, shown.Arrangement, cancellationToken);
        return await ReadAsync((shown with { Folder = now }).Over(rows), cancellationToken);
    });

    /// <summary>
    /// For rows that do not show what was looked for: the line of their text in which it stands. Read after the rows are
    /// shown, so that nobody waits for it.
    /// </summary>
    /// <returns>False when nothing came to it.</returns>
    public async Task<bool> FindSnippetsAsync(CancellationToken cancellationToken)
    {
        var (asked, isNew) = (_shown, false);
        if (asked.Marked.Count == 0)
            return false;
        foreach (var row in asked.Window.Where(row => !asked.Snippets.ContainsKey(row.Email) && !ShowsWord(row.Line, asked.Marked)))
        {
            if (await TextOfAsync(row.Email, cancellationToken) is { } text && FoundWord.SnippetOf(text, asked.Marked) is { } snippet)
                isNew |= asked.Snippets.TryAdd(row.Email, snippet);
        }

        if (isNew)
            await ChangeAsync(async shown => shown.Number == asked.Number ? await ReadAsync(shown, cancellationToken) : null);
        return isNew;
    }

    /// <summary>
    /// Shows what was asked for, unless something else was asked for since. What others have changed on the way it may not
    /// have seen.
    /// </summary>
    /// <param name="before">What was shown when it was asked for.</param>
    private async Task<bool> PutAsync(Listing asked, Listing before, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(asked, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (asked.Number != _asked)
            return false;
        var isBehind = !ReferenceEquals(_shown, before);
        _shown = read;
        if (isBehind)
            await RefreshAsync(cancellationToken);
        return true;
    }

    /// <summary>Goes on from what is shown; when something else has come there meanwhile, from that.</summary>
    /// <param name="next">What is to be shown; null when it has nothing to say any more.</param>
    private async Task ChangeAsync(Func<Listing, Task<Listing?>> next)
    {
        while (true)
        {
            var shown = _shown;
            if (await next(shown) is not { } changed)
                return;
            if (!ReferenceEquals(shown, _shown))
                continue;
            _shown = changed;
            return;
        }
    }

    /// <summary>
    /// The rows of a folder. Each draft is for itself; in another order than by time a conversation would stand where
    /// nobody looks for it.
    /// </summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    private async Task<MailRows> RowsAsync(MailboxInfo folder, FolderArrangement arrangement, CancellationToken cancellationToken)
    {
        var snapshot = await box.Account.GetSnapshotAsync(folder.Id, cancellationToken);
        await arrangement.LookAtAsync(snapshot, cancellationToken);
        var rows = new FolderRows(snapshot, arrangement);
        return View.AsConversations && arrangement.Order is ListOrder.Newest && folder.SpecialUse is not SpecialUse.Drafts
            ? new ConversationRows(rows, await box.Account.Conversations.MapAsync(cancellationToken))
            : rows;
    }

    /// <summary>What may come among the newest. A folder in the order of time is not looked at further than is shown.</summary>
    private async Task<List<(MailboxId Mailbox, Placement Placement)>> FindAsync(MailboxId folder, SearchCriterion criterion, CancellationToken cancellationToken)
    {
        var snapshot = await box.Account.GetSnapshotAsync(folder, cancellationToken);
        var uids = snapshot.IsInOrderOfTime
            ? (await box.Account.SearchNewestAsync(snapshot, criterion, options.SearchResults, cancellationToken)).Uids
            : await box.Account.SearchAsync(snapshot, criterion, cancellationToken);
        return [.. uids.Select(snapshot.IndexOf).Where(at => at >= 0).Select(at => (folder, snapshot[at]))];
    }

    private async Task<FoundRows> RefreshedAsync(FoundRows found, CancellationToken cancellationToken)
    {
        var snapshots = new Dictionary<MailboxId, MailboxSnapshot>();
        var tree = await box.Account.GetTreeAsync(cancellationToken);
        foreach (var mailbox in found.Mailboxes.Where(mailbox => tree.Find(mailbox) is { IsSelectable: true }))
            snapshots[mailbox] = await box.Account.GetSnapshotAsync(mailbox, cancellationToken);
        return found.Refreshed(snapshots);
    }

    /// <summary>With its window read.</summary>
    private async Task<Listing> ReadAsync(Listing listing, CancellationToken cancellationToken)
    {
        var seen = listing.Positions.Select(index => (Index: index, At: listing.Rows[index])).ToList();
        var lines = await LinesAsync([.. seen.Select(row => row.At.Placement)], cancellationToken);
        var counts = await CountsAsync(listing.Rows, seen.Select(row => row.Index), cancellationToken);
        return listing with
        {
            Window =
            [
                .. from row in seen
                let known = lines.GetValueOrDefault(row.At.Placement.Email)
                where known is not null
                let line = listing.Snippets.TryGetValue(row.At.Placement.Email, out var snippet) ? known with { Preview = snippet } : known
                select new ListedMail(
                    row.Index, new MailKey(row.At.Mailbox, row.At.Placement.Uid), row.At.Placement, line,
                    listing.Rows is FoundRows ? box.Tree.Find(row.At.Mailbox)?.Name.Value : null)
                { Messages = counts.GetValueOrDefault(row.Index, 1) },
            ],
        };
    }

    /// <summary>Without those that are gone for good.</summary>
    private async Task<Dictionary<EmailId, MailLine>> LinesAsync(IReadOnlyList<Placement> placements, CancellationToken cancellationToken)
    {
        var lines = new Dictionary<EmailId, MailLine>();
        var unread = new List<Placement>();
        foreach (var placement in placements)
        {
            if (_lines.TryGetValue(placement.Email, out var known))
                lines[placement.Email] = known;
            else
                unread.Add(placement);
        }

        const MessageNeeds Needs = MessageNeeds.Envelope | MessageNeeds.Preview | MessageNeeds.Facts | MessageNeeds.Structure;
        await foreach (var data in box.Account.ReadAsync(unread, Needs, cancellationToken))
            lines[data.Placement.Email] = MailLine.Of(data);
        if (_lines.Count + unread.Count > Remembered)
            _lines.Clear();
        foreach (var (email, line) in lines)
            _lines[email] = line;
        return lines;
    }

    /// <summary>How many messages each conversation of the window has, in all folders.</summary>
    private async Task<IReadOnlyDictionary<int, int>> CountsAsync(MailRows rows, IEnumerable<int> indexes, CancellationToken cancellationToken)
    {
        if (rows is not ConversationRows conversations)
            return new Dictionary<int, int>();
        var threads = indexes.Select(index => (Index: index, Thread: conversations.ThreadAt(index))).Where(one => one.Thread is not null).ToList();
        var members = await box.Account.Conversations.MembersAsync([.. threads.Select(one => one.Thread!.Value)], cancellationToken);
        return threads.ToDictionary(one => one.Index, one => members[one.Thread!.Value].Count);
    }

    /// <summary>Null for a message that has gone since, or cannot be read.</summary>
    private async Task<string?> TextOfAsync(EmailId message, CancellationToken cancellationToken)
    {
        try
        {
            return await (await StoredMail.LoadAsync(box.Account, message, cancellationToken)).ReadTextAsync(cancellationToken);
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchMessage or MailError.Damaged)
        {
            return null;
        }
    }

    private static bool ShowsWord(MailLine line, IReadOnlyList<string> words) =>
        FoundWord.Next(line.From, 0, words) is not null || FoundWord.Next(line.Subject, 0, words) is not null || FoundWord.Next(line.Preview, 0, words) is not null;
}
