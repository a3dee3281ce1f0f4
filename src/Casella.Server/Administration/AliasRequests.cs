namespace Casella.Server.Administration;

internal sealed record AddAlias(string Alias, string Target) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Aliases.AddAsync(Alias, Target, cancellationToken);
        return new Done();
    }
}

internal sealed record ListAliases : AdminRequest<IReadOnlyList<AliasView>>
{
    protected override async Task<IReadOnlyList<AliasView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Directory.AliasesAsync(cancellationToken)).Select(AliasView.Of)];
}

/// <param name="Target">Null for the whole alias.</param>
internal sealed record RemoveAlias(string Alias, string? Target) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Aliases.RemoveAsync(Alias, Target, cancellationToken);
        return new Done();
    }
}
