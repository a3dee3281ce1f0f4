using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Formats.Cards;

namespace Casella.Web.Writing;

/// <summary>Who is proposed while somebody types a recipient: their contacts and groups, then whom the mailbox writes to.</summary>
internal sealed class ProposedRecipients(AddressBooks books)
{
    private const int Contacts = 1_000;
    private const int Correspondents = 400;
    private const int MembersAtMost = 100;

    public async Task<IReadOnlyList<string>> ListAsync(WebVisitor? visitor, MailAccount account, CancellationToken cancellationToken)
    {
        var cards = visitor is null ? [] : await CardsAsync(visitor, account, cancellationToken);
        var groups = cards.SelectMany(card => card.Groups).Distinct(StringComparer.OrdinalIgnoreCase).Select(group => GroupOf(group, cards)).OfType<string>();
        var contacts = cards.SelectMany(card => card.Emails.Select(email => Recipient(card.Name, email)));
        var known = cards.SelectMany(card => card.Emails).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var others = (await account.Correspondents.ListAsync(Correspondents, cancellationToken))
            .Where(one => !known.Contains(one.Address.ToString())).Select(one => Recipient(one.Name ?? "", one.Address.ToString()));
        return [.. groups, .. contacts.Take(Contacts), .. others];
    }

    /// <summary>One's own, and those of the mailbox that is written from.</summary>
    private async Task<IReadOnlyList<ContactCard>> CardsAsync(WebVisitor visitor, MailAccount account, CancellationToken cancellationToken)
    {
        var shared = await books.CardsAsync(visitor, account.Id, cancellationToken);
        return visitor.Person is null ? shared : [.. await books.CardsAsync(visitor, null, cancellationToken), .. shared];
    }

    private static string? GroupOf(string group, IReadOnlyList<ContactCard> cards)
    {
        var members = cards.Where(card => card.Emails.Count > 0 && card.Groups.Contains(group, StringComparer.OrdinalIgnoreCase))
            .Select(card => Recipient(card.Name, card.Emails[0])).Distinct(StringComparer.OrdinalIgnoreCase).Take(MembersAtMost).ToList();
        return members.Count == 0 ? null : $"{Plain(group)}: {string.Join(", ", members)};";
    }

    private static string Recipient(string name, string address) => Plain(name) is { Length: > 0 } plain ? $"{plain} <{address}>" : address;

    /// <summary>Without what would end a name in a list of recipients.</summary>
    private static string Plain(string name) => string.Concat(name.Where(c => c is not ('<' or '>' or '@' or ',' or ';' or ':' or '"') && !char.IsControl(c))).Trim();
}
