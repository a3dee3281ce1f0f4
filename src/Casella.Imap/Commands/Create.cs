using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>CREATE (RFC 9051 §6.3.4) with USE (RFC 6154 §3) and MAILBOXID (RFC 8474 §4.1).</summary>
/// <param name="Uses">The special-use attributes as named; empty for none.</param>
internal sealed record Create(string Mailbox, IReadOnlyList<string> Uses) : ImapCommand
{
    // There are seven attributes.
    private const int MaxUses = 10;

    private static readonly SpecialUse[] Possible =
        [SpecialUse.Archive, SpecialUse.Drafts, SpecialUse.Junk, SpecialUse.Sent, SpecialUse.Trash];

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var mailbox = parser.Mailbox();
        if (!parser.TrySpace())
            return new Create(mailbox, []);
        // create-param of RFC 4466 §2.2; USE is the only one we know.
        parser.OpenList();
        if (!parser.TryWord("USE"u8))
            throw parser.Expected("USE");
        parser.Space();
        var uses = UseAttributes(ref parser);
        parser.CloseList();
        return new Create(mailbox, uses);
    }

    /// <summary>"(" [use-attr *(SP use-attr)] ")".</summary>
    private static List<string> UseAttributes(ref ImapParser parser)
    {
        var uses = new List<string>();
        parser.OpenList();
        while (!parser.TryCloseList())
        {
            if (uses.Count == MaxUses)
                throw new ImapSyntaxException($"Expected at most {MaxUses} attributes");
            if (uses.Count > 0)
                parser.Space();
            parser.Take((byte)'\\');
            uses.Add("\\" + parser.Atom("a special-use attribute"));
        }
        return uses;
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // A name that ends with the separator only declares that there will be names below it: the name is without it.
        var name = Mailbox.EndsWith(MailboxName.Separator) ? Mailbox[..^1] : Mailbox;
        var wanted = await session.ResolveAsync(name, cancellationToken);
        if (Use(await wanted.Account.GetTreeAsync(cancellationToken)) is not { } use)
            return ImapReply.No("A mailbox cannot be made for that use, or there is one already", "USEATTR");
        var created = await wanted.Account.CreateMailboxAsync(MailboxName.Parse(wanted.Name), use, cancellationToken);
        await session.TellNameAsync(wanted.Canonical, name, always: false, cancellationToken);
        return ImapReply.Ok("CREATE completed", $"MAILBOXID ({ObjectIds.Of(wanted.Account.Id, created.Id)})");
    }

    /// <summary>
    /// The use asked for, or null when it cannot be given: a mailbox here has one use at most, a use has one mailbox,
    /// and \All and \Flagged would be views of other mailboxes (RFC 6154 §2).
    /// </summary>
    private SpecialUse? Use(MailboxTree tree)
    {
        if (Uses.Count == 0)
            return SpecialUse.None;
        if (Uses.Count > 1)
            return null;
        foreach (var use in Possible)
            if (string.Equals(SpecialUses.Attribute(use), Uses[0], StringComparison.OrdinalIgnoreCase))
                return tree.Find(use) is null ? use : null;
        return null;
    }
}
