using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;

namespace Casella.Core.Submission;

/// <summary>
/// To whom an account writes and who writes to it, from its newest mail: what a composer proposes while somebody types
/// an address. Got from <see cref="MailAccount.Correspondents"/>.
/// </summary>
public sealed class Correspondents
{
    private const int SentMessages = 1_500;
    private const int ReceivedMessages = 500;

    /// <summary>Whom one writes to is proposed before who only writes.</summary>
    private const int SentWeight = 4;

    private readonly MailAccount _account;

    internal Correspondents(MailAccount account) => _account = account;

    /// <summary>The most frequent first.</summary>
    public async Task<IReadOnlyList<Correspondent>> ListAsync(int atMost, CancellationToken cancellationToken)
    {
        var tree = await _account.GetTreeAsync(cancellationToken);
        var found = new Dictionary<EmailAddress, Tally>();
        if (tree.Find(SpecialUse.Sent) is { IsSelectable: true } sent)
            await CountAsync(sent.Id, SentMessages, envelope => envelope.To.Concat(envelope.Cc).Concat(envelope.Bcc), SentWeight, found, cancellationToken);
        if (tree.Find(MailboxName.Inbox) is { } inbox)
            await CountAsync(inbox.Id, ReceivedMessages, envelope => envelope.From, 1, found, cancellationToken);
        found.Remove(_account.Address);
        return
        [
            .. found.OrderByDescending(pair => pair.Value.Weight).ThenBy(pair => pair.Key.ToString(), StringComparer.Ordinal).Take(atMost)
                .Select(pair => new Correspondent(pair.Value.Name, pair.Key)),
        ];
    }

    private async Task CountAsync(
        MailboxId mailbox, int newest, Func<Envelope, IEnumerable<EnvelopeAddress>> addresses, int weight,
        Dictionary<EmailAddress, Tally> found, CancellationToken cancellationToken)
    {
        var snapshot = await _account.GetSnapshotAsync(mailbox, cancellationToken);
        var placements = Enumerable.Range(Math.Max(0, snapshot.Count - newest), Math.Min(newest, snapshot.Count)).Select(i => snapshot[i]).ToList();
        await foreach (var message in _account.ReadAsync(placements, MessageNeeds.Envelope, cancellationToken))
            foreach (var one in CompactForm.TryReadEnvelope(message.Envelope) is { } envelope ? addresses(envelope) : [])
                if (AddressOf(one) is { } address)
                {
                    var name = one.Name is { } raw && DecodedText.Header(raw.Span).Trim() is { Length: > 0 } text ? text : null;
                    var before = found.GetValueOrDefault(address);
                    // Read from the oldest on: the name that they use now is the last.
                    found[address] = new Tally((before?.Weight ?? 0) + weight, name ?? before?.Name);
                }
    }

    internal static EmailAddress? AddressOf(EnvelopeAddress one) =>
        one is { Mailbox: { Length: > 0 } mailbox, Host: { Length: > 0 } host }
        && EmailAddress.TryParse($"{DecodedText.Header(mailbox.Span)}@{DecodedText.Header(host.Span)}", out var address)
            ? address
            : null;

    private sealed record Tally(int Weight, string? Name);
}

/// <param name="Name">As they call themselves, or null.</param>
public sealed record Correspondent(string? Name, EmailAddress Address);
