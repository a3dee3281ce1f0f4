namespace Casella.Core.Storage;

/// <summary>Cards of address books: of mailboxes and of persons. Every method is one transaction; writes return after fsync.</summary>
internal interface IContactStore
{
    /// <summary>In the order they were made.</summary>
    Task<IReadOnlyList<ContactRow>> ListAsync(ContactOwner owner, CancellationToken cancellationToken);

    /// <summary>Adds them, each in place of one of the same UID in the book; all or none.</summary>
    Task PutAsync(ContactOwner owner, IReadOnlyList<ContactRow> cards, DateTimeOffset at, CancellationToken cancellationToken);

    Task DeleteAsync(ContactOwner owner, string uid, CancellationToken cancellationToken);
}

/// <summary>Whose a book is: one of the two.</summary>
internal sealed record ContactOwner(AccountId? Account, PersonId? Person);

/// <param name="Card">As a vCard.</param>
internal sealed record ContactRow(string Uid, string Card);
