using Casella.Core.Changes;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Sieve;
using Microsoft.Extensions.Logging;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Filtering.Events;

/// <summary>
/// Runs the scripts for what members have done (RFC 6785), behind their commands, from where it had come to: one event
/// after the other, each with its effects in one unit. What a script sends leaves first, as at a delivery; a script that
/// fails changes nothing. Called by <see cref="EventRunner"/>.
/// </summary>
internal sealed class EventRun(IMailStore store, MessageStaging staging, ScriptRun scripts, EventTools tools, ILogger<EventRun> logger)
{
    /// <summary>The next events of an account; false when there are no more.</summary>
    /// <exception cref="MailException">Unavailable, Damaged: tried again later.</exception>
    public async Task<bool> RunNextAsync(MailAccount account, AccountEntry entry, CancellationToken cancellationToken)
    {
        var state = account.Filters.State;
        if (state.Events is not { } wanted || await PositionAsync(state, cancellationToken) is not { } after)
            return false;
        var page = await store.ReadAsync(state.Id, reader => MailboxEvents.Read(reader, after, wanted), cancellationToken);
        var texts = await TextsAsync(state, page.Events, cancellationToken);
        foreach (var happened in page.Events)
            if (texts.TryGetValue(happened.Script, out var script))
                await RunAsync(account, entry, happened, script, cancellationToken);
        if (page.UpTo != after)
            await MoveOnAsync(state, page.UpTo, cancellationToken);
        return !page.IsLast;
    }

    private async Task RunAsync(MailAccount account, AccountEntry entry, MailboxEvent happened, ActiveScript script, CancellationToken cancellationToken)
    {
        var state = account.Filters.State;
        if (state.Tree.Find(happened.Mailbox) is not { IsSelectable: true } mailbox
            || await FlagsAsync(state, happened, cancellationToken) is not { } flags || await StageAsync(state, happened, cancellationToken) is not { } content)
            return;
        await using (content)
        {
            var login = await LoginAsync(happened.Actor, entry.Address, cancellationToken);
            var environment = EventFacts.Environment(happened, mailbox, entry.Address, login, flags);
            var outcome = await scripts.RunAsync(script, state, ScriptRun.MessageOf(content), environment);
            await ApplyAsync(account, entry, new EventCase(happened, script, content, environment.Flags), outcome, cancellationToken);
        }
    }

    private async Task ApplyAsync(MailAccount account, AccountEntry entry, EventCase one, SieveOutcome outcome, CancellationToken cancellationToken)
    {
        var edited = new EditedContents(one.Content);
        var request = new DeliveryRequest(entry.Address, [entry.Address], one.Content) { WasHere = true };
        outcome = await LimitedAsync(account, entry, one, outcome, cancellationToken);
        if (outcome.Failure is { } failure)
            Filtering.Log.EventFailed(logger, one.Script.Name, entry.Address, failure.ToString());
        if (!await tools.SendingOn.SendAsync(outcome, entry.Address, request, edited))
            return;
        if (!IsNothing(outcome, one))
            await FileAsync(account, Effects(outcome, one, edited));
        try
        {
            foreach (var notify in outcome.Actions.OfType<SieveAction.Notify>())
                await tools.Mail.NotifyAsync(account, entry, notify.Notification, entry.Address, request);
        }
        catch (MailException unsent)
        {
            Filtering.Log.MailNotSent(logger, entry.Address, unsent);
        }
    }

    /// <summary>Nothing was wanted but that all stays as it is.</summary>
    private static bool IsNothing(SieveOutcome outcome, EventCase one) =>
        outcome is { Failure: null, Actions: [SieveAction.Store { Mailbox: null } kept] } && kept.Flags.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(one.Flags);

    private static EventEffects Effects(SieveOutcome outcome, EventCase one, EditedContents edited)
    {
        if (outcome.Failure is not null)
            return new EventEffects(one.Happened, IsKept: true, []) { Failure = new ScriptFailure(one.Script.Name, outcome.Failure) };
        var stores = outcome.Actions.OfType<SieveAction.Store>().ToList();
        var kept = stores.Find(store => store.Mailbox is null);
        return new EventEffects(
            one.Happened, kept is not null,
            [
                .. stores.Where(store => store.Mailbox is not null)
                    .Select(store => new EventCopy(store.Mailbox!, store.Flags, store.Content is null ? null : edited.Of(store.Content))),
            ])
        {
            Add = kept is null ? [] : [.. kept.Flags.Except(one.Flags, StringComparer.OrdinalIgnoreCase)],
            Remove = kept is null ? [] : [.. one.Flags.Except(kept.Flags, StringComparer.OrdinalIgnoreCase)],
            Remember = [.. outcome.Actions.OfType<SieveAction.Remember>().Select(action => (FilterKeys.Of(action.Duplicate), TimeSpan.FromSeconds(action.Duplicate.Seconds)))],
        };
    }

