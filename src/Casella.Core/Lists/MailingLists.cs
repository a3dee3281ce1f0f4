using Casella.Core.Directory;
using Casella.Core.Storage;

namespace Casella.Core.Lists;

/// <summary>The lists as the office and those who leave see them.</summary>
public sealed class MailingLists
{
    private const int MaxTitle = 100;

    private readonly IListStore _store;
    private readonly IDirectoryStore _directory;
    private readonly ListTokens _tokens;
    private readonly TimeProvider _time;

    internal MailingLists(IListStore store, IDirectoryStore directory, ListTokens tokens, TimeProvider time) =>
        (_store, _directory, _tokens, _time) = (store, directory, tokens, time);

    /// <summary>Makes a list, or changes the settings of one.</summary>
    /// <exception cref="MailException">NoSuchDomain.</exception>
    /// <exception cref="DirectoryRuleException">The address is a mailbox's or an alias's, or is none.</exception>
    public async Task PutAsync(string address, string title, ListPosting posting, CancellationToken cancellationToken)
    {
        var list = DirectoryRules.Address(address);
        if (list.Subaddress.Detail is not null)
            throw new DirectoryRuleException($"{list}: a list's address has no +, which its own addresses need");
        if (!(await _directory.DomainsAsync(cancellationToken)).Any(domain => string.Equals(domain.Name, list.Domain, StringComparison.Ordinal)))
            throw new MailException(MailError.NoSuchDomain, list.Domain);
        if (await _directory.FindAccountAsync(list, cancellationToken) is not null || await _directory.FindAliasAsync(list, cancellationToken) is not null)
            throw new DirectoryRuleException($"{list} is a mailbox or an alias already");
        var line = new string([.. title.Trim().Where(c => !char.IsControl(c) && c is not ('<' or '>' or '"' or '\\'))]);
        await _store.PutAsync(list, line.Length is 0 or > MaxTitle ? list.LocalPart : line, posting, cancellationToken);
    }

    public Task<IReadOnlyList<MailingList>> ListAsync(CancellationToken cancellationToken) => _store.ListAsync(cancellationToken);

    /// <exception cref="MailException">NoSuchAddress.</exception>
    public async Task<MailingList> FindAsync(string address, CancellationToken cancellationToken) =>
        await _store.FindAsync(DirectoryRules.Address(address), cancellationToken) ?? throw new MailException(MailError.NoSuchAddress, address);

    /// <exception cref="MailException">NoSuchAddress.</exception>
    public async Task RemoveAsync(string address, CancellationToken cancellationToken)
    {
        if (!await _store.RemoveAsync(DirectoryRules.Address(address), cancellationToken))
            throw new MailException(MailError.NoSuchAddress, address);
    }

    public Task<IReadOnlyList<ListMember>> MembersAsync(MailingList list, CancellationToken cancellationToken) => _store.MembersAsync(list.Id, cancellationToken);

    /// <summary>Adds somebody, or changes what he may; who was suspended gets mail again.</summary>
    public Task SubscribeAsync(MailingList list, string member, bool mayPost, CancellationToken cancellationToken) =>
        _store.PutMemberAsync(list.Id, DirectoryRules.Address(member), mayPost, _time.GetUtcNow(), cancellationToken);

    /// <exception cref="MailException">NoSuchAddress.</exception>
    public async Task UnsubscribeAsync(MailingList list, string member, CancellationToken cancellationToken)
    {
        if (!await _store.RemoveMemberAsync(list.Id, DirectoryRules.Address(member), cancellationToken))
            throw new MailException(MailError.NoSuchAddress, member);
    }

    /// <summary>What follows in the address of the page where a member leaves.</summary>
    public async Task<string> LinkAsync(MailingList list, ListMember member, CancellationToken cancellationToken) =>
        await _tokens.MakeAsync(ListDistribution.Leave, list.Id, member.Id, cancellationToken);

    /// <summary>The list that a link in its mail is for; null for what is none of ours.</summary>
    public async Task<MailingList?> OfLinkAsync(string token, CancellationToken cancellationToken) =>
        await _tokens.ReadAsync(ListDistribution.Leave, token, cancellationToken) is { } name ? await _store.FindAsync(name.List, cancellationToken) : null;

    /// <summary>Whoever has the link leaves; twice is the same as once (RFC 8058 §3.2).</summary>
    /// <returns>False for what is no link of ours.</returns>
    public async Task<bool> LeaveAsync(string token, CancellationToken cancellationToken)
    {
        if (await _tokens.ReadAsync(ListDistribution.Leave, token, cancellationToken) is not { } name)
            return false;
        await _store.RemoveMemberAsync(name.List, name.Member, cancellationToken);
        return true;
    }
}
