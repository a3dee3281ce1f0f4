using System.Net;
using System.Net.Sockets;

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
    Task<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancellationToken);

    /// <summary>A and AAAA records.</summary>
    Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken);

    /// <summary>A records, or AAAA records.</summary>
    Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken);

    /// <summary>TXT records, the strings of each joined.</summary>
    Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancellationToken);

    /// <summary>PTR names of an address.</summary>
    Task<DnsAnswer<string>> PtrAsync(IPAddress address, CancellationToken cancellationToken);

    /// <summary>TLSA records (RFC 6698).</summary>
    Task<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellationToken);

    /// <summary>SRV records (RFC 2782).</summary>
    Task<DnsAnswer<SrvRecord>> SrvAsync(string name, CancellationToken cancellationToken);
}

/// <summary>One mail exchanger.</summary>
public readonly record struct MxRecord(int Preference, string Host);

/// <summary>Where a service is.</summary>
public readonly record struct SrvRecord(int Priority, int Weight, int Port, string Host);

/// <summary>A certificate or key that a server must show (RFC 6698 §2.1).</summary>
/// <param name="Usage">3: the server's own; 2: an authority's above it; 0 and 1 are for the web.</param>
/// <param name="Selector">0: the whole certificate; 1: its key.</param>
/// <param name="Matching">0: as it is; 1: its SHA-256; 2: its SHA-512.</param>
public sealed record TlsaRecord(int Usage, int Selector, int Matching, ReadOnlyMemory<byte> Data);

/// <summary>The resolver did not answer for now.</summary>
public sealed class DnsTemporaryException(string message, Exception? inner = null) : Exception(message, inner);
