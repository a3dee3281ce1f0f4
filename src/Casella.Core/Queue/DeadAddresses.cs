using System.Globalization;
using Casella.Core.Storage;
using Casella.Core.Tracing;
using Casella.Formats.Addresses;

namespace Casella.Core.Queue;

/// <summary>
/// Addresses elsewhere that exist no more: their servers have said so again and again. For a while nothing is sent there,
/// and the sender hears it at once; who goes on writing to dead addresses is soon taken for a spammer. Read from what became
/// of mail before, so there is no list that anybody would have to keep: time, mail that arrives, or the office takes an
/// address off it.
/// </summary>
public sealed class DeadAddresses
{
    /// <summary>Refusals in a row.</summary>
    private const int RefusalsAtLeast = 3;

    /// <summary>Old mail that is looked at.</summary>
    private const int LookedAt = 20;

    /// <summary>After the last refusal it is tried once more: people come back from holidays, and servers from bad days.</summary>
    private static readonly TimeSpan LeftAlone = TimeSpan.FromDays(14);

    /// <summary>Three mails of one hour may be one mistake of the other server.</summary>
    private static readonly TimeSpan ApartAtLeast = TimeSpan.FromDays(1);

    private readonly ITraceStore _traces;
    private readonly TimeProvider _time;

    internal DeadAddresses(ITraceStore traces, TimeProvider time) => (_traces, _time) = (traces, time);

    /// <summary>All of them, the one that was refused last first.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<IReadOnlyList<DeadAddress>> ListAsync(CancellationToken cancellationToken)
    {
        var dead = new List<DeadAddress>();
        var refused = await _traces.RefusedAsync(_time.GetUtcNow() - LeftAlone, cancellationToken);
        foreach (var address in refused.GroupBy(one => one.Address))
            if (await ReadAsync(address.Key, cancellationToken) is { } found)
                dead.Add(found with { SenderDomains = [.. address.Select(one => one.ReversePath?.Domain).OfType<string>().Distinct(StringComparer.Ordinal)] });
        return [.. dead.OrderByDescending(one => one.LastAt)];
    }

    /// <summary>Lets an address be tried again: what was refused until now is forgotten, as far as this goes.</summary>
    /// <returns>False when it is tried anyway.</returns>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<bool> LiftAsync(EmailAddress address, CancellationToken cancellationToken)
    {
        if (await ReadAsync(address, cancellationToken) is null)
            return false;
        await _traces.LiftAsync(address, _time.GetUtcNow(), cancellationToken);
        return true;
    }

    /// <summary>What the sender is to hear; null for an address that is tried.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    internal async Task<RecipientFate?> FindAsync(EmailAddress address, CancellationToken cancellationToken) =>
        await ReadAsync(address, cancellationToken) is not { } dead ? null : new RecipientFate(
            FateKind.Failed, "5.1.1",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Not tried: this address has refused the last {dead.Refusals} messages, on {dead.LastAt:yyyy-MM-dd} with: {dead.Reason}"),
            null);

    private async Task<DeadAddress?> ReadAsync(EmailAddress address, CancellationToken cancellationToken)
    {
        var known = (await _traces.LastAsync(address, LookedAt, cancellationToken)).Where(WasTried);
        var refusals = known.TakeWhile(IsRefused).ToList();
        if (refusals.Count < RefusalsAtLeast || _time.GetUtcNow() - refusals[0].At > LeftAlone || refusals[0].At - refusals[^1].At < ApartAtLeast)
            return null;
        return new DeadAddress(address, refusals.Count, refusals[^1].At, refusals[0].At, refusals[0].At + LeftAlone, refusals[0].Diagnostic, refusals[0].Server);
    }

    /// <summary>What was not tried says nothing.</summary>
    private static bool WasTried(TracedRecipient recipient) =>
        recipient.State is TraceState.HandedOver || (recipient.State is TraceState.Failed && recipient.Server is not null);

    /// <summary>RFC 3463 §3.2: it is about the address, not about the message or a full mailbox.</summary>
    private static bool IsRefused(TracedRecipient recipient) =>
        recipient.State is TraceState.Failed && recipient.Status is "5.1.1" or "5.1.6" or "5.1.10" or "5.2.1";
}

/// <summary>An address that nothing is sent to for now.</summary>
/// <param name="Refusals">In a row, as far as they are remembered.</param>
/// <param name="Until">From then on it is tried again.</param>
/// <param name="Reason">Its server's last words.</param>
public sealed record DeadAddress(
    EmailAddress Address, int Refusals, DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset Until, string Reason, string? Server)
{
    /// <summary>Of ours, from which it was written to lately.</summary>
    public IReadOnlyList<string> SenderDomains { get; init; } = [];
}
