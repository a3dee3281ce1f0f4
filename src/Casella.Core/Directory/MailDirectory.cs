using Casella.Core.Changes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>
/// Administration of domains, mailbox accounts and aliases: what the command line (and later the office) does; who works
/// in the accounts is administered by <see cref="People"/> and <see cref="Devices"/>. An account is a row in the directory and a storage of its own; the row tells in which of its states they are, and
/// <see cref="RecoverAsync"/> finishes at start what a crash has left half done.
/// </summary>
/// <remarks>
/// Addresses come as people type them. Failures: <see cref="MailException"/> with a detail for the administrator;
/// <see cref="DirectoryRuleException"/>.
/// </remarks>
public sealed class MailDirectory : IAsyncDisposable
{
    /// <summary>The device that the announced password of a mailbox is.</summary>
    public const string CommonPassword = "common password";

    private readonly IDirectoryStore _store;
    private readonly IPeopleStore _people;
    private readonly MailAccounts _accounts;
    private readonly SignInGuards _guards;
    private readonly TimeProvider _time;
    private readonly ILogger<MailDirectory> _log;

    // One change at a time: each looks before it writes, and administration is never in a hurry.
    private readonly SemaphoreSlim _gate = new(1);

    internal MailDirectory(
        DirectoryStores stores, MailAccounts accounts, SignInGuards guards, TimeProvider time, ILogger<MailDirectory> log) =>
        (_store, _people, _accounts, _guards, _time, _log) = (stores.Accounts, stores.People, accounts, guards, time, log);

    // ---- domains

    public async Task<IReadOnlyList<MailDomain>> DomainsAsync(CancellationToken cancellationToken)
    {
        var accounts = await _store.AccountsAsync(cancellationToken);
        var aliases = await _store.AliasesAsync(cancellationToken);
        var postmasters = accounts.Select(a => a.Address).Concat(aliases.Select(a => a.Alias))
            .Where(a => a.LocalPart is "postmaster").Select(a => a.Domain).ToHashSet(StringComparer.Ordinal);
        var domains = await _store.DomainsAsync(cancellationToken);
        return [.. domains.OrderBy(d => d.Name, StringComparer.Ordinal).Select(domain => new MailDomain(
            domain.Name, domain.CreatedAt,
            accounts.Count(a => string.Equals(a.Address.Domain, domain.Name, StringComparison.Ordinal)),
            aliases.Count(a => string.Equals(a.Alias.Domain, domain.Name, StringComparison.Ordinal)),
            postmasters.Contains(domain.Name)))];
    }

    /// <summary>True for a domain of ours.</summary>
    /// <param name="domain">In canonical form.</param>
    public async Task<bool> HasDomainAsync(string domain, CancellationToken cancellationToken) =>
        (await _store.DomainsAsync(cancellationToken)).Any(ours => string.Equals(ours.Name, domain, StringComparison.Ordinal));

    /// <exception cref="MailException">InvalidAddress, AddressExists.</exception>
    public async Task<MailDomain> AddDomainAsync(string domain, CancellationToken cancellationToken)
    {
        var row = new DomainRow(DirectoryRules.Domain(domain), _time.GetUtcNow());
        await _store.AddDomainAsync(row, cancellationToken);
        return new MailDomain(row.Name, row.CreatedAt, Accounts: 0, Aliases: 0, HasPostmaster: false);
    }

    /// <exception cref="MailException">InvalidAddress, NoSuchDomain, DomainInUse.</exception>
    public Task RemoveDomainAsync(string domain, CancellationToken cancellationToken) =>
        _store.RemoveDomainAsync(DirectoryRules.Domain(domain), cancellationToken);

    // ---- accounts

    /// <summary>All accounts, by domain and name.</summary>
    public async Task<IReadOnlyList<AccountEntry>> AccountsAsync(CancellationToken cancellationToken) =>
        [.. (await _store.AccountsAsync(cancellationToken))
            .OrderBy(a => a.Address.Domain, StringComparer.Ordinal).ThenBy(a => a.Address.LocalPart, StringComparer.Ordinal)];

    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    public async Task<AccountEntry> AccountAsync(string address, CancellationToken cancellationToken)
    {
        var parsed = DirectoryRules.Address(address);
        return await _store.FindAccountAsync(parsed, cancellationToken) ?? throw new MailException(MailError.NoSuchAddress, parsed.ToString());
    }

    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    public async Task<AccountDetails> DescribeAccountAsync(string address, CancellationToken cancellationToken)
    {
        var account = await AccountAsync(address, cancellationToken);
        var aliases = await _store.AliasesAsync(cancellationToken);
        var mail = await OpenAsync(account, cancellationToken);
        return new AccountDetails(
            account,
            await mail.GetQuotaAsync(cancellationToken),
            [.. aliases.Where(a => a.Targets.Contains(account.Address)).Select(a => a.Alias)]);
    }

