using Casella.Core.Delivery;
using Casella.Core.Messages;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// Another program's opinion about spam. A port: the room that speaks its protocol implements it. Never throws for a
/// program that is away, slow or broken: then there is no opinion, and the built-in filter speaks.
/// </summary>
public interface ISpamEngine
{
    /// <summary>Null when there was no answer in time.</summary>
    Task<IReadOnlyList<SpamReason>?> AskAsync(DeliveryRequest request, CancellationToken cancellationToken);

    /// <summary>A member has said what a message is.</summary>
    /// <returns>False when nobody listened.</returns>
    Task<bool> LearnAsync(ReadOnlyMemory<byte> message, bool isSpam, CancellationToken cancellationToken);
}

/// <summary>Looks for viruses. A port, as <see cref="ISpamEngine"/>.</summary>
public interface IVirusScanner
{
    /// <summary>The virus's name; empty for none found; null when there was no answer in time.</summary>
    Task<string?> ScanAsync(StagedMessage message, CancellationToken cancellationToken);
}

/// <summary>Programs beside the server that are asked about mail; null where there is none.</summary>
internal sealed record SpamScanners(ISpamEngine? Engine, IVirusScanner? Virus)
{
    public static SpamScanners None { get; } = new(null, null);
}
