namespace Casella.Core.Office;

/// <summary>Something that programs elsewhere may want to hear of.</summary>
/// <param name="Name">"mailbox.add", "delivery.failed".</param>
/// <param name="Subject">The address or name that it is about.</param>
/// <param name="Domain">Null for the whole server.</param>
/// <param name="By">Who did it; "server" for what nobody did.</param>
public sealed record OfficeEvent(string Name, DateTimeOffset At, string Subject, string? Domain, string By)
{
    /// <summary>More about it, by name.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Tells what has happened to who listens: the webhooks.</summary>
public sealed class OfficeFeed
{
    private readonly Lock _lock = new();
    private readonly List<Action<OfficeEvent?>> _listeners = [];

    /// <param name="hear">Takes null when there are other hooks than before. Never blocks or throws.</param>
    public void Listen(Action<OfficeEvent?> hear)
    {
        lock (_lock)
            _listeners.Add(hear);
    }

    public void Tell(OfficeEvent happened) => TellAll(happened);

    internal void HooksChanged() => TellAll(null);

    private void TellAll(OfficeEvent? happened)
    {
        Action<OfficeEvent?>[] listeners;
        lock (_lock)
            listeners = [.. _listeners];
        foreach (var listener in listeners)
            listener(happened);
    }
}
