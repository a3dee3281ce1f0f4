namespace Casella.Core.Messages.Searching;

/// <summary>
/// The time one question may take before it is refused, so that one account never holds the others up.
/// </summary>
internal sealed class TimeBudget(TimeProvider time, TimeSpan limit)
{
    private readonly long _started = time.GetTimestamp();

    /// <exception cref="MailException">TooExpensive.</exception>
    public void Check()
    {
        if (time.GetElapsedTime(_started) > limit)
            throw new MailException(MailError.TooExpensive, $"more than {limit.TotalSeconds:F0} s");
    }
}
