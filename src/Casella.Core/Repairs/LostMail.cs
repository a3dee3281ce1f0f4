using Casella.Core.Messages;
using Casella.Core.Quota.Space;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Repairs;

/// <summary>What a repair could not bring back, as people would know it: from whom, about what, when.</summary>
internal sealed class LostMail(IMailStore store, AccountId account)
{
    /// <summary>Of these messages only the content is gone.</summary>
    public Task<IReadOnlyList<LostMessage>> MessagesAsync(IReadOnlyList<EmailId> bodies, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<LostMessage>>(
            account,
            reader =>
            {
                var names = Names(reader);
                var lost = new List<LostMessage>();
                foreach (var row in reader.Messages(bodies, MessageNeeds.Envelope))
                {
                    var known = CompactForm.TryReadEnvelope(row.Envelope) is { } envelope ? SenderOf.Read(envelope) : SenderOf.Nobody;
                    foreach (var place in reader.PlacementsOf(row.Id))
                        lost.Add(new LostMessage(
                            names.GetValueOrDefault(place.Mailbox, ""), known.Name, known.Subject,
                            DateTimeOffset.FromUnixTimeSeconds(place.Placement.ReceivedAt), place.Placement.Size));
                }

                return lost;
            },
            cancellationToken);

    /// <summary>Of these there is nothing; those that the backup has put back are not among the answer.</summary>
    public Task<IReadOnlyList<LostMessage>> PlacesAsync(IReadOnlyList<LostPlacement> places, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<LostMessage>>(
            account,
            reader =>
            {
                var names = Names(reader);
                var lost = new List<LostMessage>();
                foreach (var folder in places.GroupBy(place => place.Mailbox))
                {
                    var there = new List<Placement>();
                    if (names.ContainsKey(folder.Key))
                        reader.Placements(folder.Key, there);
                    lost.AddRange(folder
                        .Where(place => !there.Exists(one => one.Size == place.Size && one.ReceivedAt == place.ReceivedAt.ToUnixTimeSeconds()))
                        .Select(place => new LostMessage(names.GetValueOrDefault(folder.Key, ""), null, null, place.ReceivedAt, place.Size)));
                }

                return lost;
            },
            cancellationToken);

    private static Dictionary<MailboxId, string> Names(IMailReader reader) => reader.Mailboxes().ToDictionary(row => row.Id, row => row.Name.Value);
}
