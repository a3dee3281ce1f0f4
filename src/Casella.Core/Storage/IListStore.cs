using Casella.Core.Lists;
using Casella.Formats.Addresses;

namespace Casella.Core.Storage;

/// <summary>Announcement lists and who is on them; in the directory's database, whose version their changes raise.</summary>
internal interface IListStore
{
    Task<MailingList?> FindAsync(EmailAddress address, CancellationToken cancellationToken);

    Task<MailingList?> FindAsync(long id, CancellationToken cancellationToken);

    Task<IReadOnlyList<MailingList>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A new list, or new settings of one that is there.</summary>
    Task PutAsync(EmailAddress address, string title, ListPosting posting, CancellationToken cancellationToken);

    /// <returns>False when there is none.</returns>
    Task<bool> RemoveAsync(EmailAddress address, CancellationToken cancellationToken);

    /// <summary>In the order of their addresses.</summary>
    Task<IReadOnlyList<ListMember>> MembersAsync(long list, CancellationToken cancellationToken);

    /// <summary>A new member, or new rights of one that is there; who was suspended gets mail again.</summary>
    Task PutMemberAsync(long list, EmailAddress address, bool mayPost, DateTimeOffset now, CancellationToken cancellationToken);

    /// <returns>False when nobody of that address was on it.</returns>
    Task<bool> RemoveMemberAsync(long list, EmailAddress address, CancellationToken cancellationToken);

    /// <returns>The address that was on it, or null.</returns>
    Task<EmailAddress?> RemoveMemberAsync(long list, long member, CancellationToken cancellationToken);

    /// <summary>Counts a day on which mail to a member came back; the limit suspends.</summary>
    /// <returns>The member as it is then, or null when it has left.</returns>
    Task<ListMember?> CountBounceAsync(long list, long member, DateTimeOffset now, BounceLimit limit, CancellationToken cancellationToken);
}

/// <param name="Days">With a bounce, before a member is suspended.</param>
/// <param name="Within">After so long without one it begins anew.</param>
internal readonly record struct BounceLimit(int Days, TimeSpan Within);
