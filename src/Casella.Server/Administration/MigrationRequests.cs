using Casella.Core;
using Casella.Core.Migration;
using Casella.Server.Migration;

namespace Casella.Server.Administration;

/// <summary>Brings mailboxes over from another server, some at a time. What was brought stays, whatever happens to the rest.</summary>
/// <param name="OctetsPerSecond">Over all of them; null for no limit.</param>
internal sealed record MigrateMailboxes(OldServer Server, IReadOnlyList<MailboxToMigrate> Mailboxes, int AtATime, long? OctetsPerSecond, bool FollowRemovals)
    : AdminRequest<IReadOnlyList<MigrationView>>
{
    /// <summary>A line that breaks in the night: what was brought is noted, so a new beginning costs a listing.</summary>
    private const int Attempts = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task<IReadOnlyList<MigrationView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var time = context.Services.GetRequiredService<TimeProvider>();
        var rate = new RateLimit(OctetsPerSecond, time);
        var views = new MigrationView[Mailboxes.Count];
        var telling = new Lock();
        await Parallel.ForAsync(0, views.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(AtATime, 1), CancellationToken = cancellationToken }, async (i, stop) =>
        {
            void Tell(string line)
            {
                lock (telling)
                    context.Tell($"{Mailboxes[i].Address}: {line}");
            }
            views[i] = await OneAsync(context, Mailboxes[i], rate, Tell, stop);
        });
        return views;
    }

    private async Task<MigrationView> OneAsync(AdminContext context, MailboxToMigrate mailbox, RateLimit rate, Action<string> tell, CancellationToken cancellationToken)
    {
        var time = context.Services.GetRequiredService<TimeProvider>();
        for (var attempt = 1; ; attempt++)
            try
            {
                await using var old = await ImapOldMailbox.OpenAsync(Server, mailbox.Login, rate, cancellationToken);
                var outcome = await context.Services.GetRequiredService<MailMigrations>().RunAsync(mailbox.Address, old, FollowRemovals, tell, cancellationToken);
                return new MigrationView(mailbox.Address, mailbox.Login.User, outcome, null);
            }
            catch (Exception failed) when (OldServerException.Is(failed) || failed is OldServerException)
            {
                var reason = failed as OldServerException ?? OldServerException.Of(Server.Host, failed);
                if (reason.IsFinal || attempt == Attempts)
                    return new MigrationView(mailbox.Address, mailbox.Login.User, null, reason.Message);
                tell($"{reason.Message}; once more in {Pause.TotalSeconds:0} s");
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (MailException failed)
            {
                return new MigrationView(mailbox.Address, mailbox.Login.User, null, Errors.Text(failed));
            }
    }
}

/// <param name="Address">Here.</param>
/// <param name="Login">There.</param>
internal sealed record MailboxToMigrate(string Address, OldLogin Login);

/// <param name="Problem">Why it did not come to its end; null when it did.</param>
internal sealed record MigrationView(string Address, string OldUser, MigrationOutcome? Outcome, string? Problem);
