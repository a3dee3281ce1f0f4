namespace Casella.Net;

/// <summary>Limits of the network, for all services together. Bound from <c>Limits</c>.</summary>
public sealed record NetOptions
{
    /// <summary>
    /// Open connections in all. Beyond it a client is told to come back later. A TLS connection costs about 40 KB, so
    /// 20,000 need less than 1 GB.
    /// </summary>
    public int Connections { get; init; } = 20_000;

    /// <summary>
    /// Open connections of one client address. An office of 60 devices behind one address opens 5 to 10 each, so 1,000
    /// leaves room; one broken client cannot take all.
    /// </summary>
    public int ConnectionsPerAddress { get; init; } = 1_000;

    /// <summary>
    /// New connections of one client address in a minute; not of this machine itself. Each costs a handshake. An office
    /// whose line comes back opens all that it may have at once, and again when some fail.
    /// </summary>
    public int ConnectionsPerAddressAMinute { get; init; } = 3_000;

    /// <summary>
    /// Time for a TLS handshake. A phone on a bad network needs seconds; a stranger who never speaks must not hold the
    /// connection longer.
    /// </summary>
    public TimeSpan HandshakeTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time a client may take nothing of what is being sent to it. Long enough for a phone in a tunnel; a stuck reader
    /// of a large message must not hold it in memory for ever.
    /// </summary>
    public TimeSpan WriteStallTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time running sessions get at an orderly stop to finish their command and say goodbye.</summary>
    public TimeSpan ShutdownTime { get; init; } = TimeSpan.FromSeconds(10);
}
