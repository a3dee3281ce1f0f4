using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Web.Reading;
using Casella.Web.Searching;

namespace Casella.Web.Desk;

/// <summary>
/// The list beside the open message: a window of rows over any number of messages. Scrolling moves the window; only its
/// rows are read, and those that were read a moment ago are remembered.
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
    private readonly Dictionary<EmailId, string> _snippets = [];
    private FolderArrangement _arrangement = new(box, ListFilter.All, ListOrder.Newest);
    private FolderRows? _folder;
    private FoundRows? _found;
    private ConversationRows? _conversations;
    private int _take = TakeAtFirst;

    /// <summary>Null while a search over all folders is shown.</summary>
    public MailboxInfo? Folder { get; private set; }

    public ListFilter Filter { get; private set; }

    /// <summary>What is searched for; empty for the plain folder.</summary>
    public string Query { get; private set; } = "";

    public MailRows Rows => _found ?? _conversations ?? _folder ?? (MailRows)new FoundRows([]);

    /// <summary>The plain words that are searched for, to be marked where they stand.</summary>
    public IReadOnlyList<string> Marked { get; private set; } = [];

    /// <summary>How the rows are shown; said before a folder is opened.</summary>
    public ViewChoice View { get; set; } = ViewChoice.Plain;

    /// <summary>Position of the window's first row.</summary>
    public int First { get; private set; }

    public IReadOnlyList<ListedMail> Window { get; private set; } = [];

    /// <summary>The rows of a folder in which the members' own mail is: there a row names who gets it.</summary>
    public bool ShowsRecipients => Folder?.SpecialUse is SpecialUse.Sent or SpecialUse.Drafts && _found is null;

    public async Task OpenFolderAsync(MailboxInfo folder, ListFilter filter, CancellationToken cancellationToken)
    {
        var snapshot = await box.Account.GetSnapshotAsync(folder.Id, cancellationToken);
        var arrangement = new FolderArrangement(box, filter, View.Order);
        await arrangement.LookAtAsync(snapshot, cancellationToken);
        (Folder, Filter, Query, Marked, _found, First, _take) = (folder, filter, "", [], null, 0, TakeAtFirst);
        (_arrangement, _folder) = (arrangement, new FolderRows(snapshot, arrangement));
        await GatherAsync(cancellationToken);
        await ReadWindowAsync(cancellationToken);
    }

    /// <summary>Searches all folders but Trash and SPAM, or the folder alone where that is one of them.</summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task SearchAsync(string query, CancellationToken cancellationToken)
    {
        var asked = SearchQuery.Parse(query, today());
        var folders = Folder?.SpecialUse is SpecialUse.Trash or SpecialUse.Junk
            ? [Folder]
            : box.Tree.Mailboxes.Where(folder => folder is { IsSelectable: true, Messages: > 0, SpecialUse: not (SpecialUse.Trash or SpecialUse.Junk) });
        // Beside each other, and beside what else the page has to do.
        var found = await Task.Run(() => Task.WhenAll(folders.Select(folder => FindAsync(folder.Id, asked.Criterion, cancellationToken))), cancellationToken);
        // Read while it was typed on: the newest words count.
        cancellationToken.ThrowIfCancellationRequested();
        (Query, Marked, First, _take) = (query, asked.Words, 0, TakeAtFirst);
        _snippets.Clear();
        _found = new FoundRows([.. found.SelectMany(folder => folder).OrderByDescending(one => one.Placement.ReceivedAt).Take(options.SearchResults)]);
        await ReadWindowAsync(cancellationToken);
    }

    /// <summary>Moves the window to where a row is in its middle.</summary>
    public async Task ShowAsync(int middle, CancellationToken cancellationToken)
    {
        _take = Take;
        First = FirstOf(middle - (Take / 2));
        await ReadWindowAsync(cancellationToken);
    }

    /// <summary>After a change of the account: the same place in the list as it is now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (Folder is not { } folder)
            return;
        var anchor = First > 0 && First < Rows.Count ? Rows.KeyAt(First) : (MailKey?)null;
        if (box.Tree.Find(folder.Id) is not { IsSelectable: true } now)
        {
            (_folder, _found, _conversations, Folder, Window) = (null, null, null, null, []);
            return;
        }

        Folder = now;
        var current = await box.Account.GetSnapshotAsync(now.Id, cancellationToken);
        await _arrangement.LookAtAsync(current, cancellationToken);
        _folder = new FolderRows(current, _arrangement);
        await GatherAsync(cancellationToken);
        if (_found is not null)
        {
            var snapshots = new Dictionary<MailboxId, MailboxSnapshot>();
            foreach (var mailbox in _found.Mailboxes.Where(mailbox => box.Tree.Find(mailbox) is { IsSelectable: true }))
                snapshots[mailbox] = await box.Account.GetSnapshotAsync(mailbox, cancellationToken);
            _found = _found.Refreshed(snapshots);
        }

        // Who reads further down is not pushed by what comes in above.
        if (anchor is { } key && Rows.IndexOf(key) is >= 0 and var at)
            First = at;
        First = FirstOf(First);
        await ReadWindowAsync(cancellationToken);
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

    /// <summary>Each draft is for itself; in another order than by time a conversation would stand where nobody looks for it.</summary>
    private async Task GatherAsync(CancellationToken cancellationToken) =>
        _conversations = View is { AsConversations: true, Order: ListOrder.Newest } && _folder is { } folder && Folder?.SpecialUse is not SpecialUse.Drafts
            ? new ConversationRows(folder, await box.Account.Conversations.MapAsync(cancellationToken))
            : null;

    /// <summary>How many messages each conversation of the window has, in all folders.</summary>
    private async Task<IReadOnlyDictionary<int, int>> CountsAsync(IEnumerable<int> indexes, CancellationToken cancellationToken)
    {
        if (_found is not null || _conversations is not { } rows)
            return new Dictionary<int, int>();
        var threads = indexes.Select(index => (Index: index, Thread: rows.ThreadAt(index))).Where(one => one.Thread is not null).ToList();
        var members = await box.Account.Conversations.MembersAsync([.. threads.Select(one => one.Thread!.Value)], cancellationToken);
        return threads.ToDictionary(one => one.Index, one => members[one.Thread!.Value].Count);
    }

    private int FirstOf(int wanted) => Math.Clamp(wanted, 0, Math.Max(0, Rows.Count - _take));

    private async Task ReadWindowAsync(CancellationToken cancellationToken)
    {
        var rows = Rows;
        var seen = Enumerable.Range(First, Math.Min(_take, rows.Count - First)).Select(index => (Index: index, At: rows[index])).ToList();
        var unread = seen.Where(row => !_lines.ContainsKey(row.At.Placement.Email)).Select(row => row.At.Placement).ToList();
        if (_lines.Count + unread.Count > Remembered)
        {
            _lines.Clear();
            unread = [.. seen.Select(row => row.At.Placement)];
        }

        const MessageNeeds Needs = MessageNeeds.Envelope | MessageNeeds.Preview | MessageNeeds.Facts | MessageNeeds.Structure;
        await foreach (var data in box.Account.ReadAsync(unread, Needs, cancellationToken))
            _lines[data.Placement.Email] = MailLine.Of(data);
        var counts = await CountsAsync(seen.Select(row => row.Index), cancellationToken);
        Window =
        [
            .. from row in seen
            let known = _lines.GetValueOrDefault(row.At.Placement.Email)
            where known is not null
            let line = _snippets.TryGetValue(row.At.Placement.Email, out var snippet) ? known with { Preview = snippet } : known
            select new ListedMail(
                row.Index, new MailKey(row.At.Mailbox, row.At.Placement.Uid), row.At.Placement, line,
                _found is null ? null : box.Tree.Find(row.At.Mailbox)?.Name.Value)
            { Messages = counts.GetValueOrDefault(row.Index, 1) },
        ];
    }

    /// <summary>
    /// For rows that do not show what was looked for: the line of their text in which it stands. Read after the rows are
    /// shown, so that nobody waits for it.
    /// </summary>
    /// <returns>False when nothing came to it.</returns>
    public async Task<bool> FindSnippetsAsync(CancellationToken cancellationToken)
    {
        if (Marked.Count == 0)
            return false;
        var (marked, before) = (Marked, _snippets.Count);
        foreach (var row in Window.Where(row => !_snippets.ContainsKey(row.Email) && !ShowsWord(row.Line, marked)))
        {
            if (await TextOfAsync(row.Email, cancellationToken) is { } text && FoundWord.SnippetOf(text, marked) is { } snippet)
                _snippets[row.Email] = snippet;
        }

        if (_snippets.Count == before)
            return false;
        await ReadWindowAsync(cancellationToken);
        return true;
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
