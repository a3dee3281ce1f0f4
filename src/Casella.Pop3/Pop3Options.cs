namespace Casella.Pop3;

/// <summary>Limits of the POP3 service. Bound from <c>Limits:Pop3</c>.</summary>
public sealed record Pop3Options
{
    /// <summary>
    /// Time a client may take to sign in. Long enough for a person who types by hand, short enough that idle strangers
    /// do not hold connections.
    /// </summary>
    public TimeSpan SignInTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time a signed-in client may be silent. RFC 1939 §3 asks for at least ten minutes.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Octets of a command line. RFC 2449 §4 says 255; passwords and base64 responses of SASL may be longer
    /// (RFC 5034 §4).
    /// </summary>
    public int LineLength { get; init; } = 2_048;

    /// <summary>
    /// Commands in a row that make no sense before the connection is closed: somebody is not speaking POP3.
    /// </summary>
    public int BadCommandsInARow { get; init; } = 10;
}
