using System.Globalization;
using Casella.Core.Storage;
using Casella.Core.Tracing;
using Casella.Formats.Addresses;

namespace Casella.Core.Queue;

/// <summary>
/// Addresses elsewhere that exist no more: their servers have said so again and again. For a while nothing is sent there,
/// and the sender hears it at once; who goes on writing to dead addresses is soon taken for a spammer. Read from what became
/// of mail before, so there is no list that anybody would have to keep: time, or mail that arrives, takes an address off it.
/// </summary>
internal sealed class DeadAddresses(ITraceStore traces, TimeProvider time)
{
    /// <summary>Refusals in a row.</summary>
    private const int RefusalsAtLeast = 3;

    /// <summary>Old mail that is looked at.</summary>
    private const int LookedAt = 20;

    /// <summary>After the last refusal it is tried once more: people come back from holidays, and servers from bad days.</summary>
    private static readonly TimeSpan LeftAlone = TimeSpan.FromDays(14);

    /// <summary>Three mails of one hour may be one mistake of the other server.</summary>
    private static readonly TimeSpan ApartAtLeast = TimeSpan.FromDays(1);

    /// <summary>What the sender is to hear; null for an address that is tried.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<RecipientFate?> FindAsync(EmailAddress address, CancellationToken cancellationToken)
    {
        var known = (await traces.LastAsync(address, LookedAt, cancellationToken)).Where(WasTried);
        var refusals = known.TakeWhile(IsRefused).ToList();
        if (refusals.Count < RefusalsAtLeast || time.GetUtcNow() - refusals[0].At > LeftAlone || refusals[0].At - refusals[^1].At < ApartAtLeast)
            return null;
        return new RecipientFate(
            FateKind.Failed, "5.1.1",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Not tried: this address has refused the last {refusals.Count} messages, on {refusals[0].At:yyyy-MM-dd} with: {refusals[0].Diagnostic}"),
            null);
    }

    /// <summary>What was not tried says nothing.</summary>
    private static bool WasTried(TracedRecipient recipient) =>
        recipient.State is TraceState.HandedOver || (recipient.State is TraceState.Failed && recipient.Server is not null);

    /// <summary>RFC 3463 §3.2: it is about the address, not about the message or a full mailbox.</summary>
    private static bool IsRefused(TracedRecipient recipient) =>
        recipient.State is TraceState.Failed && recipient.Status is "5.1.1" or "5.1.6" or "5.1.10" or "5.2.1";
}
