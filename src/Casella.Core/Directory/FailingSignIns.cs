using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>
/// Who tries again and again and does not get in: one streak for each device, which ends when it gets in. Where nobody
/// can tell the device, the place stands for it. In memory and bounded; kept by <see cref="SignInFeed"/>.
/// </summary>
internal sealed class FailingSignIns(TimeProvider time)
{
    /// <summary>Beyond, the one that was quiet longest goes.</summary>
    private const int MaxStreaks = 2_000;

    /// <summary>What has not tried for so long is switched off, or was thrown away.</summary>
    private static readonly TimeSpan Keeps = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(EmailAddress Address, DeviceId? Device, AddressGroup Place), FailingStreak> _streaks = [];

    /// <summary>Those of now, the longest first.</summary>
    public IReadOnlyList<FailingStreak> List()
    {
        var since = time.GetUtcNow() - Keeps;
        lock (_lock)
            return [.. _streaks.Values.Where(streak => streak.Last.At >= since).OrderBy(streak => streak.Since)];
    }

    public void Note(EmailAddress address, SignInTrial trial)
    {
        var place = AddressGroup.Of(trial.Remote);
        lock (_lock)
        {
            if (trial.Outcome is SignInOutcome.Accepted)
            {
                if (trial.Device is { } device)
                    _streaks.Remove((address, device, default));
                // Whoever mistyped there has got it right, or cannot be told from who has.
                _streaks.Remove((address, null, place));
                return;
            }

            var key = trial.Device is null ? (address, null, place) : (address, trial.Device, default(AddressGroup));
            if (_streaks.TryGetValue(key, out var streak) && trial.At - streak.Last.At < Keeps)
                _streaks[key] = streak with { Last = trial, Times = streak.Times + 1 };
            else
                Begin(key, new FailingStreak(address, trial.At, trial, 1));
        }
    }

    private void Begin((EmailAddress, DeviceId?, AddressGroup) key, FailingStreak streak)
    {
        if (_streaks.Count >= MaxStreaks)
            _streaks.Remove(_streaks.MinBy(entry => entry.Value.Last.At).Key);
        _streaks[key] = streak;
    }
}

/// <param name="Last">The newest of its refused sign-ins.</param>
internal sealed record FailingStreak(EmailAddress Address, DateTimeOffset Since, SignInTrial Last, int Times);
