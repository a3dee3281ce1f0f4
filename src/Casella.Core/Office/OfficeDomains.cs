using Casella.Core.Directory;
using Casella.Core.Signing;

namespace Casella.Core.Office;

/// <summary>Domains of ours, and what DNS says of them.</summary>
public sealed class OfficeDomains
{
    private readonly OfficeWork _work;

    internal OfficeDomains(OfficeWork work) => _work = work;

    public async Task<IReadOnlyList<MailDomain>> ListAsync(CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeDomains, cancellationToken);
        return [.. (await _work.Parts.Directory.DomainsAsync(cancellationToken)).Where(domain => reach.Covers(domain.Name))];
    }

    /// <summary>Adds a domain with the keys that sign its mail.</summary>
    public Task<MailDomain> AddAsync(string domain, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.AddDomain,
        OfficeSubject.OfDomain(domain),
        async _ =>
        {
            var added = await _work.Parts.Directory.AddDomainAsync(domain, cancellationToken);
            await _work.Parts.Keys.EnsureAsync(added.Name, cancellationToken);
            return added;
        },
        cancellationToken);

    public Task RemoveAsync(string domain, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RemoveDomain,
        OfficeSubject.OfDomain(domain),
        async _ =>
        {
            var name = OfficeSubject.OfDomain(domain).Name;
            await _work.Parts.Directory.RemoveDomainAsync(name, cancellationToken);
            await _work.Parts.Store.ForgetDomainAsync(name, CancellationToken.None);
            _work.Parts.Keys.Forget();
        },
        cancellationToken);

    /// <summary>The keys that sign its mail, those that wait and those that did.</summary>
    public async Task<IReadOnlyList<DomainKey>> KeysAsync(string domain, CancellationToken cancellationToken) =>
        await _work.Parts.Keys.ListAsync(await KnownAsync(OfficeAct.SeeDomains, domain, cancellationToken), cancellationToken);

    /// <summary>The first step to other keys: new ones, which wait until DNS knows them.</summary>
    public Task MakeKeysAsync(string domain, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.MakeKeys,
        OfficeSubject.OfDomain(domain),
        async _ => await _work.Parts.Keys.PrepareAsync(await KnownAsync(OfficeAct.MakeKeys, domain, cancellationToken), cancellationToken),
        cancellationToken);

    /// <summary>The second step: the new keys sign, if DNS knows them.</summary>
    /// <param name="unseen">Also if it does not: this machine may ask another DNS than the world.</param>
    /// <exception cref="DirectoryRuleException">NoNewKeys, KeyNotInDns.</exception>
    public Task UseKeysAsync(string domain, bool unseen, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.UseKeys,
        OfficeSubject.OfDomain(domain) with { Detail = unseen ? "unseen" : "" },
        async _ =>
        {
            var name = await KnownAsync(OfficeAct.UseKeys, domain, cancellationToken);
            var waiting = (await _work.Parts.Keys.ListAsync(name, cancellationToken)).Where(key => key.State is DomainKeyState.Waiting).ToList();
            if (waiting.Count == 0)
                throw new DirectoryRuleException($"{name} has no new keys; make them with: casella dkim rotate {name}", DirectoryRule.NoNewKeys);
            if (!unseen)
                await RequireInDnsAsync(name, waiting, cancellationToken);
            await _work.Parts.Keys.ActivateAsync(name, cancellationToken);
        },
        cancellationToken);

    /// <summary>What DNS must say of a domain, and with a check what it says.</summary>
    /// <exception cref="MailException">NoSuchDomain; Unavailable without a server.</exception>
    public async Task<DomainRecords> RecordsAsync(string domain, bool check, CancellationToken cancellationToken)
    {
        var name = await KnownAsync(OfficeAct.SeeDomains, domain, cancellationToken);
        return await Server().RecordsAsync(name, check, cancellationToken);
    }

    private async Task RequireInDnsAsync(string domain, IReadOnlyList<DomainKey> keys, CancellationToken cancellationToken)
    {
        var records = await Server().RecordsAsync(domain, check: true, cancellationToken);
        foreach (var name in keys.Select(key => $"{key.Selector}._domainkey.{domain}"))
            if (records.Records.FirstOrDefault(record => string.Equals(record.Name, name, StringComparison.Ordinal)) is not { State: DomainRecordState.Ok })
                throw new DirectoryRuleException(
                    $"DNS does not know the key at {name} yet. Publish it, wait until old answers are forgotten, and try again (or add --unseen)", DirectoryRule.KeyNotInDns);
    }

    /// <returns>Canonical.</returns>
    private async Task<string> KnownAsync(OfficeAct act, string domain, CancellationToken cancellationToken)
    {
        var subject = OfficeSubject.OfDomain(domain);
        await _work.RequireAsync(act, subject, cancellationToken);
        return await _work.Parts.Directory.HasDomainAsync(subject.Name, cancellationToken) ? subject.Name : throw subject.IsAbsent();
    }

    private IServerFacts Server() => _work.Parts.Server ?? throw new MailException(MailError.Unavailable, "no server runs");
}