    /// <summary>Says what would keep an account from being added, without adding it.</summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchDomain, AddressExists.</exception>
    /// <exception cref="DirectoryRuleException"/>
    public async Task CheckAccountAsync(AccountToAdd account, CancellationToken cancellationToken)
    {
        var address = DirectoryRules.NewAddress(account.Address);
        DirectoryRules.Check(account);
        await RequireDomainAsync(address, cancellationToken);
        if (await _store.FindAccountAsync(address, cancellationToken) is not null || await _store.FindAliasAsync(address, cancellationToken) is not null)
            throw new MailException(MailError.AddressExists, address.ToString());
    }

    /// <summary>Adds an account, ready for mail when it returns. A crash before that leaves nothing behind.</summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchDomain, AddressExists, Unavailable.</exception>
    /// <exception cref="DirectoryRuleException"/>
    public async Task<AccountEntry> AddAccountAsync(AccountToAdd account, CancellationToken cancellationToken)
    {
        await CheckAccountAsync(account, cancellationToken);
        var address = DirectoryRules.NewAddress(account.Address);
        var hash = await _guards.Hasher.HashAsync(PasswordText.Prepare(account.Password)!, cancellationToken);
        using var turn = await TurnAsync(cancellationToken);
        var row = new NewAccount(address, account.DisplayName, account.Quota, hash, CommonPassword, _time.GetUtcNow())
        {
            ScramKeys = await _guards.Scram.KeysOfCommonPasswordAsync(address.ToString(), account.Password, cancellationToken),
        };
        var id = await _store.AddAccountAsync(row, cancellationToken);
        try
        {
            await _accounts.CreateAsync(id, account.Quota, cancellationToken);
            // From here on it is there: a client that hangs up now must not leave a row that start would undo.
            await _store.SetAccountStateAsync(id, AccountState.Active, CancellationToken.None);
        }
        catch
        {
            await UndoAsync(id, address);
            throw;
        }
        _guards.Memory.Forget(address.ToString());
        Log.AccountAdded(_log, address);
        return (await _store.FindAccountAsync(id, CancellationToken.None))!;
    }

    /// <summary>Sets the quota; the account's own file decides, the directory lists it.</summary>
    /// <param name="quota">Bytes; null for none.</param>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    /// <exception cref="DirectoryRuleException"/>
    public async Task SetQuotaAsync(string address, long? quota, CancellationToken cancellationToken) =>
        await SetQuotaAsync(await OpenAsync(await AccountAsync(address, cancellationToken), cancellationToken), quota, cancellationToken);

    /// <summary>The same by whoever has opened the account, who is asked for the right to manage it.</summary>
    /// <exception cref="MailException">NoPermission.</exception>
    /// <exception cref="DirectoryRuleException"/>
    public async Task SetQuotaAsync(MailAccount mail, long? quota, CancellationToken cancellationToken)
    {
        DirectoryRules.CheckQuota(quota);
        using var turn = await TurnAsync(cancellationToken);
        await mail.SetQuotaAsync(quota, cancellationToken);
        await _store.SetAccountQuotaAsync(mail.Id, quota, CancellationToken.None);
        Log.QuotaChanged(_log, mail.Address, quota);
    }

    /// <summary>
    /// Removes an account with all its mail, and it from the aliases that lead to it. Begun is done: a crash in between
    /// is finished at start.
    /// </summary>
    /// <returns>Aliases that led to it.</returns>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    public async Task<IReadOnlyList<EmailAddress>> RemoveAccountAsync(string address, CancellationToken cancellationToken)
    {
        var account = await AccountAsync(address, cancellationToken);
        using var turn = await TurnAsync(cancellationToken);
        await _store.SetAccountStateAsync(account.Id, AccountState.Removing, cancellationToken);
        var aliases = await FinishRemovalAsync(account, CancellationToken.None);
        Log.AccountRemoved(_log, account.Address);
        return aliases;
    }

    /// <summary>The administrator's door to an account, for what its own change log is to tell.</summary>
    internal Task<MailAccount> OpenAsync(AccountEntry account, CancellationToken cancellationToken) =>
        _accounts.OpenAsync(account.Id, Actor.Administrator, cancellationToken);

    // ---- aliases

    public async Task<IReadOnlyList<MailAlias>> AliasesAsync(CancellationToken cancellationToken) =>
        [.. (await _store.AliasesAsync(cancellationToken)).Select(a => new MailAlias(a.Alias, a.Targets))
            .OrderBy(a => a.Address.Domain, StringComparer.Ordinal).ThenBy(a => a.Address.LocalPart, StringComparer.Ordinal)];

