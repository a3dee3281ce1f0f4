using Casella.Core.Delivery;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// Judges incoming mail for each mailbox that it is for, before anything is stored. What goes wrong in here is logged and
/// the mail is taken as it is: a filter loses nothing. Asked by <see cref="Deliverer"/>.
/// </summary>
internal sealed class SpamFilter(RecipientResolver resolver, SpamMemory memory, SpamOptions options, TimeProvider time, ILogger<SpamFilter> logger)
{
    /// <summary>Mailboxes of one message that are judged each for itself; the others take it as it is.</summary>
    private const int MailboxesAtMost = 100;

    /// <summary>Null for mail that is not judged: our own, of trusted networks, or with the filter off.</summary>
    public async Task<SpamJudgement?> JudgeAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        if (options.Engine is SpamEngine.Off || request.Verdict is not { IsTrusted: false })
            return null;
        try
        {
            return await FindAsync(request, cancellationToken);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            Log.SpamNotJudged(logger, request.ReversePath?.ToString() ?? "", failure);
            return null;
        }
    }

    private async Task<SpamJudgement> FindAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        var clues = MessageClues.Read(request.Content);
        var question = new SpamQuestion(
            MailWords.Hash(clues.From?.ToString() ?? ""), MessageClues.ListEntries(clues.From), clues.References, MailWords.Of(clues));
        var verdicts = new Dictionary<AccountId, SpamVerdict>();
        var areAllRefused = true;
        foreach (var recipient in request.Recipients)
        {
            if (await resolver.ResolveAsync(recipient, cancellationToken) is not Resolution.Local local)
                continue;
            var found = new List<SpamVerdict>();
            foreach (var entry in local.Accounts.Take(MailboxesAtMost - verdicts.Count))
                found.Add(verdicts[entry.Id] = verdicts.GetValueOrDefault(entry.Id) ?? await JudgeAsync(new Judged(clues, question, request), entry.Id, entry.Address.Domain, cancellationToken));
            if (local.Accounts.Count == 0)
                found.Add(await JudgeAsync(new Judged(clues, question, request), null, recipient.Domain, cancellationToken));
            // RFC 5321 §4.5.1: whoever is refused must be able to ask why.
            areAllRefused &= recipient.WithoutDetail().LocalPart is not "postmaster" && found.Count > 0 && found.TrueForAll(verdict => verdict.Fate is SpamFate.Refuse);
            if (found is [var first, ..])
                verdicts.TryAdd(default, first);
        }

        return new SpamJudgement(request, verdicts, options, clues.From is null ? null : question.Sender) { IsRefused = areAllRefused && verdicts.Count > 0 };
    }

    /// <param name="account">Null for an address that only leads elsewhere.</param>
    private async Task<SpamVerdict> JudgeAsync(Judged message, AccountId? account, string domain, CancellationToken cancellationToken)
    {
        var mail = new SpamCase(message.Clues, message.Request.Verdict!, domain, time.GetUtcNow())
        {
            House = await memory.OfDomainAsync(domain, message.Question, cancellationToken),
            Mailbox = account is { } own ? await memory.OfMailboxAsync(own, message.Question, cancellationToken) : SpamKnowledge.None,
        };
        return SpamScorer.Decide(SpamScorer.Reasons(mail), options);
    }

    private sealed record Judged(MessageClues Clues, SpamQuestion Question, DeliveryRequest Request);
}
