namespace Casella.Server.Administration;

internal sealed record AddDomain(string Domain) : AdminRequest<DomainView>
{
    protected override async Task<DomainView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var domain = await context.Directory.AddDomainAsync(Domain, cancellationToken);
        await context.Keys.EnsureAsync(domain.Name, cancellationToken);
        return DomainView.Of(domain);
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
        await context.Directory.RemoveDomainAsync(Domain, cancellationToken);
        context.Keys.Forget();
        return new Done();
    }
}
