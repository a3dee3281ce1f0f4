namespace Casella.Net.Dns;

/// <summary>Which resolver is asked. Bound from <c>Dns</c>.</summary>
public sealed record DnsOptions
{
    /// <summary>
    /// Resolver as <c>address</c> or <c>address:port</c>; empty for the system's own (/etc/resolv.conf). A resolver on
    /// this machine is best: mail asks a lot.
    /// </summary>
    public string Server { get; init; } = "";

    /// <summary>
    /// Time for one question to the resolver. RFC 1035 resolvers answer in well under a second; two leave room for a
    /// cold cache.
    /// </summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a question is repeated after silence.</summary>
    public int Retries { get; init; } = 2;
}
