namespace Casella.ManageSieve;

/// <summary>Limits of the ManageSieve service. Bound from <c>Limits:ManageSieve</c>.</summary>
public sealed record ManageSieveOptions
{
    /// <summary>
    /// Time a client may take to sign in. Long enough for a person who types by hand, short enough that idle strangers
    /// do not hold connections.
    /// </summary>
    public TimeSpan SignInTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time a signed-in client may be silent. RFC 5804 §1.2 asks for at least thirty minutes.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Commands in a row that make no sense before the connection is closed: somebody is not speaking ManageSieve.
    /// </summary>
    public int BadCommandsInARow { get; init; } = 10;
}
