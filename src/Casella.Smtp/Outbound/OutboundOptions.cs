namespace Casella.Smtp.Outbound;

/// <summary>How mail leaves for other servers. Bound from <c>Outbound</c>.</summary>
public sealed record OutboundOptions
{
    /// <summary>Server that takes all outgoing mail; empty to send to each domain's own servers (MX).</summary>
    public string SmartHost { get; init; } = "";

    /// <summary>
    /// Port at the smart host, or at the servers MX names. 25 is where servers take mail from servers; a provider's
    /// smart host often wants 587.
    /// </summary>
    public int Port { get; init; } = 25;

    /// <summary>
    /// User name at the smart host; empty when it asks for none. With a user name TLS with a valid certificate is
    /// required.
    /// </summary>
    public string UserName { get; init; } = "";

    /// <summary>File whose first line is the password at the smart host. Readable by casella's user only.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>
    /// PEM file of certificate authorities that are believed besides the system's own, where another server must prove who
    /// it is (MTA-STS, a smart host with a password); empty for none.
    /// </summary>
    public string TrustedRoots { get; init; } = "";

    /// <summary>Time to connect to one address of one server.</summary>
    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for an answer to a command (RFC 5321 §4.5.3.2 asks for five minutes).</summary>
    public TimeSpan CommandTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Time for the answer to a whole message (RFC 5321 §4.5.3.2.6 asks for ten minutes: the other server may be
    /// checking it).
    /// </summary>
    public TimeSpan MessageTime { get; init; } = TimeSpan.FromMinutes(10);
}
