using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.SenderRecords;
using Casella.Formats.Signatures;
using Casella.Net.Dns;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Inbound;

/// <summary>
/// All that is asked about mail from outside, in the order of the session: MAIL begins what needs only client and sender
/// (iprev, SPF, block lists), RCPT refuses or asks to come again, DATA judges the message (DKIM, ARC, DMARC). What can
/// run at the same time does, and each has its end. Used by the session's commands on port 25.
/// </summary>
public sealed class InboundChecks
{
    private readonly InboundRules _rules;
    private readonly IDnsResolver _dns;
    private readonly SmtpIdentity _identity;
    private readonly Greylist _greylist;
    private readonly TimeProvider _time;
    private readonly DkimCheck _dkim;
    private readonly ArcCheck _arc;
    private readonly DmarcCheck _dmarc;

    public InboundChecks(InboundRules rules, IDnsResolver dns, SmtpIdentity identity, Greylist greylist, TimeProvider time)
    {
        (_rules, _dns, _identity, _greylist, _time) = (rules, dns, identity, greylist, time);
        var keys = new SignatureKeys(dns);
        _dkim = new DkimCheck(keys, time);
        _arc = new ArcCheck(keys, _dkim, rules);
        _dmarc = new DmarcCheck(dns, rules);
    }

    private TimeSpan AtMost => _rules.Options.CheckTime;

    /// <summary>MAIL: begins the questions about client and sender; nobody waits yet.</summary>
    internal SenderCheck Begin(ClientFacts client, EmailAddress? reversePath, CancellationToken cancellationToken)
    {
        var domain = reversePath?.Domain ?? (DomainName.TryCanonicalize(client.Hello, out var hello) ? hello : "");
        if (_rules.IsTrusted(client.Address))
            return new SenderCheck(
                client, reversePath, IsTrusted: true, domain, Task.FromResult(ReverseName.NotAsked), Task.FromResult(SpfAnswer.None), Task.FromResult<IReadOnlyList<string>>([]));
        var facts = new SpfFacts(
            reversePath?.LocalPart ?? "postmaster", domain, domain, client.Address, client.Hello, _identity.HostName, _time.GetUtcNow());
        return new SenderCheck(
            client, reversePath, IsTrusted: false, domain,
            Deadline.RunAsync(token => ReverseName.FindAsync(_dns, client.Address, token), AtMost, ReverseName.Late, cancellationToken),
            Deadline.RunAsync(token => new SpfCheck(_dns, facts).RunAsync(token), AtMost, SpfAnswer.Late, cancellationToken),
            Deadline.RunAsync(token => BlockListCheck.AskAsync(_dns, _rules.BlockLists, client.Address, token), AtMost, [], cancellationToken));
    }

    /// <summary>RCPT: the refusal for this recipient, or null. Whoever is refused may still write to postmaster.</summary>
    /// <exception cref="Core.MailException">Unavailable.</exception>
    internal async Task<SmtpReply?> RefusalAsync(SenderCheck sender, EmailAddress recipient, CancellationToken cancellationToken)
    {
        if (sender.IsTrusted || recipient.WithoutDetail().LocalPart is "postmaster")
            return null;
        if (HelloRules.ClaimsToBeUs(sender.Client.Hello, _identity.HostName, sender.Client.Address, sender.Client.Local))
            return new SmtpReply(550, "5.7.1", $"You call yourself {_identity.HostName}, which is this server's name");
        if (await sender.Lists is [var list, ..])
            return new SmtpReply(550, "5.7.1", $"Your address {sender.Client.Address} is on the block list {list}; write to postmaster if that is wrong");
        var spf = await sender.Spf;
        if (spf.Result is CheckResult.Fail && (spf.SendsNothing || _rules.Options.RefuseSpfFail))
            return new SmtpReply(550, "5.7.23", SpfWords(sender, spf));     // RFC 7372 §3.2
        return await WaitAsync(sender, recipient, spf, cancellationToken);
    }

    /// <summary>DATA: judges the message as it came.</summary>
    internal async Task<MessageAnswer> JudgeAsync(SenderCheck sender, StagedMessage content, CancellationToken cancellationToken)
    {
        var bytes = content.ReadHeader();
        var header = SignedHeader.Read(bytes);
        var author = Author.Read(bytes);
        var (signatures, chain) = (DkimCheck.Signatures(header).OfType<MessageSignature>(), ArcChain.Read(header));
        var bodies = DkimCheck.Hash(content, chain.Sets.Count > 0 ? signatures.Append(chain.Sets[^1].Signature) : signatures);
        var dkim = Deadline.RunAsync(token => _dkim.RunAsync(header, bodies, token), AtMost, [DkimAnswer.Late], cancellationToken);
        var arc = Deadline.RunAsync(token => _arc.RunAsync(header, chain, bodies, token), AtMost, ArcAnswer.Late, cancellationToken);
        var published = sender.IsTrusted || author.Domain is not { } domain
            ? Task.FromResult(DmarcPublished.Nothing)
            : Deadline.RunAsync(token => _dmarc.FindAsync(domain, token), AtMost, DmarcPublished.Late, cancellationToken);
        var answers = new Answers(sender, author, await sender.Name, await sender.Spf, await dkim, await arc, await published);
        return Judge(answers, await sender.Lists);
    }

