using Casella.Core.Directory;

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

    /// <summary>What DNS must say of a domain, and with a check what it says.</summary>
    /// <exception cref="MailException">NoSuchDomain; Unavailable without a server.</exception>
    public async Task<DomainRecords> RecordsAsync(string domain, bool check, CancellationToken cancellationToken)
    {
        var subject = OfficeSubject.OfDomain(domain);
        await _work.RequireAsync(OfficeAct.SeeDomains, subject, cancellationToken);
        if (!await _work.Parts.Directory.HasDomainAsync(subject.Name, cancellationToken))
            throw subject.IsAbsent();
        return await Server().RecordsAsync(subject.Name, check, cancellationToken);
    }

    private IServerFacts Server() => _work.Parts.Server ?? throw new MailException(MailError.Unavailable, "no server runs");
}
