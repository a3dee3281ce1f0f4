using Casella.Core.Directory;

namespace Casella.Server.Administration;

/// <summary>Who may not try to sign in for now. Budgets are in the server's memory.</summary>
internal sealed record ListBans : AdminRequest<IReadOnlyList<SignInBan>>
{
    protected override Task<IReadOnlyList<SignInBan>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        Task.FromResult(context.RunningBans().List());
}

/// <param name="Whom">A user name or an address.</param>
internal sealed record LiftBan(string Whom) : AdminRequest<Done>
{
    protected override Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken) => context.RunningBans().Lift(Whom)
        ? Task.FromResult(new Done())
        : throw new CommandException("NotBanned", $"{Whom} is not banned; see: casella bans list");
}

internal static class BanDoor
{
    public static SignInBans RunningBans(this AdminContext context) => context.Status is null
        ? throw new CommandException("NotRunning", "No server runs on this data folder; one that starts bans nobody.")
        : context.Services.GetRequiredService<SignInBans>();
}
