using System.Globalization;
using System.Text;
using Casella.Core.Storage;

namespace Casella.Core.Directory;

/// <summary>
/// Where each mailbox has signed in: pairs of user name and address, kept in the directory's settings over restarts,
/// because an attack does not stop for one. Asked by <see cref="SignInThrottle"/>; taught by
/// <see cref="Authenticator"/>.
/// </summary>
internal sealed class KnownPlaces(IDirectoryStore store, SignInOptions options, TimeProvider time)
{
    private const string SettingName = "signin.known";

    // About 40 bytes each in the setting. The oldest go first; an office signs in every day and stays.
    private const int MaxPairs = 20_000;

    // A pair that is lost in a crash only has to be learnt again.
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string UserName, AddressGroup Place), DateTimeOffset> _pairs = [];
    private DateTimeOffset _savedAt = time.GetUtcNow();
    private bool _isDirty;

    public bool Contains(string userName, AddressGroup place)
    {
        lock (_lock)
            return _pairs.TryGetValue((userName, place), out var last) && time.GetUtcNow() - last < options.KnownFor;
    }

    /// <summary>Learns a pair from a successful sign-in.</summary>
    public void Learn(string userName, AddressGroup place)
    {
        lock (_lock)
        {
            _pairs[(userName, place)] = time.GetUtcNow();
            _isDirty = true;
            if (_pairs.Count > MaxPairs)
                foreach (var oldest in _pairs.OrderBy(p => p.Value).Take(MaxPairs / 10).Select(p => p.Key).ToList())
                    _pairs.Remove(oldest);
        }
    }

    /// <summary>Reads what the last run knew; once, at start.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var text = await store.GetSettingAsync(SettingName, cancellationToken);
        if (text is null)
            return;
        lock (_lock)
            foreach (var line in text.AsSpan().EnumerateLines())
                if (ParseLine(line) is { } pair)
                    _pairs[pair.Key] = pair.Last;
    }

    /// <summary>Writes what is known when enough time has passed, or when the server stops.</summary>
    public async Task SaveAsync(bool now, CancellationToken cancellationToken)
    {
        string text;
        lock (_lock)
        {
            if (!_isDirty || (!now && time.GetUtcNow() - _savedAt < SaveEvery))
                return;
            text = Format();
            _isDirty = false;
            _savedAt = time.GetUtcNow();
        }
        await store.SetSettingAsync(SettingName, text, cancellationToken);
    }

    private string Format()
    {
        var text = new StringBuilder();
        foreach (var ((userName, place), last) in _pairs)
            if (time.GetUtcNow() - last < options.KnownFor)
                text.Append(CultureInfo.InvariantCulture, $"{(place.IsV6 ? '6' : '4')} {place.Value:x} {last.ToUnixTimeSeconds()} {userName}\n");
        return text.ToString();
    }

    // The user name stands last: a quoted local part may contain spaces.
    private static ((string, AddressGroup) Key, DateTimeOffset Last)? ParseLine(ReadOnlySpan<char> line)
    {
        Span<Range> fields = stackalloc Range[4];
        if (line.Split(fields, ' ') != 4
            || !ulong.TryParse(line[fields[1]], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            || !long.TryParse(line[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return null;
        var place = new AddressGroup(value, line[fields[0]] is "6");
        return ((line[fields[3]].ToString(), place), DateTimeOffset.FromUnixTimeSeconds(seconds));
    }
}
