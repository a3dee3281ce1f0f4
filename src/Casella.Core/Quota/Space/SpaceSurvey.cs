using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Messages.Threading;
using Casella.Formats.Mime;

namespace Casella.Core.Quota.Space;

/// <summary>
/// Looks through a mailbox for what takes space: sizes and dates from memory, senders and attachments from the largest
/// messages on until the time is over, so that the answer comes at once and is right about what matters.
/// </summary>
internal sealed class SpaceSurvey(MailAccount account, TimeProvider time)
{
    private const int LargestShown = 25;
    private const int SharesShown = 12;

    /// <summary>Of the largest messages, so many are asked for their senders; they are nearly all of the octets.</summary>
    private const int SendersOf = 20_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<SpaceReport> RunAsync(SpaceFilter filter, CancellationToken cancellationToken)
    {
        var tree = await account.GetTreeAsync(cancellationToken);
        var zone = time.LocalTimeZone;
        var messages = new List<PlacedMessage>();
        var seen = new HashSet<EmailId>();
        foreach (var folder in tree.Mailboxes.Where(folder => folder.IsSelectable && (filter.Folder is null || folder.Id == filter.Folder)))
        {
            var snapshot = await account.GetSnapshotAsync(folder.Id, cancellationToken);
            for (var i = 0; i < snapshot.Count; i++)
                if (snapshot[i] is var placement && (filter.Year is null || YearOf(placement, zone) == filter.Year) && seen.Add(placement.Email))
                    messages.Add(new PlacedMessage(folder.Id, placement));
        }

        messages.Sort((one, other) => other.Placement.Size.CompareTo(one.Placement.Size));
        var senders = await SendersAsync(messages, cancellationToken);
        if (filter.Sender is { } sender)
            messages = [.. messages.Where(one => senders.TryGetValue(one.Placement.Email, out var from) && string.Equals(from.Address, sender, StringComparison.Ordinal))];
        return await ReportAsync(messages, senders, tree, zone, cancellationToken);
    }

    private async Task<SpaceReport> ReportAsync(
        List<PlacedMessage> messages, Dictionary<EmailId, SenderOf> senders, MailboxTree tree, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var names = tree.Mailboxes.ToDictionary(folder => folder.Id, folder => folder.Name.Value);
        var size = messages.Sum(one => (long)one.Placement.Size);
        var known = messages.Where(one => senders.ContainsKey(one.Placement.Email)).ToList();
        var (largest, attachments) = await LargestAsync(messages, senders, cancellationToken);
        return new SpaceReport(
            size, messages.Count,
            Shares(messages, one => names[one.Mailbox]).OrderByDescending(share => share.Size).Take(SharesShown).ToList(),
            Shares(messages, one => YearOf(one.Placement, zone).ToString(System.Globalization.CultureInfo.InvariantCulture)).OrderBy(share => share.Key, StringComparer.Ordinal).ToList(),
            Shares(known, one => senders[one.Placement.Email].Address).OrderByDescending(share => share.Size).Take(SharesShown).ToList(),
            size == 0 ? 100 : (int)(100 * known.Sum(one => (long)one.Placement.Size) / size), largest, attachments);
    }

    private async Task<Dictionary<EmailId, SenderOf>> SendersAsync(List<PlacedMessage> messages, CancellationToken cancellationToken)
    {
        var (senders, begin) = (new Dictionary<EmailId, SenderOf>(), time.GetTimestamp());
        foreach (var some in messages.Take(SendersOf).Chunk(1_000))
        {
            if (time.GetElapsedTime(begin) > Patience)
                break;
            await foreach (var data in account.ReadAsync([.. some.Select(one => one.Placement)], MessageNeeds.Envelope, cancellationToken))
                if (CompactForm.TryReadEnvelope(data.Envelope) is { } envelope)
                    senders[data.Placement.Email] = SenderOf.Read(envelope);
        }

        return senders;
    }

    private async Task<(IReadOnlyList<LargeMessage>, IReadOnlyList<LargeAttachment>)> LargestAsync(
        List<PlacedMessage> messages, Dictionary<EmailId, SenderOf> senders, CancellationToken cancellationToken)
    {
        var (largest, attachments) = (new List<LargeMessage>(), new List<LargeAttachment>());
        var places = messages.Take(LargestShown * 4).ToDictionary(one => one.Placement.Email);
        await foreach (var data in account.ReadAsync([.. places.Values.Select(one => one.Placement)], MessageNeeds.Structure, cancellationToken))
        {
            var place = places[data.Placement.Email];
            var sender = senders.GetValueOrDefault(data.Placement.Email) ?? SenderOf.Nobody;
            var root = CompactForm.TryReadStructure(data.Structure);
            largest.Add(new LargeMessage(place, sender.Subject, sender.Name, root is null ? 0 : StrippedMessage.Removable(root).Sum(one => one.Part.BodySize)));
            if (root is not null)
                attachments.AddRange(MessageParts.Of(root).Attachments.Select(one => new LargeAttachment(place, one.Name ?? "", one.Size, sender.Subject)));
        }

        return (
            [.. largest.Where(one => one.Size >= StrippedMessage.SizeAtLeast).OrderByDescending(one => one.Size).Take(LargestShown)],
            [.. attachments.Where(one => one.Size >= StrippedMessage.SizeAtLeast).OrderByDescending(one => one.Size).Take(LargestShown)]);
    }

    private static IEnumerable<SpaceShare> Shares(IEnumerable<PlacedMessage> messages, Func<PlacedMessage, string> key) => messages
        .GroupBy(key, StringComparer.Ordinal).Select(group => new SpaceShare(group.Key, group.Sum(one => (long)one.Placement.Size), group.Count()));

    private static int YearOf(Placement placement, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(placement.ReceivedAt), zone).Year;
}
