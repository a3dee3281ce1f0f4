using Casella.Core.Directory;

namespace Casella.Core.Office;

/// <summary>
/// Devices that need help: they fail for long, and whose they are has not got in by another one either. What guesses
/// from somewhere is none, and neither is a device whose password was taken away. For the overview and the office's
/// alerts.
/// </summary>
public sealed class FailingDevices
{
    /// <summary>So often in a row, and over so long: who mistypes a password does it less, and is done sooner.</summary>
    public const int Times = 10;

    public static readonly TimeSpan For = TimeSpan.FromHours(1);

    private readonly SignInFeed _feed;
    private readonly KnownPlaces _known;
    private readonly Devices _devices;

    internal FailingDevices(SignInFeed feed, KnownPlaces known, Devices devices) => (_feed, _known, _devices) = (feed, known, devices);

    /// <summary>The one that has failed longest first.</summary>
    public async Task<IReadOnlyList<FailingDevice>> ListAsync(CancellationToken cancellationToken)
    {
        var failing = new List<FailingDevice>();
        foreach (var streak in _feed.Failing.List().Where(streak => streak.Times >= Times && streak.Last.At - streak.Since >= For))
            if (await LookAsync(streak, cancellationToken) is { } device)
                failing.Add(device);
        return failing;
    }

    private async Task<FailingDevice?> LookAsync(FailingStreak streak, CancellationToken cancellationToken)
    {
        var address = streak.Address.ToString();
        if (streak.Last.Device is not { } id)
            return _known.Contains(address, AddressGroup.Of(streak.Last.Remote)) ? new FailingDevice(address, streak.Last, streak.Times) { Since = streak.Since } : null;
        try
        {
            var devices = await _devices.ListAsync(address, cancellationToken);
            if (devices.FirstOrDefault(one => one.Id == id) is not { IsRevoked: false } device)
                return null;
            return devices.Any(other => other.Person?.Id == device.Person?.Id && other.LastUse?.At > streak.Since)
                ? null
                : new FailingDevice(address, streak.Last, streak.Times) { Since = streak.Since, Name = device.Name };
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchAddress)
        {
            return null;
        }
    }
}

/// <param name="Last">The newest of its refused sign-ins.</param>
/// <param name="Times">How often in a row.</param>
public sealed record FailingDevice(string Address, SignInTrial Last, int Times)
{
    /// <summary>Null for one that has only just begun.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Null where nobody can tell the device.</summary>
    public string? Name { get; init; }
}
