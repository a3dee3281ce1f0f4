using System.Net;
using Casella.Core.Delivery;
using Casella.Net.Dns;

namespace Casella.Smtp.Inbound;

/// <summary>
/// iprev (RFC 8601 §3): does the client's address have a name that leads back to it? Anybody can give his address any
/// name; only with the way back it means something.
/// </summary>
/// <param name="Name">Null unless it passed.</param>
internal sealed record ReverseName(CheckResult Result, string? Name)
{
    /// <summary>Names of one address that are tried.</summary>
    private const int MaxNames = 5;

    public static ReverseName NotAsked { get; } = new(CheckResult.None, null);
    public static ReverseName Late { get; } = new(CheckResult.TemporaryError, null);

    public static async Task<ReverseName> FindAsync(IDnsResolver dns, IPAddress client, CancellationToken cancellationToken)
    {
        try
        {
            var names = await dns.PtrAsync(client, cancellationToken);
            foreach (var name in names.Take(MaxNames))
                if ((await dns.AddressesAsync(name, client.AddressFamily, cancellationToken)).Contains(client))
                    return new ReverseName(CheckResult.Pass, name.ToLowerInvariant());
            return new ReverseName(names.Count == 0 ? CheckResult.PermanentError : CheckResult.Fail, null);
        }
        catch (DnsTemporaryException)
        {
            return Late;
        }
    }
}
