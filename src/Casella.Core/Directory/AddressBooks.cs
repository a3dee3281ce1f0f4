using System.Text;
using Casella.Core.Storage;
using Casella.Formats.Cards;

namespace Casella.Core.Directory;

/// <summary>
/// The address books of a visitor: one of their own, which goes with them into every mailbox, and one of each mailbox,
/// which all its members share. Who may work in a mailbox may change its book. Used by the web room.
/// </summary>
public sealed class AddressBooks
{
    /// <summary>Of one book: more than an association has members.</summary>
    public const int CardsAtMost = 10_000;

    /// <summary>Octets of one card: room for a small picture.</summary>
    private const int CardSize = 256 * 1024;

    private readonly IContactStore _store;
    private readonly TimeProvider _time;

    internal AddressBooks(IContactStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>The visitor's own first, then those of their mailboxes.</summary>
    public async Task<IReadOnlyList<AddressBook>> ListAsync(WebVisitor visitor, CancellationToken cancellationToken)
    {
        var books = new List<AddressBook>();
        if (visitor.Person is not null)
            books.Add(new AddressBook(null, "", MayChange: true, await CardsAsync(OwnerOf(visitor, null), cancellationToken)));
        foreach (var mailbox in visitor.Mailboxes)
            books.Add(new AddressBook(
                mailbox.Account, mailbox.Address.ToString(), mailbox.Rights.HasFlag(MemberRights.Work), await CardsAsync(OwnerOf(visitor, mailbox.Account), cancellationToken)));
        return books;
    }

    /// <param name="mailbox">Null for the visitor's own.</param>
    public Task<IReadOnlyList<ContactCard>> CardsAsync(WebVisitor visitor, AccountId? mailbox, CancellationToken cancellationToken) =>
        CardsAsync(OwnerOf(visitor, mailbox), cancellationToken);

    /// <summary>Adds cards, each in place of one of the same UID.</summary>
    /// <returns>How many were taken; those that are too large are left out.</returns>
    /// <exception cref="MailException">NoPermission, OverQuota: the book would be too long.</exception>
    public async Task<int> PutAsync(WebVisitor visitor, AccountId? mailbox, IReadOnlyList<ContactCard> cards, CancellationToken cancellationToken)
    {
        var owner = ToChange(visitor, mailbox);
        var known = (await _store.ListAsync(owner, cancellationToken)).Select(row => row.Uid).ToHashSet(StringComparer.Ordinal);
        var rows = cards.Select(card => new ContactRow(card.Uid, VCardWriter.Write([card]))).Where(row => Encoding.UTF8.GetByteCount(row.Card) <= CardSize).ToList();
        if (known.Count + rows.Count(row => !known.Contains(row.Uid)) > CardsAtMost)
            throw new MailException(MailError.OverQuota, "address book");
        await _store.PutAsync(owner, rows, _time.GetUtcNow(), cancellationToken);
        return rows.Count;
    }

    /// <exception cref="MailException">NoPermission.</exception>
    public Task DeleteAsync(WebVisitor visitor, AccountId? mailbox, string uid, CancellationToken cancellationToken) =>
        _store.DeleteAsync(ToChange(visitor, mailbox), uid, cancellationToken);

    private async Task<IReadOnlyList<ContactCard>> CardsAsync(ContactOwner owner, CancellationToken cancellationToken) =>
    [
        .. (await _store.ListAsync(owner, cancellationToken)).SelectMany(row => VCardReader.Read(row.Card))
            .OrderBy(card => card.Name, StringComparer.Create(System.Globalization.CultureInfo.GetCultureInfo("it-IT"), ignoreCase: true)),
    ];

    private static ContactOwner ToChange(WebVisitor visitor, AccountId? mailbox) =>
        mailbox is null || visitor.Mailboxes.Any(one => one.Account == mailbox && one.Rights.HasFlag(MemberRights.Work))
            ? OwnerOf(visitor, mailbox)
            : throw new MailException(MailError.NoPermission, "address book");

    /// <summary>Only of the visitor's own mailboxes.</summary>
    private static ContactOwner OwnerOf(WebVisitor visitor, AccountId? mailbox)
    {
        if (mailbox is { } account && visitor.Mailboxes.Any(one => one.Account == account))
            return new ContactOwner(account, null);
        return mailbox is null && visitor.Person is { } person
            ? new ContactOwner(null, person.Id)
            : throw new MailException(MailError.NoPermission, "address book");
    }
}

/// <param name="Mailbox">Null for the visitor's own book.</param>
/// <param name="Address">Of the mailbox.</param>
public sealed record AddressBook(AccountId? Mailbox, string Address, bool MayChange, IReadOnlyList<ContactCard> Cards);
