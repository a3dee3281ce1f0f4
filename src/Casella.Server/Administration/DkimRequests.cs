namespace Casella.Server.Administration;

internal sealed record ListDkimKeys(string Domain) : AdminRequest<IReadOnlyList<DkimKeyView>>
{
    protected override async Task<IReadOnlyList<DkimKeyView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        await DkimKeyView.ListAsync(context, await context.DomainAsync(Domain, cancellationToken), cancellationToken);
}

/// <summary>The first step: new keys, which wait until DNS knows them.</summary>
internal sealed record RotateDkimKeys(string Domain) : AdminRequest<IReadOnlyList<DkimKeyView>>
{
    protected override async Task<IReadOnlyList<DkimKeyView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Domains.MakeKeysAsync(Domain, cancellationToken);
        return await DkimKeyView.ListAsync(context, await context.DomainAsync(Domain, cancellationToken), cancellationToken);
    }
}

/// <summary>The second step: the new keys sign, if DNS knows them.</summary>
/// <param name="Unseen">Also if it does not: this machine may ask another DNS than the world.</param>
internal sealed record ActivateDkimKeys(string Domain, bool Unseen) : AdminRequest<IReadOnlyList<DkimKeyView>>
{
    protected override async Task<IReadOnlyList<DkimKeyView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Domains.UseKeysAsync(Domain, Unseen, cancellationToken);
        return await DkimKeyView.ListAsync(context, await context.DomainAsync(Domain, cancellationToken), cancellationToken);
    }
}

/// <param name="Name">Where its record belongs.</param>
/// <param name="State">"Waiting", "Signing" or "Retired".</param>
internal sealed record DkimKeyView(string Name, string Kind, string State, DateTimeOffset CreatedAt, string Record)
{
    public static async Task<IReadOnlyList<DkimKeyView>> ListAsync(AdminContext context, string domain, CancellationToken cancellationToken) =>
        [.. (await context.Keys.ListAsync(domain, cancellationToken)).Select(key => new DkimKeyView(
            $"{key.Selector}._domainkey.{domain}", key.Type.ToString(), key.State.ToString(), key.CreatedAt, key.Record))];
}
