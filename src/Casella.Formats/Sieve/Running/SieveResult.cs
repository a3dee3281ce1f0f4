using Casella.Formats.Addresses;

namespace Casella.Formats.Sieve.Running;

/// <summary>
/// Collects what a run decides, and whether the implicit keep is still to come (RFC 5228 §2.10). Nothing is done before
/// the script has ended well.
/// </summary>
internal sealed class SieveResult(SieveLimits limits)
{
    private readonly List<SieveAction> _actions = [];
    private readonly List<SieveDuplicate> _duplicates = [];

    public bool KeepIsCancelled { get; private set; }

    public void CancelKeep() => KeepIsCancelled = true;

    /// <summary>
    /// RFC 5228 §2.10.3: into a mailbox once; RFC 5232 §3: then the last flags win.
    /// </summary>
    public void Store(SieveRun run, SieveAction.Store store)
    {
        CheckNotRefused(run);
        var at = _actions.FindIndex(action => action is SieveAction.Store other && AreSame(other.Mailbox, store.Mailbox, run.Environment.IsEvent));
        if (at < 0)
            Add(run, store);
        else
            _actions[at] = (SieveAction.Store)_actions[at] with { Flags = store.Flags };
    }

    /// <summary>To one address once.</summary>
    public void Redirect(SieveRun run, EmailAddress address, SieveContent? content)
    {
        CheckNotRefused(run);
        var redirects = _actions.OfType<SieveAction.Redirect>().ToList();
        if (redirects.Exists(other => other.Address == address))
            return;
        if (redirects.Count >= limits.Redirects)
            throw run.Fault("TooManyRedirects", limits.Redirects);
        Add(run, new SieveAction.Redirect(address, content));
    }

    /// <summary>RFC 5429 §2.4: a message is refused or it is not; and it is refused once.</summary>
    public void Reject(SieveRun run, SieveAction.Reject reject)
    {
        run.NeedDelivery("reject");
        if (_actions.Exists(action => action is SieveAction.Reject))
            throw run.Fault("RejectTwice");
        if (_actions.Exists(action => action is SieveAction.Store or SieveAction.Redirect or SieveAction.Vacation))
            throw run.Fault("RejectConflict");
        Add(run, reject);
        CancelKeep();
    }

    /// <summary>RFC 5230 §4.7.</summary>
    public void Vacation(SieveRun run, SieveVacation answer)
    {
        run.NeedDelivery("vacation");
        if (_actions.Exists(action => action is SieveAction.Vacation))
            throw run.Fault("VacationTwice");
        CheckNotRefused(run);
        Add(run, new SieveAction.Vacation(answer));
    }

    /// <summary>RFC 5436 §2.7: the same people hear of one message once.</summary>
    public void Notify(SieveRun run, SieveNotification notification)
    {
        if (!_actions.Exists(action => action is SieveAction.Notify { Notification: var other } && other.To.SequenceEqual(notification.To)))
            Add(run, new SieveAction.Notify(notification));
    }

    public void Remember(SieveDuplicate duplicate)
    {
        if (!_duplicates.Contains(duplicate))
            _duplicates.Add(duplicate);
    }

    /// <summary>The script has ended.</summary>
    public SieveOutcome Finish(SieveRun run)
    {
        if (!KeepIsCancelled)
            Store(run, new SieveAction.Store(null, run.Flags, run.Message.Edited) { IsImplicit = true });
        return new SieveOutcome([.. _actions, .. _duplicates.Select(duplicate => new SieveAction.Remember(duplicate))], null);
    }

    private void Add(SieveRun run, SieveAction action)
    {
        if (_actions.Count >= limits.Actions)
            throw run.Fault("TooManyActions", limits.Actions);
        _actions.Add(action);
    }

    private void CheckNotRefused(SieveRun run)
    {
        if (_actions.Exists(action => action is SieveAction.Reject))
            throw run.Fault("RejectConflict");
    }

    /// <summary>"keep" is the same as "fileinto INBOX" where mail comes in.</summary>
    private static bool AreSame(SieveMailbox? one, SieveMailbox? other, bool isEvent) =>
        !(isEvent && one is null != other is null)
        && string.Equals(Name(one), Name(other), StringComparison.Ordinal)
        && string.Equals(one?.SpecialUse, other?.SpecialUse, StringComparison.Ordinal) && string.Equals(one?.MailboxId, other?.MailboxId, StringComparison.Ordinal);

    private static string Name(SieveMailbox? mailbox) =>
        mailbox is null || string.Equals(mailbox.Name, "INBOX", StringComparison.OrdinalIgnoreCase) ? "INBOX" : mailbox.Name;
}
