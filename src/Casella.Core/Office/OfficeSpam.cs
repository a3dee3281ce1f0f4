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
        return IsAddress(owner)
            ? await (await _work.OpenAsync(owner, cancellationToken)).Spam.ListAsync(cancellationToken)
            : await _work.Parts.DomainSpam.ListAsync(await DomainAsync(owner, cancellationToken), cancellationToken);
    }

    /// <param name="isAllowed">Null takes the sender off the list.</param>
    /// <returns>False when it was so already.</returns>
    public Task<bool> SetSenderAsync(string owner, string sender, bool? isAllowed, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetSender,
        Of(owner) with { Detail = $"{sender.Trim()}={isAllowed switch { true => "allow", false => "deny", null => "none" }}" },
        async _ => IsAddress(owner)
            ? await (await _work.OpenAsync(owner, cancellationToken)).Spam.SetAsync(sender, isAllowed, cancellationToken)
            : await _work.Parts.DomainSpam.SetAsync(await DomainAsync(owner, cancellationToken), sender, isAllowed, cancellationToken),
        cancellationToken);

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
