using System.Globalization;
using System.Net;
using System.Text;
using Casella.Core.Changes;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>
/// Who tries again and again and does not get in: one streak for each device, which ends when it gets in. Where nobody
/// can tell the device, the place stands for it. Bounded; noted by <see cref="SignInFeed"/>, and kept in the directory's
/// settings over restarts (ADR 0055), for a device that has failed since Tuesday fails after the upgrade, too.
/// </summary>
internal sealed class FailingSignIns(IDirectoryStore store, KnownPlaces known, TimeProvider time)
{
    private const string SettingName = "signin.failing";

    /// <summary>Beyond, the one that was quiet longest goes; first those of which nobody knows the device.</summary>
    private const int MaxStreaks = 2_000;

    private const int Fields = 8;

    /// <summary>What has not tried for so long is switched off, or was thrown away.</summary>
    private static readonly TimeSpan Keeps = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(EmailAddress Address, DeviceId? Device, AddressGroup Place), FailingStreak> _streaks = [];

    /// <summary>What stands in the setting.</summary>
    private string _saved = "";
    private bool _isDirty;

    /// <summary>Those of now, the longest first.</summary>
    public IReadOnlyList<FailingStreak> List()
    {
        var since = time.GetUtcNow() - Keeps;
        lock (_lock)
            return [.. _streaks.Values.Where(streak => streak.Last.At >= since).OrderBy(streak => streak.Since)];
    }

    public void Note(EmailAddress address, SignInTrial trial)
    {
        lock (_lock)
        {
            if (trial.Outcome is SignInOutcome.Accepted)
            {
                _isDirty |= _streaks.Count > 0;
                if (trial.Device is { } device)
                    _streaks.Remove((address, device, default));
                // Whoever mistyped there has got it right, or cannot be told from who has.
                _streaks.Remove((address, null, AddressGroup.Of(trial.Remote)));
                return;
            }

            _isDirty = true;
            var key = Key(address, trial);
            if (_streaks.TryGetValue(key, out var streak) && trial.At - streak.Last.At < Keeps)
                _streaks[key] = streak with { Last = trial, Times = streak.Times + 1 };
            else
                Begin(key, new FailingStreak(address, trial.At, trial, 1));
        }
    }

    /// <summary>Reads what the last run knew; once, at start.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        _saved = await store.GetSettingAsync(SettingName, cancellationToken) ?? "";
        lock (_lock)
            foreach (var line in _saved.AsSpan().EnumerateLines())
                if (ParseLine(line) is { } streak && _streaks.Count < MaxStreaks)
                    _streaks[Key(streak.Address, streak.Last)] = streak;
    }

    /// <summary>
    /// Writes what has changed; called by the clock, never by a sign-in, so that no stranger makes the disk busy.
    /// </summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _isDirty))
            return;
        Volatile.Write(ref _isDirty, false);
        var text = Format();
        if (string.Equals(text, _saved, StringComparison.Ordinal))
            return;
        try
        {
            await store.SetSettingAsync(SettingName, text, cancellationToken);
            _saved = text;
        }
        catch
        {
            Volatile.Write(ref _isDirty, true);
            throw;
        }
    }

    private static (EmailAddress, DeviceId?, AddressGroup) Key(EmailAddress address, SignInTrial trial) =>
        trial.Device is null ? (address, null, AddressGroup.Of(trial.Remote)) : (address, trial.Device, default);

    private void Begin((EmailAddress, DeviceId?, AddressGroup) key, FailingStreak streak)
    {
        if (_streaks.Count >= MaxStreaks)
            _streaks.Remove(_streaks.MinBy(entry => (entry.Value.Last.Device is not null, entry.Value.Last.At)).Key);
        _streaks[key] = streak;
    }

    /// <summary>What guesses from places that nobody knows is nobody's device, and does not go to the disk.</summary>
    private string Format()
    {
        var text = new StringBuilder();
        foreach (var (address, since, last, times) in List())
            if (last.Device is not null || known.Contains(address.ToString(), AddressGroup.Of(last.Remote)))
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{since.ToUnixTimeMilliseconds()} {last.At.ToUnixTimeMilliseconds()} {times} {last.Protocol} {last.Outcome} {last.Device?.Value ?? 0} {last.Remote} {address}\n");
        return text.ToString();
    }

    // The address stands last: a quoted local part may contain spaces.
    private static FailingStreak? ParseLine(ReadOnlySpan<char> line)
    {
        Span<Range> fields = stackalloc Range[Fields];
        if (line.Split(fields, ' ') != Fields
            || !long.TryParse(line[fields[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            || !long.TryParse(line[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || !int.TryParse(line[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var times)
            || !Enum.TryParse<AccessProtocol>(line[fields[3]], out var protocol)
            || !Enum.TryParse<SignInOutcome>(line[fields[4]], out var outcome)
            || !long.TryParse(line[fields[5]], NumberStyles.None, CultureInfo.InvariantCulture, out var device)
            || !IPAddress.TryParse(line[fields[6]], out var remote)
            || !EmailAddress.TryParse(line[fields[7]].ToString(), out var address))
            return null;
        var trial = new SignInTrial(DateTimeOffset.FromUnixTimeMilliseconds(last), protocol, remote, outcome) { Device = device == 0 ? null : new DeviceId(device) };
        return new FailingStreak(address, DateTimeOffset.FromUnixTimeMilliseconds(since), trial, times);
    }
}

/// <param name="Last">The newest of its refused sign-ins.</param>
internal sealed record FailingStreak(EmailAddress Address, DateTimeOffset Since, SignInTrial Last, int Times);