    /// <summary>A full account takes no changed copy; what a member did is done all the same.</summary>
    private async Task FileAsync(MailAccount account, EventEffects effects)
    {
        try
        {
            await account.ApplyEventAsync(effects, CancellationToken.None);
        }
        catch (MailException full) when (full.Error is MailError.OverQuota or MailError.TooManyMailboxes)
        {
            Filtering.Log.EventFailed(logger, effects.Happened.Script, account.Address, full.Error.ToString());
        }
    }

    /// <summary>A failure when it would send more than the mailbox may, or has made more of the message than fits.</summary>
    private async Task<SieveOutcome> LimitedAsync(MailAccount account, AccountEntry entry, EventCase one, SieveOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Actions.OfType<SieveAction.Store>().Any(store => store.Content?.Size > account.MessageSizeAtMost))
            return SieveOutcome.Failed(new SieveError(0, "TooMuchContent", []));
        return await MaySendAsync(account, entry, one.Happened.Actor, outcome, cancellationToken)
            ? outcome
            : SieveOutcome.Failed(new SieveError(0, "TooMuchSent", []));
    }

    /// <summary>What a member has a script send counts like what he sends: a stolen password opens no second way out.</summary>
    private async Task<bool> MaySendAsync(MailAccount account, AccountEntry entry, Actor actor, SieveOutcome outcome, CancellationToken cancellationToken)
    {
        var outside = new List<EmailAddress>();
        foreach (var address in outcome.Actions.SelectMany(Recipients))
            if (await tools.Resolver.ResolveAsync(address, cancellationToken) is Resolution.Remote)
                outside.Add(address);
        try
        {
            await tools.Limits.TakeAsync(new SignedIn(account.Id, entry.Address, actor), actor, outside, cancellationToken);
            return true;
        }
        catch (MailException limit) when (limit.Error is MailError.SendingLimitReached)
        {
            return false;
        }
    }

    private static IEnumerable<EmailAddress> Recipients(SieveAction action) => action switch
    {
        SieveAction.Redirect redirect => [redirect.Address],
        SieveAction.Notify notify => notify.Notification.To,
        _ => [],
    };

    private static Task<EventPosition?> PositionAsync(AccountState state, CancellationToken cancellationToken) => state.Store.WriteAsync(
        state.Id, transaction => EventPosition.Parse(transaction.Settings().GetValueOrDefault(EventScripts.PositionSetting)), null, cancellationToken);

    private static Task<bool> MoveOnAsync(AccountState state, EventPosition position, CancellationToken cancellationToken) => state.Store.WriteAsync(
        state.Id,
        transaction =>
        {
            // Nobody wants events any more: then the next one who does begins anew.
            if (transaction.Settings().ContainsKey(EventScripts.PositionSetting))
                transaction.PutSetting(EventScripts.PositionSetting, position.ToString());
            return true;
        },
        null,
        cancellationToken);

    /// <summary>The scripts by name; one that is not there does not run (RFC 6785 §2.3.1).</summary>
    private static Task<Dictionary<string, ActiveScript>> TextsAsync(AccountState state, IReadOnlyList<MailboxEvent> events, CancellationToken cancellationToken) =>
        state.Store.WriteAsync(
            state.Id,
            transaction => events.Select(happened => happened.Script).Distinct(StringComparer.Ordinal)
                .Select(name => (Name: name, Text: transaction.Filters.Content(name))).Where(script => script.Text is not null)
                .ToDictionary(script => script.Name, script => new ActiveScript(script.Name, script.Text!), StringComparer.Ordinal),
            null,
            cancellationToken);

    /// <summary>As they are after the change; null for a message that has gone on since.</summary>
    private Task<(KeywordList Keywords, MessageFlags Now)?> FlagsAsync(AccountState state, MailboxEvent happened, CancellationToken cancellationToken) => store.ReadAsync(
        state.Id,
        reader => reader.Placements(happened.Mailbox, [happened.Uid]) is [var placement]
            ? (new KeywordList(reader.Keywords()), placement.Flags)
            : default((KeywordList, MessageFlags)?),
        cancellationToken);

    private async Task<StagedMessage?> StageAsync(AccountState state, MailboxEvent happened, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenAsync(state.Id, happened.Email, cancellationToken);
            return await staging.CopyAsync(content, cancellationToken);
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchMessage or MailError.Damaged)
        {
            return null;
        }
    }

    /// <summary>RFC 6785 §4.2: a person has a sign-in; who uses the common password signs in as the mailbox.</summary>
    private async Task<string> LoginAsync(Actor actor, EmailAddress owner, CancellationToken cancellationToken) =>
        actor.Person is { } id && (await tools.People.PersonsAsync(cancellationToken)).FirstOrDefault(person => person.Id == id) is { } known ? known.Login : owner.ToString();

    /// <param name="Flags">As the script found them.</param>
    private sealed record EventCase(MailboxEvent Happened, ActiveScript Script, StagedMessage Content, IReadOnlyList<string> Flags);
}

/// <summary>What the effects of scripts need besides.</summary>
internal sealed record EventTools(SendingOn SendingOn, FilterMail Mail, SendingLimits Limits, RecipientResolver Resolver, IPeopleStore People);
