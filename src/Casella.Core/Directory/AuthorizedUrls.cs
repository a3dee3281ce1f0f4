using Casella.Core.Changes;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Urls;

namespace Casella.Core.Directory;

/// <summary>
/// Who may read what an authorized URL names (RFC 4467): opens the account as the person who authorized it, with the
/// rights that this person has today. Whether the token is right is asked of <see cref="AccessKeys"/> then.
/// </summary>
public sealed class AuthorizedUrls
{
    private readonly DirectoryStores _stores;
    private readonly MailAccounts _accounts;
    private readonly TimeProvider _time;

    internal AuthorizedUrls(DirectoryStores stores, MailAccounts accounts, TimeProvider time) =>
        (_stores, _accounts, _time) = (stores, accounts, time);

    /// <summary>Whether two user names are one.</summary>
    public static bool IsSame(string userName, EmailAddress address) => UserName.Canonicalize(userName) == address;

    /// <summary>Whether the URL has not expired and may be read by who asks (RFC 4467 §3).</summary>
    /// <param name="reader">Who has signed in.</param>
    /// <param name="isSubmission">The message is read to be sent.</param>
    public bool Admits(ImapUrlAccess access, EmailAddress reader, bool isSubmission)
    {
        if (access.ExpiresAt is { } end && _time.GetUtcNow() > end)
            return false;
        return access.Kind switch
        {
            "anonymous" or "authuser" => true,
            "user" => access.User is { } user && IsSame(user, reader),
            // RFC 4468 §3.3: it is the sender whom it names.
            "submit" => isSubmission && access.User is { } sender && IsSame(sender, reader),
            _ => false,
        };
    }

    /// <summary>The door of the person whom the token names, for reading; null when nobody is behind it any more.</summary>
    /// <param name="owner">The user name in the URL.</param>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public async Task<MailAccount?> OpenAsync(string owner, UrlToken token, AccessProtocol protocol, CancellationToken cancellationToken)
    {
        if (UserName.Canonicalize(owner) is not { } address
            || await _stores.Accounts.FindAccountAsync(address, cancellationToken) is not { State: AccountState.Active } account
            || !(await RightsAsync(account.Id, token.Person, cancellationToken)).HasFlag(MemberRights.Read))
            return null;
        var actor = new Actor(token.Person, null, protocol, "authorized URL") { Rights = MemberRights.Read };
        try
        {
            return await _accounts.OpenAsync(account.Id, actor, cancellationToken);
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchAddress)
        {
            return null;
        }
    }

    private async Task<MemberRights> RightsAsync(AccountId account, PersonId? person, CancellationToken cancellationToken)
    {
        if (person is null)
            return await _stores.People.FindCommonPasswordAsync(account, cancellationToken) is { CanSignIn: true } common ? common.Rights : MemberRights.None;
        var members = await _stores.People.MembersAsync(account, cancellationToken);
        return members.FirstOrDefault(member => member.Person == person)?.Rights ?? MemberRights.None;
    }
}
