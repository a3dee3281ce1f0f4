using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;

namespace Casella.Core.Migration;

/// <summary>
/// Brings mailboxes over from another server: casella migrate, and members themselves (<see cref="Movings"/>). May be
/// run as often as one likes.
/// </summary>
public sealed class MailMigrations
{
    /// <summary>A line that breaks in the night: what was brought is noted, so a new beginning costs a listing.</summary>
    private const int Attempts = 4;

    private readonly MailDirectory _directory;
    private readonly MailAccounts _accounts;
    private readonly MessageStaging _staging;
    private readonly MessageOptions _options;
    private readonly TimeProvider _time;

    internal MailMigrations(MailDirectory directory, MailAccounts accounts, MessageStaging staging, MessageOptions options, TimeProvider time) =>
        (_directory, _accounts, _staging, _options, _time) = (directory, accounts, staging, options, time);

    /// <summary>Between a line that broke and the next attempt.</summary>
    internal static TimeSpan Pause { get; } = TimeSpan.FromSeconds(10);

    /// <summary>As the administrator.</summary>
    /// <param name="address">Of the mailbox here.</param>
    /// <exception cref="MailException">NoSuchAddress, DiskFull.</exception>
    /// <exception cref="OldServerException">Also after some attempts.</exception>
    public async Task<MigrationOutcome> RunAsync(string address, MigrationOrder order, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(address, cancellationToken);
        return await RunAsync(await _accounts.OpenAsync(account.Id, Actor.Administrator, cancellationToken), order, cancellationToken);
    }

    /// <summary>As whoever has opened the mailbox.</summary>
    public async Task<MigrationOutcome> RunAsync(MailAccount mail, MigrationOrder order, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await using var old = await order.Open(cancellationToken);
                var rules = new MigrationRules(_options.MessageSize, order.FollowRemovals);
                return await new MailboxMigration(mail, old, _staging, rules, order.Tell).RunAsync(cancellationToken);
            }
            catch (OldServerException trouble) when (!trouble.IsFinal && attempt < Attempts)
            {
                order.Tell(new MigrationStep("", 0, 0) { Trouble = trouble });
                await Task.Delay(Pause, _time, cancellationToken);
            }
    }
}

/// <param name="Open">Signs in to the old server; again when the line broke.</param>
/// <param name="FollowRemovals">What is gone on the old server since an earlier run goes here too.</param>
/// <param name="Tell">Hears of each step.</param>
public sealed record MigrationOrder(Func<CancellationToken, Task<IOldMailbox>> Open, bool FollowRemovals, Action<MigrationStep> Tell);
