using System.Collections.Concurrent;
using Casella.Core.Directory;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Reporting;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Delivery;

/// <summary>
/// Where mail for an address goes: account, alias (one address, one or more mailboxes, through at most 10 aliases),
/// +tag, postmaster. Asked by RCPT, by submission and by the queue.
/// </summary>
public sealed class RecipientResolver
{
    private const int MaxAliases = 10;

    /// <summary>The name of the alias that gets what is for nobody else in its domain.</summary>
    private const string CatchAll = "*";

    /// <summary>Addresses kept in memory. Only ones that exist are kept, so guessing fills nothing.</summary>
    private const int MaxKnown = 10_000;

    private readonly IDirectoryStore _directory;
    private readonly MailAccounts _accounts;
    private readonly SenderRewriting _rewriting;
    private readonly IListStore _lists;
    private Known _known = new(-1, new HashSet<string>(StringComparer.Ordinal));

    internal RecipientResolver(IDirectoryStore directory, MailAccounts accounts, SenderRewriting rewriting, IListStore lists) =>
        (_directory, _accounts, _rewriting, _lists) = (directory, accounts, rewriting, lists);

    /// <exception cref="MailException">Unavailable; DiskFull before any mail is taken that there is no room for.</exception>
    public async ValueTask<Resolution> ResolveAsync(EmailAddress recipient, CancellationToken cancellationToken)
    {
        _accounts.Room.Check();
        var known = await KnownAsync(cancellationToken);
        if (!known.Domains.Contains(recipient.Domain))
            return new Resolution.Remote();
        if (!known.Targets.TryGetValue(recipient, out var target))
        {
            target = await LookUpAsync(recipient, known, cancellationToken);
            if (target is null)
                return await ReturnAsync(recipient, cancellationToken);
            if (known.Targets.Count < MaxKnown)
                known.Targets[recipient] = target;
        }

        var isFull = target.Forwards.Count == 0 && target.List is null && !target.IsForReports && await AreFullAsync(target.Accounts, cancellationToken);
        return new Resolution.Local(target.Accounts, target.Detail, isFull) { Forwards = target.Forwards, IsForReports = target.IsForReports, List = target.List };
    }

    /// <summary>A report about mail that we have forwarded goes to who has written it.</summary>
    private async ValueTask<Resolution> ReturnAsync(EmailAddress recipient, CancellationToken cancellationToken) =>
        await _rewriting.ReverseAsync(recipient, cancellationToken) is { } sender
            ? new Resolution.Local([], null, IsFull: false) { Forwards = [sender], IsReturn = true }
            : new Resolution.Unknown();

    /// <summary>
    /// The address that a bare &lt;postmaster&gt; means (RFC 5321 §4.5.1): the one of our first domain, or null while
    /// we have none.
    /// </summary>
    public async ValueTask<EmailAddress?> PostmasterAsync(CancellationToken cancellationToken)
    {
        var known = await KnownAsync(cancellationToken);
        return known.FirstDomain is { } domain && EmailAddress.TryParse($"postmaster@{domain}", out var address) ? address : null;
    }

    /// <summary>Whether mail for a domain stays in this house.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async ValueTask<bool> IsOursAsync(string domain, CancellationToken cancellationToken) =>
        (await KnownAsync(cancellationToken)).Domains.Contains(domain);

    /// <summary>What is read behind an address of ours; null for one that is elsewhere, or leads there.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<Language?> LanguageOfAsync(EmailAddress address, CancellationToken cancellationToken) =>
        await ResolveAsync(address, cancellationToken) is Resolution.Local { Accounts: [var account, ..] }
            ? (await _accounts.OpenForDeliveryAsync(account, cancellationToken)).Policy.Language
            : null;

    private async ValueTask<Known> KnownAsync(CancellationToken cancellationToken)
    {
        // Before the questions: a change in between makes what they answer old, and the next caller sees it.
        var version = _directory.Version;
        var known = Volatile.Read(ref _known);
        if (known.Version == version)
            return known;
        var domains = await _directory.DomainsAsync(cancellationToken);
        known = new Known(version, domains.Select(domain => domain.Name).ToHashSet(StringComparer.Ordinal))
        {
            FirstDomain = domains.OrderBy(domain => domain.CreatedAt).ThenBy(domain => domain.Name, StringComparer.Ordinal).FirstOrDefault()?.Name,
        };
        Volatile.Write(ref _known, known);
        return known;
    }

