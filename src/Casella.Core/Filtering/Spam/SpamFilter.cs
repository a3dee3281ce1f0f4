using Casella.Core.Delivery;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// Judges incoming mail for each mailbox that it is for, before anything is stored. What goes wrong in here is logged and
/// the mail is taken as it is: a filter loses nothing. Asked by <see cref="Deliverer"/>.
/// </summary>
internal sealed class SpamFilter(RecipientResolver resolver, SpamMemory memory, SpamScanners scanners, SpamRules rules, ILogger<SpamFilter> logger)
{
    /// <summary>Mailboxes of one message that are judged each for itself; the others take it as it is.</summary>
    private const int MailboxesAtMost = 100;

    /// <summary>Null for mail that is not judged: our own, of trusted networks, or with the filter off.</summary>
    public async Task<SpamJudgement?> JudgeAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        if ((rules.Options.Engine is SpamEngine.Off && scanners.Virus is null) || request.Verdict is not { IsTrusted: false })
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
        var virus = scanners.Virus?.ScanAsync(request.Content, cancellationToken) ?? Task.FromResult<string?>(null);
        var engine = rules.Options.Engine is SpamEngine.Rspamd && scanners.Engine is { } other ? other.AskAsync(request, cancellationToken) : Task.FromResult<IReadOnlyList<SpamReason>?>(null);
        var message = new Judged(clues, question, request, await virus, await engine);
        var verdicts = new Dictionary<AccountId, SpamVerdict>();
        var areAllRefused = true;
        foreach (var recipient in request.Recipients)
        {
            if (await resolver.ResolveAsync(recipient, cancellationToken) is not Resolution.Local local)
                continue;
            var found = new List<SpamVerdict>();
            foreach (var entry in local.Accounts.Take(MailboxesAtMost - verdicts.Count))
                found.Add(verdicts[entry.Id] = verdicts.GetValueOrDefault(entry.Id) ?? await JudgeAsync(message, entry.Id, entry.Address.Domain, cancellationToken));
            if (local.Accounts.Count == 0)
                found.Add(await JudgeAsync(message, null, recipient.Domain, cancellationToken));
            // RFC 5321 §4.5.1: whoever is refused must be able to ask why.
            areAllRefused &= recipient.WithoutDetail().LocalPart is not "postmaster" && found.Count > 0 && found.TrueForAll(verdict => verdict.Fate is SpamFate.Refuse);
            if (found is [var first, ..])
                verdicts.TryAdd(default, first);
        }

        return new SpamJudgement(request, verdicts, rules.Options, clues.From is null ? null : question.Sender) { IsRefused = areAllRefused && verdicts.Count > 0 };
    }

    /// <param name="account">Null for an address that only leads elsewhere.</param>
    private async Task<SpamVerdict> JudgeAsync(Judged message, AccountId? account, string domain, CancellationToken cancellationToken)
    {
        if (message.Virus is { Length: > 0 } virus)
            return SpamScorer.Infected(virus);
        if (rules.Options.Engine is SpamEngine.Off)
            return SpamVerdict.Clean with { Virus = message.Virus };
        var mail = new SpamCase(message.Clues, message.Request.Verdict!, domain, rules.Time.GetUtcNow())
        {
            House = await memory.OfDomainAsync(domain, message.Question, cancellationToken),
            Mailbox = account is { } own ? await memory.OfMailboxAsync(own, message.Question, cancellationToken) : SpamKnowledge.None,
        };
        return SpamScorer.Decide(SpamScorer.Reasons(mail, message.Engine), rules.Options) with { Virus = message.Virus };
    }

    /// <param name="Engine">What another engine has found; null where there is none, or it was silent.</param>
    private sealed record Judged(MessageClues Clues, SpamQuestion Question, DeliveryRequest Request, string? Virus, IReadOnlyList<SpamReason>? Engine);
}

/// <summary>By what the filter decides.</summary>
internal sealed record SpamRules(SpamOptions Options, TimeProvider Time);
