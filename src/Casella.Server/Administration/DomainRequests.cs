namespace Casella.Server.Administration;

internal sealed record AddDomain(string Domain) : AdminRequest<DomainView>
{
    protected override async Task<DomainView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        return DomainView.Of(await context.Office.Domains.AddAsync(Domain, cancellationToken));
    }
}

internal sealed record ListDomains : AdminRequest<IReadOnlyList<DomainView>>
{
    protected override async Task<IReadOnlyList<DomainView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Directory.DomainsAsync(cancellationToken)).Select(DomainView.Of)];
}

internal sealed record RemoveDomain(string Domain) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Domains.RemoveAsync(Domain, cancellationToken);
        return new Done();
    }
}
