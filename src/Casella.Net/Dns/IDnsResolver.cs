using System.Net;

namespace Casella.Net.Dns;

/// <summary>
/// Questions to the configured resolver. A port: the product asks over the network, tests answer from tables. All
/// methods throw <see cref="DnsTemporaryException"/> on time-out or SERVFAIL; NXDOMAIN and empty answers are empty
/// lists.
/// </summary>
public interface IDnsResolver
{
    /// <summary>
    /// MX records by preference, lowest first; a null MX (RFC 7505) is one record with the empty name.
    /// </summary>
    Task<IReadOnlyList<MxRecord>> MxAsync(string domain, CancellationToken cancellationToken);

    /// <summary>A and AAAA records.</summary>
    Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken);

    /// <summary>TXT records, the strings of each joined.</summary>
    Task<IReadOnlyList<string>> TxtAsync(string name, CancellationToken cancellationToken);

    /// <summary>PTR names of an address.</summary>
    Task<IReadOnlyList<string>> PtrAsync(IPAddress address, CancellationToken cancellationToken);
}

/// <summary>One mail exchanger.</summary>
public readonly record struct MxRecord(int Preference, string Host);

/// <summary>The resolver did not answer for now.</summary>
public sealed class DnsTemporaryException(string message, Exception? inner = null) : Exception(message, inner);
