using Casella.Core.Mailboxes;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Notifying;

/// <summary>Which mailboxes a filter means (RFC 5465 §6; SubtreeOne RFC 7377 §2.2).</summary>
internal enum FilterKind { Selected, SelectedDelayed, Inboxes, Personal, Subscribed, Subtree, SubtreeOne, Mailboxes }

/// <summary>filter-mailboxes: of NOTIFY's event groups, and of ESEARCH's sources.</summary>
/// <param name="Names">Of Subtree, SubtreeOne and Mailboxes. A name that breaks the rules names nothing and is not among
/// them.</param>
internal sealed record MailboxFilter(FilterKind Kind, IReadOnlyList<MailboxName> Names)
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
    /// <param name="subscriptions">The account's.</param>
    public bool Covers(MailboxName name, IReadOnlySet<string> subscriptions) => Kind switch
    {
        FilterKind.Selected or FilterKind.SelectedDelayed => false,
        // RFC 5465 §6.3: which mailboxes a mailbox's own rules deliver into is not known here, so all of them.
        FilterKind.Inboxes or FilterKind.Personal => true,
        FilterKind.Subscribed => subscriptions.Contains(name.Value),
        FilterKind.Mailboxes => Names.Contains(name),
        FilterKind.Subtree => Names.Any(top => top == name || name.IsBelow(top)),
        FilterKind.SubtreeOne => Names.Any(top => top == name || top == name.Parent),
    };

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
    private static List<MailboxName> OneOrMore(ref ImapParser parser)
    {
        var names = new List<MailboxName>();
        var isList = parser.Next == (byte)'(';
        if (isList)
            parser.OpenList();
        do
        {
            if (names.Count == MaxNames)
                throw new ImapSyntaxException($"Expected at most {MaxNames} mailboxes");
            if (MailboxName.TryParse(parser.Mailbox(), out var name))
                names.Add(name);
        }
        while (isList && parser.TrySpace());
        if (isList)
            parser.CloseList();
        return names;
    }
}
