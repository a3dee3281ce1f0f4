using Casella.Core;
using Casella.Core.Migration;
using Casella.Server.Migration;

namespace Casella.Server.Administration;

/// <summary>Brings mailboxes over from another server, some at a time. What was brought stays, whatever happens to the rest.</summary>
/// <param name="OctetsPerSecond">Over all of them; null for no limit.</param>
internal sealed record MigrateMailboxes(OldServer Server, IReadOnlyList<MailboxToMigrate> Mailboxes, int AtATime, long? OctetsPerSecond, bool FollowRemovals)
    : AdminRequest<IReadOnlyList<MigrationView>>
{
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
        var order = new MigrationOrder(
            async stop => await ImapOldMailbox.OpenAsync(Server, mailbox.Login, rate, stop), FollowRemovals, step => tell(step.ToString()));
        try
        {
            var outcome = await context.Services.GetRequiredService<MailMigrations>().RunAsync(mailbox.Address, order, cancellationToken);
            return new MigrationView(mailbox.Address, mailbox.Login.User, outcome, null);
        }
        catch (OldServerException trouble)
        {
            return new MigrationView(mailbox.Address, mailbox.Login.User, null, trouble.Message);
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
