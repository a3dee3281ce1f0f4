using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Office;

/// <summary>What the spam filter has decided and why, and whom people have decided about.</summary>
public sealed class OfficeSpam
{
    /// <summary>Of each of the two folders, the newest.</summary>
    private const int ShownOfFolder = 25;

    private readonly OfficeWork _work;

    internal OfficeSpam(OfficeWork work) => _work = work;

    /// <summary>The newest mail of a mailbox as the filter saw it, without what it says.</summary>
    public async Task<IReadOnlyList<SpamDecision>> DecisionsAsync(string address, CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.SeeSpam, OfficeSubject.OfAddress(address), cancellationToken);
        var mail = await _work.OpenAsync(address, cancellationToken);
        var tree = await mail.GetTreeAsync(cancellationToken);
        var decisions = new List<SpamDecision>();
        foreach (var folder in new[] { tree.Find(MailboxName.Inbox), tree.Find(SpecialUse.Junk) }.OfType<MailboxInfo>())
        {
            var snapshot = await mail.GetSnapshotAsync(folder.Id, cancellationToken);
            for (var i = snapshot.Count - 1; i >= Math.Max(0, snapshot.Count - ShownOfFolder); i--)
                if (await ReadAsync(mail, folder, snapshot[i], cancellationToken) is { } decision)
                    decisions.Add(decision);
        }

        return [.. decisions.OrderByDescending(decision => decision.At)];
    }

    /// <summary>The list of a mailbox, or of a domain for all its mailboxes.</summary>
    public async Task<IReadOnlyList<SenderEntry>> SendersAsync(string owner, CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.SeeSpam, Of(owner), cancellationToken);
        return await ListAsync(owner, cancellationToken);
    }

    /// <param name="isAllowed">Null takes the sender off the list.</param>
    /// <returns>False when it was so already.</returns>
    public async Task<bool> SetSenderAsync(string owner, string sender, bool? isAllowed, CancellationToken cancellationToken)
    {
        var change = await ChangeAsync(owner, sender.Trim(), isAllowed, cancellationToken);
        return await _work.ChangeAsync(
            OfficeAct.SetSender, Of(owner) with { Detail = change.Detail() }, _ => PutAsync(owner, sender, isAllowed, cancellationToken), cancellationToken);
    }

    /// <summary>Takes back what the journal says of a list of senders, unless somebody has changed the same sender since.</summary>
    /// <param name="entry">Of the journal.</param>
    /// <exception cref="DirectoryRuleException">NotUndoable, ChangedSince.</exception>
    public async Task UndoAsync(long entry, CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SetSender, cancellationToken);
        var found = (await _work.Parts.Store.JournalAsync(new JournalRequest(1, entry + 1, reach.Domains), cancellationToken)).SingleOrDefault();
        if (found?.Id != entry)
            throw OfficeSubject.OfServer("journal").IsAbsent();
        if (SenderChange.Of(found) is not { } change)
            throw new DirectoryRuleException($"The journal's entry {entry} is no change of a list of senders that can be taken back.", DirectoryRule.NotUndoable);
        await _work.ChangeAsync(
            OfficeAct.SetSender,
            Of(found.Subject) with { Detail = change.Back().Detail(undoes: entry) },
            async _ => await ListedAsync(found.Subject, change.Entry, cancellationToken) == change.IsAllowed
                ? await PutAsync(found.Subject, change.Entry, change.Was, cancellationToken)
                : throw new DirectoryRuleException($"{change.Entry} was changed again since; look at the list.", DirectoryRule.ChangedSince),
            cancellationToken);
    }

    private async Task<IReadOnlyList<SenderEntry>> ListAsync(string owner, CancellationToken cancellationToken) => IsAddress(owner)
        ? await (await _work.OpenAsync(owner, cancellationToken)).Spam.ListAsync(cancellationToken)
        : await _work.Parts.DomainSpam.ListAsync(await DomainAsync(owner, cancellationToken), cancellationToken);

    private async Task<bool> PutAsync(string owner, string sender, bool? isAllowed, CancellationToken cancellationToken) => IsAddress(owner)
        ? await (await _work.OpenAsync(owner, cancellationToken)).Spam.SetAsync(sender, isAllowed, cancellationToken)
        : await _work.Parts.DomainSpam.SetAsync(await DomainAsync(owner, cancellationToken), sender, isAllowed, cancellationToken);

    private async Task<bool?> ListedAsync(string owner, string entry, CancellationToken cancellationToken) =>
        (await ListAsync(owner, cancellationToken)).FirstOrDefault(one => string.Equals(one.Entry, entry, StringComparison.Ordinal))?.IsAllowed;

    /// <summary>What it was before, for who may change it: nobody learns from a refusal what stands on a list.</summary>
    private async Task<SenderChange> ChangeAsync(string owner, string sender, bool? isAllowed, CancellationToken cancellationToken)
    {
        try
        {
            await _work.RequireAsync(OfficeAct.SetSender, Of(owner), cancellationToken);
            var entry = SenderList.Entry(sender);
            return new SenderChange(entry, isAllowed, await ListedAsync(owner, entry, cancellationToken));
        }
        catch (Exception refused) when (refused is MailException or DirectoryRuleException)
        {
            // The change itself is about to fail of it, with its line in the journal.
            return new SenderChange(sender, isAllowed, isAllowed);
        }
    }

    private static async Task<SpamDecision?> ReadAsync(MailAccount mail, MailboxInfo folder, Placement placement, CancellationToken cancellationToken)
    {
        try
        {
            if (await mail.Spam.WhyAsync(placement.Email, cancellationToken) is not { } opinion)
                return null;
            var story = await mail.History.StoryAsync(placement.Email, cancellationToken);
            return new SpamDecision(DateTimeOffset.FromUnixTimeSeconds(placement.ReceivedAt), story.Sender ?? "", folder.SpecialUse is SpecialUse.Junk, opinion);
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchMessage)
        {
            // Expunged while we looked.
            return null;
        }
    }

    private static bool IsAddress(string owner) => owner.Contains('@', StringComparison.Ordinal);

    private static OfficeSubject Of(string owner) => IsAddress(owner) ? OfficeSubject.OfAddress(owner) : OfficeSubject.OfDomain(owner);

    private async Task<string> DomainAsync(string typed, CancellationToken cancellationToken)
    {
        var subject = OfficeSubject.OfDomain(typed);
        return await _work.Parts.Directory.HasDomainAsync(subject.Name, cancellationToken) ? subject.Name : throw subject.IsAbsent();
    }
}

/// <param name="IsInSpam">Where it is now: somebody may have moved it since.</param>
public sealed record SpamDecision(DateTimeOffset At, string Sender, bool IsInSpam, SpamOpinion Opinion);
