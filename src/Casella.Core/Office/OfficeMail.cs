using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Casella.Core.Queue;
using Casella.Core.Tracing;

namespace Casella.Core.Office;

/// <summary>Mail on its way: what waits, and where a message is.</summary>
public sealed class OfficeMail
{
    private const int FoundAtMost = 20;

    private readonly OfficeWork _work;

    internal OfficeMail(OfficeWork work) => _work = work;

    /// <summary>What waits, oldest first.</summary>
    public async Task<IReadOnlyList<QueuedMessage>> QueueAsync(CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeQueue, cancellationToken);
        return [.. (await _work.Parts.Queue.ListAsync(cancellationToken)).Where(message => reach.Covers(message.ReversePath?.Domain))];
    }

    public Task RetryAsync(string id, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RetryMail, OfMail(id), _ => _work.Parts.Queue.RetryAsync(id, cancellationToken), cancellationToken);

    /// <summary>Everything that has failed before is tried again, whosever it is.</summary>
    /// <returns>How many messages.</returns>
    public Task<int> RetryAllAsync(CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RetryMail, OfMail("*"), _ => _work.Parts.Queue.RetryAllAsync(cancellationToken), cancellationToken);

    /// <summary>Forgets a message; nobody is told.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RemoveMail, OfMail(id), _ => _work.Parts.Queue.RemoveAsync(id, cancellationToken), cancellationToken);

    /// <summary>Addresses that nothing is sent to for now; of a domain operator's those that were written to from their domains.</summary>
    public async Task<IReadOnlyList<DeadAddress>> DeadAsync(CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeQueue, cancellationToken);
        return [.. (await _work.Parts.Dead.ListAsync(cancellationToken)).Where(dead => reach.IsEverywhere || dead.SenderDomains.Any(reach.Covers))];
    }

    /// <summary>Lets an address be tried again.</summary>
    /// <returns>False when it is tried anyway.</returns>
    public Task<bool> LiftDeadAsync(string address, CancellationToken cancellationToken)
    {
        var dead = DirectoryRules.Address(address);
        return _work.ChangeAsync(
            OfficeAct.LiftDeadAddress, new OfficeSubject(dead.ToString(), null, MailError.NoSuchAddress), _ => _work.Parts.Dead.LiftAsync(dead, cancellationToken), cancellationToken);
    }

    /// <summary>What was sent, recipient by recipient; of mail from elsewhere only the recipients of the caller's domains.</summary>
    /// <param name="what">A queue id, a Message-ID or a recipient's address.</param>
    public async Task<IReadOnlyList<TracedMail>> TraceAsync(string what, CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.TraceMail, cancellationToken);
        return
        [
            .. from mail in await _work.Parts.Traces.FindAsync(what, cancellationToken)
               let seen = reach.Covers(mail.ReversePath?.Domain) ? mail : mail with { Recipients = [.. mail.Recipients.Where(one => reach.Covers(one.Address.Domain))] }
               where seen.Recipients.Count > 0
               select seen,
        ];
    }

    /// <summary>What became of a message inside a mailbox: its way, not its words.</summary>
    /// <param name="messageId">A Message-ID.</param>
    public async Task<MailboxTrace> InMailboxAsync(string address, string messageId, CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.TraceMail, OfficeSubject.OfAddress(address), cancellationToken);
        var mail = await _work.OpenAsync(address, cancellationToken);
        var stories = new List<MessageStory>();
        foreach (var message in (await mail.History.FindAsync(messageId.Trim().Trim('<', '>'), cancellationToken)).Take(FoundAtMost))
            // The subject is the members' own.
            stories.Add(await mail.History.StoryAsync(message, cancellationToken) with { Subject = null });
        return new MailboxTrace(
            mail.Address.ToString(), stories, await ActorNames.LoadAsync(_work.Parts.People, _work.Parts.Devices, address, cancellationToken));
    }

    private static OfficeSubject OfMail(string id) => new(id, null, MailError.NoSuchMessage);
}

/// <summary>A message in a mailbox, with the names for its words.</summary>
public sealed record MailboxTrace(string Address, IReadOnlyList<MessageStory> Stories, ActorNames Names);
