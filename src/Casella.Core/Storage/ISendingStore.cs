namespace Casella.Core.Storage;

/// <summary>How much was sent by whom today, and to whom an account has written before: in the queue's database.</summary>
internal interface ISendingStore
{
    /// <summary>
    /// In one transaction: counts the recipients for each name if none of them goes beyond its limit, and remembers them;
    /// else counts nothing.
    /// </summary>
    Task<SendingAnswer> TakeAsync(SendingRequest request, CancellationToken cancellationToken);
}

/// <param name="Names">Who sends: the mailbox, and the person or device.</param>
/// <param name="Day">Days since 1970.</param>
/// <param name="Recipients">Hashes of the addresses, each once.</param>
internal sealed record SendingRequest(
    AccountId Account, IReadOnlyList<string> Names, int Day, IReadOnlyList<ReadOnlyMemory<byte>> Recipients, int MostRecipients, int MostNew);

/// <param name="Limit">The limit that was met, or null when all is well.</param>
/// <param name="IsNew">It is the one of people that were never written to.</param>
/// <param name="IsFirst">It was met for the first time today: somebody should be told.</param>
internal readonly record struct SendingAnswer(int? Limit, bool IsNew, bool IsFirst)
{
    /// <summary>Of the recipients those whom the account had never written to.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Fresh { get; init; } = [];

    public SendingAnswer()
        : this(null, IsNew: false, IsFirst: false)
    {
    }
}

/// <summary>What was counted for one mail.</summary>
/// <param name="Fresh">Hashes of the addresses that were remembered by it.</param>
internal sealed record SendingCount(IReadOnlyList<string> Names, int Day, int Recipients, IReadOnlyList<ReadOnlyMemory<byte>> Fresh);
