using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;

namespace Casella.Core.Migration;

/// <summary>Brings mailboxes over from another server: casella migrate. May be run as often as one likes.</summary>
public sealed class MailMigrations
{
    private readonly MailDirectory _directory;
    private readonly MailAccounts _accounts;
    private readonly MessageStaging _staging;
    private readonly MessageOptions _options;

    internal MailMigrations(MailDirectory directory, MailAccounts accounts, MessageStaging staging, MessageOptions options) =>
        (_directory, _accounts, _staging, _options) = (directory, accounts, staging, options);

    /// <param name="address">Of the mailbox here.</param>
    /// <param name="followRemovals">What is gone on the old server since an earlier run goes here too.</param>
    /// <param name="tell">Takes a line about each step.</param>
    /// <exception cref="MailException">NoSuchAddress, DiskFull.</exception>
    public async Task<MigrationOutcome> RunAsync(string address, IOldMailbox old, bool followRemovals, Action<string> tell, CancellationToken cancellationToken)
    {
        var mail = await _accounts.OpenAsync((await _directory.AccountAsync(address, cancellationToken)).Id, Actor.Administrator, cancellationToken);
        return await new MailboxMigration(mail, old, _staging, new MigrationRules(_options.MessageSize, followRemovals), tell).RunAsync(cancellationToken);
    }
}
