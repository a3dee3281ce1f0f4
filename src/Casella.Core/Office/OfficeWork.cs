using Casella.Core.Archives;
using Casella.Core.Backups;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Repairs;
using Casella.Core.Signing;
using Casella.Core.Storage;
using Casella.Core.Tracing;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Office;

/// <summary>The rooms behind the office's counter.</summary>
internal sealed record OfficeParts(
    IOfficeStore Store, MailDirectory Directory, People People, Devices Devices, MailAccounts Accounts)
{
    public required IHookStore Hooks { get; init; }
    public required SignInFeed SignIns { get; init; }
    public required FailingDevices Failing { get; init; }
    public required LiveSessions Sessions { get; init; }
    public required DomainKeys Keys { get; init; }
    public required DomainSpam DomainSpam { get; init; }
    public required MailQueue Queue { get; init; }
    public required MailTraces Traces { get; init; }
    public required ReceivedReports Reports { get; init; }
    public required DeadAddresses Dead { get; init; }
    public required MailBackups Backups { get; init; }
    public required MailboxRestores Restores { get; init; }
    public required MailboxRepairs Repairs { get; init; }
    public required MailArchives Archives { get; init; }
    public required MessageStaging Staging { get; init; }
    public required MailingLists Lists { get; init; }
    public required OfficeFeed Feed { get; init; }
    public required OfficeSurvey Survey { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILogger<OfficeDoor> Log { get; init; }

    /// <summary>What only the server knows; null in a command's own process.</summary>
    public IServerFacts? Server { get; init; }
}

/// <summary>
/// What every act behind the door has in common: first it is asked whether the caller may, then it is written down, then
/// it is done, then it is written how it ended. Who may not hears what they would hear if there were no such thing.
/// </summary>
internal sealed class OfficeWork(OfficeParts parts, OfficeCaller caller)
{
    public OfficeParts Parts => parts;
    public OfficeCaller Caller => caller;

    /// <summary>What the caller is now: a role that was taken away a moment ago is gone.</summary>
    public async Task<OfficeStanding> StandingAsync(CancellationToken cancellationToken) => caller switch
    {
        { Person: { } person } => await parts.Store.StandingAsync(person.Id, cancellationToken),
        { Way: OfficeWay.CommandLine } => OfficeStanding.Everything,
        _ => OfficeStanding.None,
    };

    /// <summary>How far the caller may do this; null when not at all.</summary>
    public async Task<OfficeReach?> ReachAsync(OfficeAct act, CancellationToken cancellationToken) =>
        caller.Scopes is { } scopes && (OfficeTable.Row(act).Scope is not { } scope || !scopes.Contains(scope))
            ? null
            : OfficeTable.Reach(await StandingAsync(cancellationToken), act);

    /// <exception cref="MailException">NoPermission.</exception>
    public async Task<OfficeReach> RequireAsync(OfficeAct act, CancellationToken cancellationToken) =>
        await ReachAsync(act, cancellationToken) ?? throw new MailException(MailError.NoPermission, OfficeTable.Row(act).Name);

    /// <summary>The same about one thing.</summary>
    /// <exception cref="MailException">NoPermission, or that there is no such thing.</exception>
    public async Task<OfficeReach> RequireAsync(OfficeAct act, OfficeSubject subject, CancellationToken cancellationToken)
    {
        var reach = await RequireAsync(act, cancellationToken);
        return reach.IsEverywhere || subject.Domain is null || reach.Covers(subject.Domain) ? reach : throw subject.IsAbsent();
    }

    /// <summary>Does what changes something, with its line in the journal before and after.</summary>
    public async Task<T> ChangeAsync<T>(OfficeAct act, OfficeSubject subject, Func<OfficeReach, Task<T>> work, CancellationToken cancellationToken)
    {
        OfficeReach reach;
        try
        {
            reach = await RequireAsync(act, subject, cancellationToken);
        }
        catch (MailException)
        {
            await WriteAsync(act, subject, JournalOutcome.Refused, cancellationToken);
            throw;
        }

        var entry = await WriteAsync(act, subject, JournalOutcome.Begun, cancellationToken);
        try
        {
            var result = await work(reach);
            await EndAsync(entry, JournalOutcome.Done, null);
            parts.Feed.Tell(new OfficeEvent(OfficeTable.Row(act).Name, parts.Time.GetUtcNow(), subject.Name, subject.Domain, caller.Name));
            return result;
        }
        catch (Exception failure)
        {
            await EndAsync(entry, JournalOutcome.Failed, failure is MailException known ? known.Error.ToString() : failure.GetType().Name);
            throw;
        }
    }

    public Task ChangeAsync(OfficeAct act, OfficeSubject subject, Func<OfficeReach, Task> work, CancellationToken cancellationToken) =>
        ChangeAsync(act, subject, async reach => { await work(reach); return true; }, cancellationToken);

    /// <summary>The door to a mailbox; its change log tells who of the office it was.</summary>
    public async Task<MailAccount> OpenAsync(string address, CancellationToken cancellationToken) =>
        await parts.Accounts.OpenAsync((await parts.Directory.AccountAsync(address, cancellationToken)).Id, caller.Actor, cancellationToken);

    private Task<long> WriteAsync(OfficeAct act, OfficeSubject subject, JournalOutcome outcome, CancellationToken cancellationToken) => parts.Store.WriteAsync(
        new JournalEntry(
            0, parts.Time.GetUtcNow(), caller.Person?.Id, caller.Name, caller.Way, caller.Remote?.ToString(), OfficeTable.Row(act).Name, subject.Name,
            subject.Detail, subject.Domain, outcome)
        { Reason = subject.Reason },
        cancellationToken);

    /// <summary>It has happened, whatever becomes of the line about it: that it was begun is there.</summary>
    private async Task EndAsync(long entry, JournalOutcome outcome, string? failure)
    {
        try
        {
            await parts.Store.EndAsync(entry, outcome, failure, CancellationToken.None);
        }
        catch (MailException unwritten)
        {
            Log.EndNotWritten(parts.Log, entry, outcome, unwritten);
        }
    }
}