    /// <summary>
    /// Makes mail for one address go to another, of ours or outside, beside where it goes already; "*@example.org" gets
    /// what is for nobody else.
    /// </summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchDomain, AddressExists, NoSuchAddress (the target),
    /// MailLoop.</exception>
    public async Task AddAliasAsync(string alias, string target, CancellationToken cancellationToken)
    {
        var from = DirectoryRules.NewAlias(alias);
        var to = DirectoryRules.Address(target);
        using var turn = await TurnAsync(cancellationToken);
        await RequireDomainAsync(from, cancellationToken);
        if (DirectoryRules.LeadsBack(from, to, await _store.AliasesAsync(cancellationToken)))
            throw new MailException(MailError.MailLoop, $"{to} leads back to {from}");
        var isOurs = (await _store.DomainsAsync(cancellationToken)).Any(domain => string.Equals(domain.Name, to.Domain, StringComparison.Ordinal));
        if (isOurs && await _store.FindAccountAsync(to, cancellationToken) is null && await _store.FindAliasAsync(to, cancellationToken) is null)
            throw new MailException(MailError.NoSuchAddress, to.ToString());
        await _store.AddAliasAsync(from, to, cancellationToken);
    }

    /// <summary>Removes one target, or the whole alias.</summary>
    /// <param name="target">Null for all.</param>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    public Task RemoveAliasAsync(string alias, string? target, CancellationToken cancellationToken) => _store.RemoveAliasAsync(
        DirectoryRules.Address(alias), target is null ? null : DirectoryRules.Address(target), cancellationToken);

    /// <summary>A password that people can read out and type, for those who do not choose one.</summary>
    public static string GeneratePassword() => PasswordText.Generate();

    // ---- start and stop

    /// <summary>
    /// Undoes accounts that were being added and finishes those that were being removed when the process ended; to be
    /// called once, before anything else uses the directory.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        await _guards.Known.LoadAsync(cancellationToken);
        await _guards.Feed.Failing.LoadAsync(cancellationToken);
        foreach (var account in await _store.AccountsAsync(cancellationToken))
        {
            if (account.State is not (AccountState.Creating or AccountState.Removing))
                continue;
            Log.AccountRecovered(_log, account.Address, account.State);
            await FinishRemovalAsync(account, cancellationToken);
        }

        await _guards.Scram.RefreshAsync(cancellationToken);
    }

    /// <summary>Writes what sign-in has learnt.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _guards.Known.SaveAsync(now: true, CancellationToken.None);
            await _guards.Feed.Failing.SaveAsync(CancellationToken.None);
        }
        catch (MailException failure)
        {
            Log.SignInsNotKept(_log, failure);
        }
        _gate.Dispose();
    }

    private async Task<IReadOnlyList<EmailAddress>> FinishRemovalAsync(AccountEntry account, CancellationToken cancellationToken)
    {
        _guards.Memory.Forget(account.Address.ToString());
        _guards.Sessions.End(new SessionEnding(SessionEnd.AccountRemoved) { Account = account.Id });
        // Its members may see it from their other mailboxes (ADR 0017).
        foreach (var member in await _people.MembersAsync(account.Id, cancellationToken))
            _guards.Sessions.End(new SessionEnding(SessionEnd.RightsChanged) { Person = member.Person });
        var aliases = (await _store.AliasesAsync(cancellationToken)).Where(a => a.Targets.Contains(account.Address)).Select(a => a.Alias).ToList();
        foreach (var alias in aliases)
            await _store.RemoveAliasAsync(alias, account.Address, cancellationToken);
        await _accounts.DeleteAsync(account.Id, cancellationToken);
        await _store.DeleteAccountAsync(account.Id, cancellationToken);
        await _guards.Scram.RefreshAsync(cancellationToken);
        return aliases;
    }

    // The failure that brought us here is the one to report; what cannot be undone now is undone at the next start.
    private async Task UndoAsync(AccountId id, EmailAddress address)
    {
        try
        {
            await _accounts.DeleteAsync(id, CancellationToken.None);
            await _store.DeleteAccountAsync(id, CancellationToken.None);
        }
        catch (Exception failure)
        {
            Log.AccountNotUndone(_log, address, failure);
        }
    }

    private async Task RequireDomainAsync(EmailAddress address, CancellationToken cancellationToken)
    {
        var domains = await _store.DomainsAsync(cancellationToken);
        if (!domains.Any(d => string.Equals(d.Name, address.Domain, StringComparison.Ordinal)))
            throw new MailException(MailError.NoSuchDomain, address.Domain);
    }

    private async Task<Turn> TurnAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        return new Turn(_gate);
    }

    private readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
