using Casella.Core.Queue;

namespace Casella.Server.Administration;

internal sealed record ListQueue : AdminRequest<IReadOnlyList<QueuedMessageView>>
{
    protected override async Task<IReadOnlyList<QueuedMessageView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Queue.ListAsync(cancellationToken)).Select(QueuedMessageView.Of)];
}

internal sealed record RetryQueued(string Id) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Mail.RetryAsync(Id, cancellationToken);
        return new Done();
    }
}

internal sealed record RetryAllQueued : AdminRequest<RetriedView>
{
    protected override async Task<RetriedView> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        new(await context.Office.Mail.RetryAllAsync(cancellationToken));
}

/// <param name="Messages">How many are tried again.</param>
internal sealed record RetriedView(int Messages);

internal sealed record RemoveQueued(string Id) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Mail.RemoveAsync(Id, cancellationToken);
        return new Done();
    }
}

internal sealed record ListDeadAddresses : AdminRequest<IReadOnlyList<DeadAddressView>>
{
    protected override async Task<IReadOnlyList<DeadAddressView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Office.Mail.DeadAsync(cancellationToken)).Select(DeadAddressView.Of)];
}

internal sealed record LiftDeadAddress(string Address) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        await context.Office.Mail.LiftDeadAsync(Address, cancellationToken)
            ? new Done()
            : throw new CommandException("NotDead", $"{Address} is tried anyway; see: casella queue dead list");
}

/// <param name="Until">From then on it is tried again.</param>
/// <param name="Reason">Its server's last words.</param>
internal sealed record DeadAddressView(
    string Address, int Refusals, DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset Until, string Reason, string? Server)
{
    public static DeadAddressView Of(DeadAddress dead) => new(
        dead.Address.ToString(), dead.Refusals, dead.FirstAt, dead.LastAt, dead.Until, dead.Reason, dead.Server);
}

/// <param name="Sender">Empty for a delivery report.</param>
internal sealed record QueuedMessageView(
    string Id, string Sender, DateTimeOffset QueuedAt, long Size, IReadOnlyList<WaitingRecipientView> Recipients)
{
    public static QueuedMessageView Of(QueuedMessage message) => new(
        message.Id, message.ReversePath?.ToString() ?? "", message.QueuedAt, message.Size,
        [.. message.Recipients.Select(r => new WaitingRecipientView(r.Address.ToString(), r.Attempts, r.NextAt, r.LastError))]);
}

/// <param name="LastError">What the last attempt was answered; null before the first.</param>
internal sealed record WaitingRecipientView(string Address, int Attempts, DateTimeOffset NextAt, string? LastError);
