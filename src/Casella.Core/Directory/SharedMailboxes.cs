using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>
/// The mailbox accounts that a person sees beside the one they have signed in to (ADR 0017), and what a protocol may
/// change about who works in one. Asked anew each time: a membership that has ended is not there the next moment, and
/// <see cref="People"/> ends the sessions that it was open in.
/// </summary>
public sealed class SharedMailboxes
{
    private readonly IPeopleStore _store;
    private readonly MailAccounts _accounts;
    private readonly People _people;

    internal SharedMailboxes(IPeopleStore store, MailAccounts accounts, People people) =>
        (_store, _accounts, _people) = (store, accounts, people);

    // ---- what a person sees

    /// <summary>The doors to them, by address, with the rights that the person has in each.</summary>
    /// <param name="home">The door to the account that was signed in to.</param>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public async Task<IReadOnlyList<MailAccount>> OpenAllAsync(MailAccount home, CancellationToken cancellationToken)
    {
        var open = new List<MailAccount>();
        foreach (var membership in await VisibleAsync(home, cancellationToken))
            if (await OpenAsync(membership, home.Actor, cancellationToken) is { } account)
                open.Add(account);
        return open;
    }

    /// <summary>The door to one of them, or null for an address whose account this person does not see.</summary>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public async Task<MailAccount?> OpenAsync(MailAccount home, EmailAddress address, CancellationToken cancellationToken)
    {
        foreach (var membership in await VisibleAsync(home, cancellationToken))
            if (membership.Address == address)
                return await OpenAsync(membership, home.Actor, cancellationToken);
        return null;
    }

    /// <summary>
    /// What this person has subscribed in an account beside their own: what everybody has there, but for the person's
    /// own exceptions. So all of it is subscribed without anybody doing anything, and who unsubscribes does so for
    /// himself.
    /// </summary>
    public async Task<IReadOnlySet<string>> SubscriptionsAsync(MailAccount shared, CancellationToken cancellationToken)
    {
        var tree = await shared.GetTreeAsync(cancellationToken);
        if (shared.Actor.Person is not { } person)
            return tree.Subscriptions;
        var names = new HashSet<string>(tree.Subscriptions, StringComparer.Ordinal);
        foreach (var (name, subscribed) in await _store.SubscriptionsAsync(person, shared.Id, cancellationToken))
            _ = subscribed ? names.Add(name) : names.Remove(name);
        return names;
    }

    /// <summary>
    /// Subscribes or unsubscribes a name there, for this person. Other than in one's own account the mailbox must be
    /// there: what a person leaves behind in the directory has an end.
    /// </summary>
    /// <exception cref="MailException">NoSuchMailbox.</exception>
    public async Task SetSubscribedAsync(
        MailAccount shared, MailboxName name, bool subscribed, CancellationToken cancellationToken)
    {
        if (shared.Actor.Person is not { } person)
            throw new MailException(MailError.NoPermission, $"{shared.Actor.Name} is no person");
        if (subscribed && (await shared.GetTreeAsync(cancellationToken)).Find(name) is null)
            throw new MailException(MailError.NoSuchMailbox, name.Value);
        if ((await SubscriptionsAsync(shared, cancellationToken)).Contains(name.Value) != subscribed)
            await _store.SetSubscriptionAsync(person, shared.Id, name.Value, subscribed, cancellationToken);
    }

    // ---- who works in an account

    /// <summary>Whether an account has a password that everybody knows, with which everything may be done.</summary>
    public async Task<bool> HasCommonPasswordAsync(MailAccount account, CancellationToken cancellationToken) =>
        await _store.FindCommonPasswordAsync(account.Id, cancellationToken) is not null;

    /// <summary>The members, for who may manage the account.</summary>
    /// <exception cref="MailException">NoPermission.</exception>
    public Task<IReadOnlyList<Member>> MembersAsync(MailAccount account, CancellationToken cancellationToken)
    {
        RequireManage(account);
        return _people.MembersAsync(account.Id, cancellationToken);
    }

    /// <summary>
    /// Gives a person other rights in the account, or the first, or with none ends the membership: as the
    /// administration does, stamped with the actor who did it.
    /// </summary>
    /// <exception cref="MailException">NoPermission, NoSuchPerson (or who has left).</exception>
    public async Task SetMemberAsync(
        MailAccount account, string login, Func<MemberRights, MemberRights> change, CancellationToken cancellationToken)
    {
        RequireManage(account);
        try
        {
            await _people.ChangeMemberAsync(account, login, change, cancellationToken);
        }
        catch (DirectoryRuleException broken)
        {
            throw new MailException(MailError.NoSuchPerson, broken.Message);
        }
    }

    private static void RequireManage(MailAccount account)
    {
        if (!account.Rights.HasFlag(MemberRights.Manage))
            throw new MailException(MailError.NoPermission, $"{account.Actor.Name} lacks {MemberRights.Manage}");
    }

    private async Task<IReadOnlyList<Membership>> VisibleAsync(MailAccount home, CancellationToken cancellationToken) =>
        home.Actor.Person is { } person ? await _store.VisibleAsync(person, home.Id, cancellationToken) : [];

    private async Task<MailAccount?> OpenAsync(Membership membership, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await _accounts.OpenAsync(membership.Account, actor with { Rights = membership.Rights }, cancellationToken);
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchAddress)
        {
            // Removed since the memberships were read.
            return null;
        }
    }
}
