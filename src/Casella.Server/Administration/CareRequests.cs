using Casella.Core.Policies;
using Casella.Core.Repairs;

namespace Casella.Server.Administration;

internal sealed record ShowPolicy(string Address) : AdminRequest<IReadOnlyList<PolicyView>>
{
    protected override async Task<IReadOnlyList<PolicyView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var policy = (await context.OpenAsync(Address, cancellationToken)).Policy;
        return [.. PolicyTable.Rows.Select(row => new PolicyView(row.Name, row.Get(policy), row.Words, row.Values))];
    }
}

/// <summary>Sets all of the values or none, and answers with the whole policy.</summary>
internal sealed record SetPolicy(string Address, IReadOnlyDictionary<string, string> Values) : AdminRequest<IReadOnlyList<PolicyView>>
{
    protected override async Task<IReadOnlyList<PolicyView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var policy = await context.Office.Mailboxes.SetPolicyAsync(Address, Values, cancellationToken);
        return [.. PolicyTable.Rows.Select(row => new PolicyView(row.Name, row.Get(policy), row.Words, row.Values))];
    }
}

/// <param name="DryRun">Only looks what there is to merge.</param>
internal sealed record HealFolders(string Address, bool DryRun) : AdminRequest<HealedView>
{
    protected override async Task<HealedView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var mail = await context.OpenAsync(Address, cancellationToken);
        var folders = DryRun ? mail.Care.DoubledFolders : await context.Office.Care.HealAsync(Address, cancellationToken);
        return new HealedView(mail.Address.ToString(), !DryRun, [.. folders.Select(DoubledFolderView.Of)]);
    }
}

/// <summary>Mends what is damaged of a mailbox; tells each finding as it comes.</summary>
/// <param name="DryRun">Only looks.</param>
internal sealed record RepairMailbox(string Address, bool DryRun) : AdminRequest<RepairOutcome>
{
    protected override Task<RepairOutcome> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        context.Office.Care.RepairAsync(Address, DryRun, context.Tell, cancellationToken);
}
