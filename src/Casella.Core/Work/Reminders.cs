using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Messages.Threading;
using Casella.Core.Policies;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Work;

/// <summary>
/// Messages that are put off until a time, and sent ones that wait for an answer. Put off, a message is in a folder of its
/// own, where every program sees it; whoever moves it out before has changed their mind, and nothing happens.
/// </summary>
public sealed class Reminders
{
    private const int DueAtOnce = 200;

    private readonly IReminderStore _store;
    private readonly MailAccounts _accounts;
    private readonly TimeProvider _time;
    private readonly ILogger<Reminders> _log;

    internal Reminders(IReminderStore store, MailAccounts accounts, TimeProvider time, ILogger<Reminders> log) =>
        (_store, _accounts, _time, _log) = (store, accounts, time, log);

    /// <summary>Puts a message off.</summary>
    /// <returns>The move, by which it can be undone; null when the message is gone.</returns>
    /// <exception cref="MailException">NoPermission, TooManyMailboxes.</exception>
    public async Task<ModSeq?> SnoozeAsync(MailAccount account, MailboxId folder, Uid uid, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var snapshot = await account.GetSnapshotAsync(folder, cancellationToken);
        if (snapshot.IndexOf(uid) is not (>= 0 and var at))
            return null;
        var away = await AwayAsync(account, cancellationToken);
        // Put off once more, it still comes back to where it was at first.
        var home = folder != away.Id ? folder
            : (await _store.OfAsync(account.Id, snapshot[at].Email, cancellationToken)).FirstOrDefault(one => one.Kind is ReminderKind.Snooze)?.Home
                ?? (await account.GetTreeAsync(cancellationToken)).Find(MailboxName.Inbox)!.Id;
        await _store.PutAsync(new Reminder(account.Id, snapshot[at].Email, ReminderKind.Snooze, home, until), cancellationToken);
        return folder == away.Id ? null : (await account.MoveAsync(folder, [uid], away.Id, cancellationToken)).ModSeq;
    }

    /// <summary>Looks at a sent message at a time: has anybody answered?</summary>
    /// <exception cref="MailException">NoPermission.</exception>
    public async Task FollowUpAsync(MailAccount account, EmailId message, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!account.Rights.HasFlag(Directory.MemberRights.Work))
            throw new MailException(MailError.NoPermission, "reminder");
        var inbox = (await account.GetTreeAsync(cancellationToken)).Find(MailboxName.Inbox)!;
        await _store.PutAsync(new Reminder(account.Id, message, ReminderKind.FollowUp, inbox.Id, at), cancellationToken);
    }

    /// <summary>What a message waits for.</summary>
    public Task<IReadOnlyList<Reminder>> OfAsync(MailAccount account, EmailId message, CancellationToken cancellationToken) =>
        _store.OfAsync(account.Id, message, cancellationToken);

    /// <exception cref="MailException">NoPermission.</exception>
    public Task ForgetAsync(MailAccount account, Reminder reminder, CancellationToken cancellationToken) =>
        account.Rights.HasFlag(Directory.MemberRights.Work) && reminder.Account == account.Id
            ? _store.DeleteAsync(reminder, cancellationToken)
            : throw new MailException(MailError.NoPermission, "reminder");

    /// <summary>What puts a message off is called in the mailbox's language, for the folder is everybody's.</summary>
    private static async Task<MailboxInfo> AwayAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var tree = await account.GetTreeAsync(cancellationToken);
        var names = new[] { MailboxName.Parse("Rimandati"), MailboxName.Parse("Snoozed") };
        if (names.Select(tree.Find).FirstOrDefault(folder => folder is { IsSelectable: true }) is { } known)
            return known;
        var name = names[account.Policy.Language is Language.Italian ? 0 : 1];
        var made = await account.CreateMailboxAsync(name, SpecialUse.None, cancellationToken);
        await account.SetSubscribedAsync(name, subscribed: true, cancellationToken);
        return made;
    }

    internal async Task RunDueAsync(CancellationToken cancellationToken)
    {
        foreach (var reminder in await _store.DueAsync(_time.GetUtcNow(), DueAtOnce, cancellationToken))
            try
            {
                var account = await _accounts.OpenAsync(reminder.Account, Actor.Server, cancellationToken);
                if (reminder.Kind is ReminderKind.Snooze)
                    await ComeBackAsync(account, reminder, cancellationToken);
                else
                    await RemindAsync(account, reminder, cancellationToken);
                await _store.DeleteAsync(reminder, cancellationToken);
            }
            catch (MailException gone) when (gone.Error is MailError.NoSuchAddress or MailError.NoSuchMailbox or MailError.NoSuchMessage)
            {
                await _store.DeleteAsync(reminder, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One account's trouble must not keep the others waiting; the next round tries again.
                Log.ReminderFailed(_log, reminder.Account.Value, failure);
            }
    }

    private static async Task ComeBackAsync(MailAccount account, Reminder reminder, CancellationToken cancellationToken)
    {
        var tree = await account.GetTreeAsync(cancellationToken);
        var away = await AwayAsync(account, cancellationToken);
        var snapshot = await account.GetSnapshotAsync(away.Id, cancellationToken);
        var uids = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Where(one => one.Email == reminder.Message).Select(one => one.Uid).ToList();
        if (uids.Count == 0)
            return;
        await account.StoreFlagsAsync(away.Id, uids, FlagOperation.Remove, new FlagNames(MessageFlags.Seen, []), null, cancellationToken);
        var home = tree.Find(reminder.Home) is { IsSelectable: true } known ? known : tree.Find(MailboxName.Inbox)!;
        await account.MoveAsync(away.Id, uids, home.Id, cancellationToken);
    }

    /// <summary>Unless somebody has answered, or the message is no longer in Sent.</summary>
    private static async Task RemindAsync(MailAccount account, Reminder reminder, CancellationToken cancellationToken)
    {
        var tree = await account.GetTreeAsync(cancellationToken);
        if (tree.Find(SpecialUse.Sent) is not { } sent || (await account.Conversations.MapAsync(cancellationToken)).Of(reminder.Message) is not { } thread)
            return;
        var members = (await account.Conversations.MembersAsync([thread], cancellationToken))[thread];
        var own = members.FirstOrDefault(one => one.Placement.Email == reminder.Message && one.Mailbox == sent.Id);
        if (own.Mailbox != sent.Id || members.Any(one => one.Mailbox != sent.Id && IsAfter(one, own)))
            return;
        var copied = await account.CopyAsync(sent.Id, [own.Placement.Uid], reminder.Home, cancellationToken);
        await account.StoreFlagsAsync(reminder.Home, copied.Target, FlagOperation.Remove, new FlagNames(MessageFlags.Seen, []), null, cancellationToken);
        await account.StoreFlagsAsync(reminder.Home, copied.Target, FlagOperation.Add, new FlagNames(MessageFlags.Flagged, []), null, cancellationToken);
    }

    private static bool IsAfter(PlacedMessage one, PlacedMessage other) =>
        (one.Placement.ReceivedAt, one.Placement.Email.Value).CompareTo((other.Placement.ReceivedAt, other.Placement.Email.Value)) > 0;
}