    private async Task<Target?> LookUpAsync(EmailAddress recipient, Known known, CancellationToken cancellationToken)
    {
        if (await FollowAsync(recipient, known, cancellationToken) is { } exact)
            return exact;
        var (_, detail) = recipient.Subaddress;
        var plain = recipient.WithoutDetail();
        if (detail is not null && await FollowAsync(plain, known, cancellationToken) is { } tagged)
            return tagged with { Detail = detail };
        if (await _lists.FindAsync(plain, cancellationToken) is { } list)
            return new Target([], [], detail) { List = list };
        // RFC 5321 §4.5.1: somebody reads it, in every domain; until the office names somebody, the domain's first
        // mailbox.
        if (plain.LocalPart is "postmaster" && await FirstOfDomainAsync(plain.Domain, cancellationToken) is { } first)
            return new Target([first], [], detail);
        if (ReportAddress.Is(plain) && EmailAddress.TryParse($"postmaster@{plain.Domain}", out var postmaster)
            && await LookUpAsync(postmaster, known, cancellationToken) is { } office)
            return office with { IsForReports = true };
        // What has been forwarded is for somebody already.
        return !SenderRewriting.IsRewritten(recipient) && EmailAddress.TryParse($"{CatchAll}@{recipient.Domain}", out var everything)
            ? await FollowAsync(everything, known, cancellationToken)
            : null;
    }

    /// <summary>
    /// What is behind an address: the account itself, or through aliases, level by level, accounts and addresses outside.
    /// Null for nothing.
    /// </summary>
    private async Task<Target?> FollowAsync(EmailAddress address, Known known, CancellationToken cancellationToken)
    {
        var accounts = new List<AccountEntry>();
        var forwards = new List<EmailAddress>();
        var seen = new HashSet<EmailAddress> { address };
        var level = new List<EmailAddress> { address };
        for (var depth = 0; depth <= MaxAliases && level.Count > 0; depth++)
        {
            var next = new List<EmailAddress>();
            foreach (var name in level)
            {
                if (!known.Domains.Contains(name.Domain))
                    forwards.Add(name);
                else if (await _directory.FindAccountAsync(name, cancellationToken) is { } account)
                    Add(accounts, account);
                else if (await _directory.FindAliasAsync(name, cancellationToken) is { } alias)
                    next.AddRange(alias.Targets.Where(seen.Add));
            }

            level = next;
        }

        return accounts.Count + forwards.Count > 0 ? new Target(accounts, forwards, null) : null;
    }

    private static void Add(List<AccountEntry> accounts, AccountEntry account)
    {
        if (account.State is Directory.AccountState.Active or Directory.AccountState.Disabled && accounts.TrueForAll(other => other.Id != account.Id))
            accounts.Add(account);
    }

    private async Task<AccountEntry?> FirstOfDomainAsync(string domain, CancellationToken cancellationToken) =>
        (await _directory.AccountsAsync(cancellationToken))
            .Where(a => string.Equals(a.Address.Domain, domain, StringComparison.Ordinal) && a.State == Directory.AccountState.Active)
            .MinBy(a => a.Id.Value);

    private async ValueTask<bool> AreFullAsync(IReadOnlyList<AccountEntry> accounts, CancellationToken cancellationToken)
    {
        foreach (var account in accounts)
        {
            if (!(await _accounts.GetQuotaAsync(account.Id, cancellationToken)).IsFull)
                return false;
        }

        return true;
    }

    private sealed record Target(IReadOnlyList<AccountEntry> Accounts, IReadOnlyList<EmailAddress> Forwards, string? Detail)
    {
        public bool IsForReports { get; init; }
        public MailingList? List { get; init; }
    }

    /// <summary>What one version of the directory has told.</summary>
    private sealed class Known(long version, HashSet<string> domains)
    {
        public long Version => version;
        public HashSet<string> Domains => domains;
        public string? FirstDomain { get; init; }
        public ConcurrentDictionary<EmailAddress, Target> Targets { get; } = new();
    }
}

/// <summary>What an address means here.</summary>
public abstract record Resolution
{
    /// <summary>The domain is not ours: relay for signed-in senders, 550 5.7.1 for others.</summary>
    public sealed record Remote : Resolution;

    /// <summary>Our domain, no such mailbox: 550 5.1.1.</summary>
    public sealed record Unknown : Resolution;

    /// <summary>One or more mailboxes of ours.</summary>
    /// <param name="Accounts">Distinct accounts.</param>
    /// <param name="Detail">The +tag, or null.</param>
    /// <param name="IsFull">True when every one of them is full already: 452 4.2.2 at RCPT.</param>
    public sealed record Local(IReadOnlyList<AccountEntry> Accounts, string? Detail, bool IsFull) : Resolution
    {
        /// <summary>Addresses outside that get it too.</summary>
        public IReadOnlyList<EmailAddress> Forwards { get; init; } = [];

        /// <summary>The way back of what we have forwarded: for reports only.</summary>
        public bool IsReturn { get; init; }

        /// <summary>An announcement list: its members get it.</summary>
        public MailingList? List { get; init; }

        /// <summary>Nobody's mailbox: reports there are read, and postmaster gets the rest.</summary>
        public bool IsForReports { get; init; }
    }
}