    private MessageAnswer Judge(Answers answers, IReadOnlyList<string> lists)
    {
        var (sender, author) = (answers.Sender, answers.Author);
        var dmarc = Dmarc(answers);
        var isBelieved = !_rules.Options.ApplyDmarc || answers.Arc.WasGood;
        var verdict = new AuthenticationVerdict
        {
            Server = _identity.HostName,
            Client = sender.Client.Address,
            ClientName = answers.Name.Name,
            HelloName = sender.Client.Hello,
            HelloProblem = HelloRules.Problem(sender.Client.Hello, sender.Client.Address),
            IsTrusted = sender.IsTrusted,
            Spf = answers.Spf.Result,
            SignedBy = [.. answers.Dkim.Where(one => one.Result is CheckResult.Pass).Select(one => one.Signature!.Domain).Distinct(StringComparer.Ordinal)],
            Dmarc = dmarc.Result,
            FromDomain = author.Domain,
            Arc = answers.Arc.Result,
            BlockLists = lists,
            IsQuarantined = !isBelieved && dmarc is { Result: CheckResult.Fail or CheckResult.PermanentError, Policy: DmarcPolicy.Quarantine },
            Lines = VerdictLines.Of(answers, dmarc, isBelieved),
        };
        var refusal = sender.IsTrusted ? null : Refusal(author, dmarc, isBelieved);
        return new MessageAnswer(verdict, refusal) { Sighting = Sightings.Of(answers, dmarc, Treatment(refusal, verdict)) };
    }

    private static DmarcPolicy Treatment(SmtpReply? refusal, AuthenticationVerdict verdict) =>
        refusal is not null ? DmarcPolicy.Reject : verdict.IsQuarantined ? DmarcPolicy.Quarantine : DmarcPolicy.None;

    private DmarcAnswer Dmarc(Answers answers)
    {
        if (answers.Sender.IsTrusted)
            return new DmarcAnswer(CheckResult.None, DmarcPolicy.None);
        // RFC 7489 §6.6.1: whose it is cannot be said, so it is nobody's whose word would count.
        return answers.Author.Domain is { } domain
            ? _dmarc.Judge(domain, answers.Published, answers.Spf, answers.Sender.SpfDomain, answers.Dkim)
            : new DmarcAnswer(CheckResult.PermanentError, DmarcPolicy.Quarantine);
    }

    private static SmtpReply? Refusal(Author author, DmarcAnswer dmarc, bool isBelieved)
    {
        // RFC 5322 §3.6: once and not more. What the reader sees would depend on his program.
        if (author.Fields != 1)
            return new SmtpReply(550, "5.7.1", "A message needs one From field, and only one");
        if (isBelieved || dmarc.Policy is DmarcPolicy.None)
            return null;
        if (dmarc.Result is CheckResult.TemporaryError)
            return new SmtpReply(451, "4.7.1", $"Whether this mail is from {author.Domain} cannot be found out at the moment, try again later");
        return dmarc is { Result: CheckResult.Fail, Policy: DmarcPolicy.Reject }
            ? new SmtpReply(550, "5.7.1", $"{author.Domain} asks to refuse mail in its name that neither SPF nor DKIM proves to be its own (DMARC)")
            : null;
    }

    private async Task<SmtpReply?> WaitAsync(SenderCheck sender, EmailAddress recipient, SpfAnswer spf, CancellationToken cancellationToken)
    {
        var scope = _rules.Options.Greylist.Scope;
        if (scope is GreylistScope.Off || (scope is GreylistScope.Unproven && spf.Result is CheckResult.Pass && (await sender.Name).Result is CheckResult.Pass))
            return null;
        return await _greylist.AskAsync(sender.Client.Address, sender.ReversePath, recipient, cancellationToken) is { } wait
            ? new SmtpReply(451, "4.7.1", $"We do not know you yet: please try again in {Math.Max(1, (int)Math.Ceiling(wait.TotalMinutes))} minutes")
            : null;
    }

    private static string SpfWords(SenderCheck sender, SpfAnswer spf) => spf switch
    {
        { Explanation: { } why } => $"{sender.SpfDomain} explains: {why}",
        { SendsNothing: true } => $"{sender.SpfDomain} says that it sends no mail at all (SPF)",
        _ => $"{sender.SpfDomain} says that {sender.Client.Address} may not send in its name (SPF)",
    };
}

/// <summary>All answers about one message.</summary>
internal sealed record Answers(
    SenderCheck Sender, Author Author, ReverseName Name, SpfAnswer Spf, IReadOnlyList<DkimAnswer> Dkim, ArcAnswer Arc, DmarcPublished Published);

/// <summary>Who the reader sees as the author.</summary>
/// <param name="Fields">From fields.</param>
/// <param name="Domain">Null unless there is one field with one address.</param>
internal sealed record Author(int Fields, string? Domain)
{
    public static Author Read(ReadOnlyMemory<byte> header)
    {
        var submitted = SubmittedHeader.Read(header);
        var fields = HeaderSection.Fields(header).Count(field => string.Equals(field.Name, "From", StringComparison.OrdinalIgnoreCase));
        return new Author(fields, submitted is { FromIsValid: true, From: [var only] } ? only.Domain : null);
    }
}
