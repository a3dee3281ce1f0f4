using Casella.Core.Delivery;
using Casella.Core.Reporting;
using Casella.Formats.Reports.Aggregates;
using Casella.Formats.SenderRecords;

namespace Casella.Smtp.Inbound;

/// <summary>What the author's domain wants to be told of a message (RFC 7489 §7.2): nothing of it but results and counts.</summary>
internal static class Sightings
{
    /// <summary>Null when the domain has not asked, or when what DNS kept back makes the result say nothing.</summary>
    /// <param name="done">What became of the message.</param>
    public static DmarcSighting? Of(Answers answers, DmarcAnswer dmarc, DmarcPolicy done)
    {
        if (answers.Sender.IsTrusted || answers.Published.Record is not { Reports.Count: > 0 } record || answers.Author.Domain is not { } author
            || dmarc.Result is not (CheckResult.Pass or CheckResult.Fail))
            return null;
        var policy = new DmarcPublishedPolicy(
            answers.Published.Domain, Alignment(record.StrictDkim), Alignment(record.StrictSpf), Word(record.Policy), Word(record.Subdomains), record.Percent);
        var facts = new DmarcFacts(
            answers.Sender.Client.Address.ToString(), Word(done), dmarc.IsOfDkim, dmarc.IsOfSpf, Reason(answers, dmarc, done),
            answers.Sender.ReversePath?.Domain ?? "", author,
            [.. answers.Dkim.Where(one => one.Signature is not null)
                .Select(one => new DkimFacts(one.Signature!.Domain, one.Signature.Selector, one.Result.Word()))],
            new SpfFactsLine(answers.Sender.SpfDomain, answers.Sender.ReversePath is null ? "helo" : "mfrom", answers.Spf.Result.Word()));
        return new DmarcSighting(policy, facts);
    }

    /// <summary>Why failing mail was not treated as the policy says.</summary>
    private static string? Reason(Answers answers, DmarcAnswer dmarc, DmarcPolicy done) =>
        dmarc.Result is not CheckResult.Fail || done == answers.Published.Policy ? null
        : answers.Arc.WasGood ? "trusted_forwarder"
        : dmarc.Policy != answers.Published.Policy ? "sampled_out"
        : "local_policy";

    private static string Alignment(bool isStrict) => isStrict ? "s" : "r";

    private static string Word(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.None => "none",
        DmarcPolicy.Quarantine => "quarantine",
        DmarcPolicy.Reject => "reject",
    };
}
