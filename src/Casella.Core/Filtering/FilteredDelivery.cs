using System.Globalization;
using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Filtering.Events;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Sieve;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering;

/// <summary>
/// Delivers into one mailbox through its Sieve script, or straight into INBOX when it has none. The order is such that
/// nothing is lost: what is sent on is in the queue first, then all that is stored and remembered is one unit, answers
/// come last. Called by <see cref="Deliverer"/>.
/// </summary>
internal sealed class FilteredDelivery(ScriptRun scripts, SendingOn sendingOn, FilterMail mail, AutomaticAnswer answer, ILogger<FilteredDelivery> logger)
{
    private const int MaxRefusal = 400;

    /// <exception cref="MailException">OverQuota, MessageTooLarge, Unavailable: then nothing is stored.</exception>
    public async Task<FilterResult> DeliverAsync(
        MailAccount account, AccountEntry entry, DeliveryRequest request, Incoming incoming, CancellationToken cancellationToken)
    {
        // Whoever is not believed has perhaps not written it: what a script sends on or answers would go to somebody else.
        if (request.Folder is SpecialUse.Junk || account.Filters.Script is not { } script)
        {
            var folder = incoming.IsSpam ? SpecialUse.Junk : request.Folder;
            if (!await account.DeliverFromAsync(request.Content, incoming.Key, folder, incoming.Acquaintance, cancellationToken))
                return FilterResult.Duplicate;
            if (folder is not SpecialUse.Junk)
                await answer.AnswerAsync(account, entry, incoming.Recipient, request);
            return FilterResult.Delivered;
        }

        // Before anything leaves the house: a sender who tries again must not have it sent on twice.
        if (await account.Filters.WasHandledAsync(incoming.Key, cancellationToken))
            return FilterResult.Duplicate;
        var outcome = await scripts.RunAsync(script, account.Filters.State, ScriptRun.MessageOf(request.Content), Environment(entry.Address, incoming, request));
        // What fits came in; what the script has made of it need not.
        if (outcome.Actions.OfType<SieveAction.Store>().Any(store => store.Content?.Size > account.MessageSizeAtMost))
            outcome = SieveOutcome.Failed(new SieveError(0, "TooMuchContent", []));
        if (outcome.Failure is { } failure)
            Log.ScriptFailed(logger, script.Name, entry.Address, failure.ToString());
        if (outcome.Actions.OfType<SieveAction.Reject>().FirstOrDefault() is { } reject)
            return new FilterResult(FilterFate.Refused, OneLine(reject.Reason));
        var stores = await StoresAsync(outcome, entry, request);
        // RFC 5228 §2.10.2: where the script has said nothing, the server files as it does without one.
        var isApart = incoming.IsSpam && outcome.Actions.OfType<SieveAction.Store>().Any(store => store.IsImplicit);
        if (isApart)
            stores = [.. stores.Select(store => store.Mailbox is null ? store with { IsSpam = true } : store)];
        var mailToStore = new FilteredMail(
            stores, incoming.Key,
            [.. outcome.Actions.OfType<SieveAction.Remember>().Select(action => (FilterKeys.Of(action.Duplicate), TimeSpan.FromSeconds(action.Duplicate.Seconds)))],
            outcome.Failure is null ? null : new ScriptFailure(script.Name, outcome.Failure))
        {
            Sender = incoming.Acquaintance,
        };
        if (!await account.DeliverFilteredAsync(mailToStore, cancellationToken))
            return FilterResult.Duplicate;
        if (!isApart)
            await WriteAsync(account, entry, request, incoming, outcome);
        return FilterResult.Delivered;
    }

    private static SieveEnvironment Environment(EmailAddress owner, Incoming incoming, DeliveryRequest request) => new()
    {
        ReversePath = request.ReversePath,
        Recipient = incoming.Recipient,
        Owner = owner,
        Now = default,
        SpamPercent = incoming.SpamPercent,
        VirusLevel = incoming.Spam?.Virus is { } virus ? (virus.Length == 0 ? 1 : 5) : null,
        // RFC 6785 §4.2: nobody has done anything with it yet.
        Items = EventFacts.Names.ToDictionary(name => name, _ => "", StringComparer.Ordinal),
    };

    /// <summary>Sends on what is to be sent on; returns what is to be stored.</summary>
    private async Task<IReadOnlyList<FilteredStore>> StoresAsync(SieveOutcome outcome, AccountEntry entry, DeliveryRequest request)
    {
        var edited = new EditedContents(request.Content);
        var stores = outcome.Actions.OfType<SieveAction.Store>().Select(store => new FilteredStore(store.Mailbox, store.Flags, edited.Of(store.Content))).ToList();
        return await sendingOn.SendAsync(outcome, entry.Address, request, edited) || stores.Count > 0
            ? stores
            : [new FilteredStore(null, [], request.Content)];
    }

    /// <summary>The mail is stored: nothing that goes wrong now may undo that.</summary>
    private async Task WriteAsync(MailAccount account, AccountEntry entry, DeliveryRequest request, Incoming incoming, SieveOutcome outcome)
    {
        var vacation = outcome.Actions.OfType<SieveAction.Vacation>().FirstOrDefault();
        try
        {
            foreach (var notify in outcome.Actions.OfType<SieveAction.Notify>())
                await mail.NotifyAsync(account, entry, notify.Notification, incoming.Recipient, request);
            if (vacation is not null)
                await mail.AnswerAsync(account, entry, vacation.Answer, incoming.Recipient, request);
        }
        catch (Exception failure)
        {
            Log.MailNotSent(logger, entry.Address, failure);
        }

        // One answer is enough: that of the script comes before that of the mailbox.
        if (vacation is null)
            await answer.AnswerAsync(account, entry, incoming.Recipient, request);
    }

    /// <summary>
    /// RFC 5429 §2.1.1: an SMTP reply has only ASCII in one line, so accents go and the rest becomes a question mark.
    /// </summary>
    public static string OneLine(string reason)
    {
        var ascii = new StringBuilder();
        foreach (var c in NormalForm.Of(reason, NormalizationForm.FormD))
        {
            if (char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark || ascii.Length >= MaxRefusal)
                continue;
            ascii.Append(c is >= ' ' and < '\x7F' ? c : char.IsWhiteSpace(c) ? ' ' : c is '’' or '‘' ? '\'' : '?');
        }

        return string.Join(' ', ascii.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}

/// <param name="Recipient">As RCPT had it.</param>
/// <param name="Key">As of <see cref="MailAccount.DeliverAsync"/>.</param>
internal sealed record Incoming(EmailAddress Recipient, ReadOnlyMemory<byte> Key)
{
    /// <summary>What the filter thinks of it; null when nobody has looked.</summary>
    public SpamVerdict? Spam { get; init; }

    /// <summary>RFC 5235 §3.2: the same in percent.</summary>
    public int? SpamPercent { get; init; }

    /// <summary>Hash of the sender, whom the mailbox knows from now on; or null.</summary>
    public long? Acquaintance { get; init; }

    public bool IsSpam => Spam is { Fate: SpamFate.File };
}

/// <param name="Text">What the script says to who is refused.</param>
internal sealed record FilterResult(FilterFate Fate, string? Text = null)
{
    public static FilterResult Delivered { get; } = new(FilterFate.Delivered);
    public static FilterResult Duplicate { get; } = new(FilterFate.Duplicate);
}

internal enum FilterFate { Delivered, Duplicate, Refused }
