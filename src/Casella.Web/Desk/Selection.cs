namespace Casella.Web.Desk;

/// <summary>Which rows are ticked, and where the cursor stands.</summary>
internal sealed class Selection
{
    private readonly HashSet<MailKey> _ticked = [];
    private MailKey? _anchor;

    /// <summary>The row that the keys move from: the open message, or the last one touched.</summary>
    public MailKey? Cursor { get; private set; }

    public int Count => _ticked.Count;
    public IReadOnlyCollection<MailKey> Ticked => _ticked;

    public bool IsTicked(MailKey key) => _ticked.Contains(key);

    public void MoveTo(MailKey key) => (Cursor, _anchor) = (key, key);

    public void Toggle(MailKey key)
    {
        if (!_ticked.Remove(key))
            _ticked.Add(key);
        MoveTo(key);
    }

    /// <summary>With Shift: from the last one touched to this one, as in every list.</summary>
    public void ExtendTo(MailKey key, MailRows rows)
    {
        var (from, to) = (_anchor is { } anchor ? rows.IndexOf(anchor) : -1, rows.IndexOf(key));
        if (from < 0 || to < 0)
        {
            Toggle(key);
            return;
        }

        for (var i = Math.Min(from, to); i <= Math.Max(from, to); i++)
            _ticked.Add(rows.KeyAt(i));
        Cursor = key;
    }

    public void All(MailRows rows)
    {
        for (var i = 0; i < rows.Count; i++)
            _ticked.Add(rows.KeyAt(i));
    }

    public void Clear() => _ticked.Clear();

    /// <summary>What is no longer in the list is no longer ticked.</summary>
    public void Keep(MailRows rows)
    {
        if (_ticked.Count > 0)
            _ticked.RemoveWhere(key => rows.IndexOf(key) < 0);
    }
}
