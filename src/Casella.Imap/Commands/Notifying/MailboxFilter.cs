using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Notifying;

/// <summary>Which mailboxes a filter means (RFC 5465 §6; SubtreeOne RFC 7377 §2.2).</summary>
internal enum FilterKind { Selected, SelectedDelayed, Inboxes, Personal, Subscribed, Subtree, SubtreeOne, Mailboxes }

/// <summary>A mailbox as a filter sees it.</summary>
/// <param name="Name">As this session's LIST has it.</param>
/// <param name="IsPersonal">In the account that was signed in to.</param>
internal readonly record struct SeenName(string Name, bool IsPersonal, bool IsSubscribed);

/// <summary>filter-mailboxes: of NOTIFY's event groups, and of ESEARCH's sources.</summary>
/// <param name="Names">Of Subtree, SubtreeOne and Mailboxes, as LIST has them. A name that breaks the rules names nothing
/// and is not among them.</param>
internal sealed record MailboxFilter(FilterKind Kind, IReadOnlyList<string> Names)
{
    /// <summary>Names of one filter: each is held against each mailbox.</summary>
    private const int MaxNames = 500;

    public bool IsSelected => Kind is FilterKind.Selected or FilterKind.SelectedDelayed;

    public static MailboxFilter Parse(ref ImapParser parser)
    {
        var kind = KindOf(ref parser);
        if (kind is not (FilterKind.Subtree or FilterKind.SubtreeOne or FilterKind.Mailboxes))
            return new MailboxFilter(kind, []);
        parser.Space();
        return new MailboxFilter(kind, OneOrMore(ref parser));
    }

    /// <summary>True for a mailbox that it means; what is selected only the session knows.</summary>
    public bool Covers(SeenName mailbox) => Kind switch
    {
        FilterKind.Selected or FilterKind.SelectedDelayed => false,
        // RFC 5465 §6.3: which mailboxes a mailbox's own rules deliver into is not known here, so all of them.
        FilterKind.Inboxes or FilterKind.Personal => mailbox.IsPersonal,
        FilterKind.Subscribed => mailbox.IsSubscribed,
        FilterKind.Mailboxes => Names.Contains(mailbox.Name, StringComparer.Ordinal),
        FilterKind.Subtree => Names.Any(top => IsAtOrBelow(mailbox.Name, top)),
        FilterKind.SubtreeOne => Names.Any(top => IsAtOrBelow(mailbox.Name, top) && mailbox.Name.LastIndexOf(MailboxName.Separator) <= top.Length),
    };

    /// <summary>True when it may mean mailboxes of accounts beside one's own: those are opened only then.</summary>
    public bool MayMeanOthers => MayMeanBelow(SharedNames.Prefix);

    /// <summary>True when it may mean mailboxes of one such account.</summary>
    /// <param name="prefix">What stands before the names of that account.</param>
    public bool MayMeanBelow(string prefix) => Kind switch
    {
        FilterKind.Subscribed => true,
        FilterKind.Mailboxes or FilterKind.Subtree or FilterKind.SubtreeOne =>
            Names.Any(name => IsAtOrBelow(name, prefix[..^1]) || IsAtOrBelow(prefix[..^1], name)),
        _ => false,
    };

    private static bool IsAtOrBelow(string name, string top) =>
        name.StartsWith(top, StringComparison.Ordinal) && (name.Length == top.Length || name[top.Length] == MailboxName.Separator);

    private static FilterKind KindOf(ref ImapParser parser) =>
        parser.TryWord("SELECTED"u8) ? FilterKind.Selected
        : parser.TryWord("SELECTED-DELAYED"u8) ? FilterKind.SelectedDelayed
        : parser.TryWord("INBOXES"u8) ? FilterKind.Inboxes
        : parser.TryWord("PERSONAL"u8) ? FilterKind.Personal
        : parser.TryWord("SUBSCRIBED"u8) ? FilterKind.Subscribed
        : parser.TryWord("SUBTREE"u8) ? FilterKind.Subtree
        : parser.TryWord("SUBTREE-ONE"u8) ? FilterKind.SubtreeOne
        : parser.TryWord("MAILBOXES"u8) ? FilterKind.Mailboxes
        : throw parser.Expected("SELECTED, INBOXES, PERSONAL, SUBSCRIBED, SUBTREE or MAILBOXES");

    /// <summary>one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")".</summary>
    private static List<string> OneOrMore(ref ImapParser parser)
    {
        var names = new List<string>();
        var isList = parser.Next == (byte)'(';
        if (isList)
            parser.OpenList();
        do
        {
            if (names.Count == MaxNames)
                throw new ImapSyntaxException($"Expected at most {MaxNames} mailboxes");
            if (SharedNames.Canonical(parser.Mailbox()) is { } name)
                names.Add(name);
        }
        while (isList && parser.TrySpace());
        if (isList)
            parser.CloseList();
        return names;
    }
}
