namespace Casella.Core.Storage;

/// <summary>Who was asked to come again, by hashes: one shared database of bounded size.</summary>
internal interface IGreylistStore
{
    /// <summary>How often the key has passed.</summary>
    Task<int> PassesAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken);

    /// <summary>When the key was first seen, noting it now if it was not; forgets what is too old or too much.</summary>
    Task<GreylistSeen> SeenAsync(ReadOnlyMemory<byte> key, DateTimeOffset now, GreylistBounds bounds, CancellationToken cancellationToken);

    /// <summary>The key has passed once more.</summary>
    Task PassAsync(ReadOnlyMemory<byte> key, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <param name="At">When it came first.</param>
/// <param name="Passed">It has passed before.</param>
internal readonly record struct GreylistSeen(DateTimeOffset At, bool Passed);

/// <param name="Entries">At most.</param>
/// <param name="Forget">Age of what has never passed.</param>
/// <param name="Keep">Age, since it last passed, of what has.</param>
internal readonly record struct GreylistBounds(int Entries, TimeSpan Forget, TimeSpan Keep);
