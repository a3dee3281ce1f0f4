using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>One LIST response to be.</summary>
/// <param name="Listed">A subscribed name without a mailbox is \NonExistent.</param>
/// <param name="HasChildInfo">CHILDINFO: something below it meets the selection (RFC 5258 §3.5).</param>
internal sealed record ListEntry(ListedName Listed, bool HasChildren, bool HasChildInfo)
{
    public MailboxPlace? Place => Listed.Place;

    /// <summary>mailbox-list (RFC 9051 §7.3.1).</summary>
    /// <param name="oldName">How the client has called it (RFC 9051 §6.3.9.7), or null.</param>
    public void WriteTo(ImapWriter writer, ListOptions options, string? oldName = null)
    {
        writer.Raw("* LIST ("u8);
        // RFC 5258 §3: \NonExistent implies \Noselect.
        if (Place is { Mailbox.IsSelectable: false } || Listed.IsRoot)
            writer.Raw("\\Noselect "u8);
        else if (Place is null)
            writer.Raw("\\NonExistent "u8);
        writer.Raw(HasChildren ? "\\HasChildren"u8 : "\\HasNoChildren"u8);
        if (Place is not null && SpecialUses.Attribute(Place.Use) is { } use)
            writer.Space().Text(use);
        if (options.HasFlag(ListOptions.ReturnSubscribed) && Listed.IsSubscribed)
            writer.Raw(" \\Subscribed"u8);
        writer.Raw(") \"/\" "u8).Mailbox(Listed.Name);
        if (HasChildInfo)
            writer.Raw(ChildInfo(options));
        if (oldName is not null)
            writer.Raw(" (\"OLDNAME\" ("u8).Mailbox(oldName).Raw("))"u8);
        writer.Crlf();
    }

    /// <summary>False for a name that is listed only because of what is below it.</summary>
    public bool MeetsSelection(ListOptions options) =>
        (!options.HasFlag(ListOptions.SelectSubscribed) || Listed.IsSubscribed)
        && (!options.HasFlag(ListOptions.SelectSpecialUse) || Place is { Use: not SpecialUse.None });

    private static ReadOnlySpan<byte> ChildInfo(ListOptions options) =>
        (options.HasFlag(ListOptions.SelectSubscribed), options.HasFlag(ListOptions.SelectSpecialUse)) switch
        {
            (true, true) => " (\"CHILDINFO\" (\"SUBSCRIBED\" \"SPECIAL-USE\"))"u8,
            (true, false) => " (\"CHILDINFO\" (\"SUBSCRIBED\"))"u8,
            _ => " (\"CHILDINFO\" (\"SPECIAL-USE\"))"u8,
        };
}

/// <summary>
/// Which names an (extended) LIST shows, by the rules of RFC 5258 §3. Made for one command from one state of the
/// trees.
/// </summary>
internal sealed class MailboxListing
{
    private readonly ListOptions _options;
    private readonly SortedDictionary<string, ListedName> _names = new(InboxFirst.Comparer);
    private readonly HashSet<string> _parents = new(StringComparer.Ordinal);

    public MailboxListing(IReadOnlyList<ListedName> names, ListOptions options)
    {
        _options = options;
        foreach (var name in names)
        {
            var isThere = name.Place is not null || name.IsRoot;
            // RFC 5258 §3.1: names that are subscribed are listed whether a mailbox is there or not.
            if (isThere || options.HasFlag(ListOptions.SelectSubscribed))
                _names[name.Name] = name;
            if (isThere && name.Parent is { } parent)
                _parents.Add(parent);
        }
    }

    /// <summary>The entries, INBOX first, then by name.</summary>
    public IEnumerable<ListEntry> Select(IReadOnlyList<ListPattern> patterns)
    {
        var withChildInfo = _options.HasFlag(ListOptions.RecursiveMatch) ? AddParentsOfSelected(patterns) : null;
        foreach (var (name, listed) in _names)
        {
            if (!Matches(patterns, name))
                continue;
            var isSelected = IsSelected(listed);
            var hasChildInfo = withChildInfo?.TryGetValue(name, out var isNeeded) == true && (isSelected || isNeeded);
            if (isSelected || hasChildInfo)
                yield return new ListEntry(listed, _parents.Contains(name), hasChildInfo);
        }
    }

    /// <summary>The entry of one name, whether a mailbox is there or not.</summary>
    public ListEntry Of(string name) => new(
        _names.GetValueOrDefault(name) ?? new ListedName(name, Place: null, IsSubscribed: false), _parents.Contains(name), HasChildInfo: false);

    /// <summary>Satisfies the selection options.</summary>
    private bool IsSelected(ListedName listed) =>
        (!_options.HasFlag(ListOptions.SelectSubscribed) || listed.IsSubscribed)
        && (!_options.HasFlag(ListOptions.SelectSpecialUse) || listed.Place is { Use: not SpecialUse.None });

    private static bool Matches(IReadOnlyList<ListPattern> patterns, string name) => patterns.Any(p => p.Matches(name));

    /// <summary>
    /// RECURSIVEMATCH: the names above each selected one; true where the selected one is not itself shown, so that the
    /// name above has to be shown for it (RFC 5258 §3.5: redundant CHILDINFO is left out). Names above that do not
    /// exist become candidates too.
    /// </summary>
    private Dictionary<string, bool> AddParentsOfSelected(IReadOnlyList<ListPattern> patterns)
    {
        var above = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (name, _) in _names.Where(entry => IsSelected(entry.Value)))
        {
            var isHidden = !Matches(patterns, name);
            for (var at = name.LastIndexOf(MailboxName.Separator); at > 0; at = name.LastIndexOf(MailboxName.Separator, at - 1))
            {
                var parent = name[..at];
                above[parent] = above.GetValueOrDefault(parent) || isHidden;
            }
        }
        foreach (var parent in above.Keys)
            _names.TryAdd(parent, new ListedName(parent, Place: null, IsSubscribed: false));
        return above;
    }
}

/// <summary>INBOX, then everything else by code.</summary>
internal static class InboxFirst
{
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(static (a, b) =>
    {
        var byInbox = string.Equals(b, "INBOX", StringComparison.Ordinal).CompareTo(string.Equals(a, "INBOX", StringComparison.Ordinal));
        return byInbox != 0 ? byInbox : string.CompareOrdinal(a, b);
    });
}

/// <summary>Attributes of RFC 6154 §2.</summary>
internal static class SpecialUses
{
    public static string? Attribute(SpecialUse use) => use switch
    {
        SpecialUse.None => null,
        SpecialUse.All => "\\All",
        SpecialUse.Archive => "\\Archive",
        SpecialUse.Drafts => "\\Drafts",
        SpecialUse.Flagged => "\\Flagged",
        SpecialUse.Junk => "\\Junk",
        SpecialUse.Sent => "\\Sent",
        SpecialUse.Trash => "\\Trash",
    };
}
