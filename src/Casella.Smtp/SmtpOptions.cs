namespace Casella.Smtp;

/// <summary>Limits of the SMTP services, for MX and submission alike. Bound from <c>Limits:Smtp</c>.</summary>
public sealed record SmtpOptions
{
    /// <summary>
    /// Octets of a command line with its CRLF. RFC 5321 §4.5.3.1.4 says 512; AUTH (RFC 4954 §4) and SMTPUTF8 with DSN
    /// parameters need more.
    /// </summary>
    public int LineLength { get; init; } = 12_288;

    /// <summary>
    /// Recipients of one message. RFC 5321 §4.5.3.1.8 asks for at least 100; associations write to all their members at
    /// once.
    /// </summary>
    public int Recipients { get; init; } = 1_000;

    /// <summary>
    /// Messages of one connection, before the peer is asked to come again: one sender must not hold a connection for
    /// ever.
    /// </summary>
    public int MessagesPerConnection { get; init; } = 1_000;

    /// <summary>
    /// Refused commands (unknown, out of order, unknown recipients) before the connection is closed: address harvesters
    /// and lost programs.
    /// </summary>
    public int ErrorsPerConnection { get; init; } = 20;

    /// <summary>
    /// Mistakes (unknown commands, unknown recipients) of one address within an hour, over all its connections, before its
    /// connections are refused with 421. On port 25, and not for trusted networks.
    /// </summary>
    public int ErrorsPerAddress { get; init; } = 300;

    /// <summary>
    /// Mistakes of one address within an hour that are answered at once. Each further answer takes longer, up to
    /// <see cref="TarpitTime"/>.
    /// </summary>
    public int TarpitAfter { get; init; } = 5;

    /// <summary>Longest wait for the answer to a mistake: servers wait five minutes, harvesters do not.</summary>
    public TimeSpan TarpitTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Received fields a message may have before it is taken for a loop (RFC 5321 §6.3 asks for at least 100).
    /// </summary>
    public int Hops { get; init; } = 100;

    /// <summary>
    /// Longest time for which a program may ask us to hold a message before it leaves (RFC 4865): a letter for next
    /// season, not one for the heirs.
    /// </summary>
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromDays(180);

    /// <summary>Time a peer may be silent between commands (RFC 5321 §4.5.3.2.7).</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Time a peer may be silent within a message's content (RFC 5321 §4.5.3.2.5 asks for three minutes).
    /// </summary>
    public TimeSpan DataTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time for one whole message: a peer that sends a byte now and then must not hold it for ever.</summary>
    public TimeSpan MessageTime { get; init; } = TimeSpan.FromMinutes(60);
}
