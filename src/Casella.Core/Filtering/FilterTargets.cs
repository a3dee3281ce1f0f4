using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Sieve;

namespace Casella.Core.Filtering;

/// <summary>Where a script's mail goes, within one unit.</summary>
internal static class FilterTargets
{
    /// <summary>Mailboxes that a script may add to; members make the rest.</summary>
    private const int MailboxesAtMost = 1_000;

    /// <summary>The mailbox; null when it is not there and not to be made: then the message goes to INBOX.</summary>
    public static MailboxId? Find(UnitOfWork unit, AccountId account, SieveMailbox wanted)
    {
        var all = unit.Transaction.Mailboxes();
        // RFC 9042 §4, RFC 8579 §4: both come before the name, and the name where they find nothing.
        if (wanted.MailboxId is { } objectId && ObjectIds.FindMailbox(account, objectId) is { } id && all.FirstOrDefault(row => row.IsSelectable && row.Id == id) is { } named)
            return named.Id;
        var isValid = MailboxName.TryParse(wanted.Name, out var name);
        var known = isValid ? all.FirstOrDefault(row => row.Name == name) : null;
        if (wanted.SpecialUse is { } text && SieveFacts.TryUse(text, out var use))
        {
            if (known?.SpecialUse == use && known.IsSelectable)
                return known.Id;
            if (all.FirstOrDefault(row => row.SpecialUse == use && row.IsSelectable) is { } used)
                return used.Id;
        }

        if (known is { IsSelectable: true })
            return known.Id;
        return isValid && wanted.Create && (known is not null || all.Count < MailboxesAtMost) ? Make(unit, name!, wanted) : null;
    }

    /// <summary>RFC 5490 §3.2; RFC 8579 §4.1: with the use, where no other mailbox has it.</summary>
    private static MailboxId Make(UnitOfWork unit, MailboxName name, SieveMailbox wanted)
    {
        var use = wanted.SpecialUse is { } text && SieveFacts.TryUse(text, out var given) ? given : SpecialUse.None;
        var id = TreeChanges.Create(unit, new NewMailbox(name, use, int.MaxValue));
        // What nobody has made by hand should still be seen.
        TreeChanges.SetSubscribed(unit, name, subscribed: true);
        return id;
    }

    /// <summary>
    /// IMAP's names as the account has them; keywords that there is no room for are left out (RFC 5232 §5).
    /// </summary>
    public static FlagNames Flags(UnitOfWork unit, IReadOnlyList<string> names)
    {
        var (system, keywords) = (MessageFlags.None, new List<string>());
        foreach (var name in names)
        {
            switch (name.ToUpperInvariant())
            {
                case "\\SEEN": system |= MessageFlags.Seen; break;
                case "\\ANSWERED": system |= MessageFlags.Answered; break;
                case "\\FLAGGED": system |= MessageFlags.Flagged; break;
                case "\\DELETED": system |= MessageFlags.Deleted; break;
                case "\\DRAFT": system |= MessageFlags.Draft; break;
                default: keywords.Add(name); break;
            }
        }

        var known = new KeywordList(unit.Transaction.Keywords());
        var room = MessageFlags.MaxKeywords - known.Names.Count;
        return new FlagNames(system, [.. keywords.Where(keyword => known.IndexOf(keyword) >= 0 || room-- > 0)]);
    }
}
