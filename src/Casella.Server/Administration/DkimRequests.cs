using Casella.Core.Signing;
using Casella.Net.Dns;

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
        var domain = await context.DomainAsync(Domain, cancellationToken);
        await context.Keys.PrepareAsync(domain, cancellationToken);
        return await DkimKeyView.ListAsync(context, domain, cancellationToken);
    }
}

/// <summary>The second step: the new keys sign, if DNS knows them.</summary>
/// <param name="Unseen">Also if it does not: this machine may ask another DNS than the world.</param>
internal sealed record ActivateDkimKeys(string Domain, bool Unseen) : AdminRequest<IReadOnlyList<DkimKeyView>>
{
    protected override async Task<IReadOnlyList<DkimKeyView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var domain = await context.DomainAsync(Domain, cancellationToken);
        var waiting = (await context.Keys.ListAsync(domain, cancellationToken)).Where(key => key.State is DomainKeyState.Waiting).ToList();
        if (waiting.Count == 0)
            throw new CommandException("NothingWaits", $"{domain} has no new keys; make them with: casella dkim rotate {domain}");
        foreach (var key in waiting.Where(_ => !Unseen))
            await RequireAsync(context.Services.GetRequiredService<IDnsResolver>(), $"{key.Selector}._domainkey.{domain}", key.Record, cancellationToken);
        await context.Keys.ActivateAsync(domain, cancellationToken);
        return await DkimKeyView.ListAsync(context, domain, cancellationToken);
    }

    private static async Task RequireAsync(IDnsResolver dns, string name, string record, CancellationToken cancellationToken)
    {
        try
        {
            if ((await dns.TxtAsync(name, cancellationToken)).Any(text => DnsComparison.AreSameTags(text, record)))
                return;
        }
        catch (DnsTemporaryException silent)
        {
            throw new CommandException("DnsSilent", $"DNS does not answer: {silent.Message}");
        }

        throw new CommandException("NotPublished", $"DNS does not know the key at {name} yet. Publish it, wait until old answers are forgotten, and try again (or add --unseen)");
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
