using System.Net;
using System.Net.Sockets;
using Casella.Net.Dns;
using Casella.Server.Options;

namespace Casella.Server.Administration.Doctor;

/// <summary>
/// Whether others take our mail, beyond what the domain's records say: our addresses have names that lead back to them,
/// and port 25 is open on the way out.
/// </summary>
internal static class DeliverabilityCheck
{
    private const string Check = "deliverability";
    private const int MailPort = 25;

    /// <summary>Most members' friends have their mailboxes there; only a connection is made, and nothing is said.</summary>
    private const string LargeProvider = "gmail.com";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var options = context.Services.GetRequiredService<CasellaOptions>();
        if (options.Outbound.SmartHost is { Length: > 0 } relay)
            return [DoctorFinding.Ok(Check, $"Mail goes out by {relay}: its name and address count elsewhere.")];
        var dns = context.Services.GetRequiredService<IDnsResolver>();
        var findings = new List<DoctorFinding>();
        try
        {
            foreach (var address in await dns.AddressesAsync(options.HostName, cancellationToken))
                if (!await LeadsBackAsync(dns, address, cancellationToken))
                    findings.Add(DoctorFinding.Wrong(
                        Check, $"{address} has no name that leads back to it (PTR): large providers refuse mail from there.",
                        $"Have whoever gives you the address set its reverse name to {options.HostName}."));
            if (await IsClosedAsync(dns, cancellationToken))
                findings.Add(DoctorFinding.Wrong(
                    Check, "Port 25 is closed on the way out: no mail reaches other servers.",
                    "Many providers close it until they are asked: ask, or set Outbound:SmartHost to the provider's relay."));
        }
        catch (DnsTemporaryException)
        {
            return findings;   // the check of DNS says so
        }

        return findings.Count > 0 ? findings : [DoctorFinding.Ok(Check, "Names and addresses lead to each other, and nothing is known to be closed on the way out.")];
    }

    /// <summary>RFC 8601 §2.7.3 (iprev), as those who get our mail see it.</summary>
    private static async Task<bool> LeadsBackAsync(IDnsResolver dns, IPAddress address, CancellationToken cancellationToken)
    {
        foreach (var name in await dns.PtrAsync(address, cancellationToken))
            if ((await dns.AddressesAsync(name, address.AddressFamily, cancellationToken)).Contains(address))
                return true;
        return false;
    }

    /// <summary>True when none of the provider's servers can be reached; false also where DNS does not know them.</summary>
    private static async Task<bool> IsClosedAsync(IDnsResolver dns, CancellationToken cancellationToken)
    {
        var tried = 0;
        foreach (var server in (await dns.MxAsync(LargeProvider, cancellationToken)).Take(2))
            foreach (var address in (await dns.AddressesAsync(server.Host, AddressFamily.InterNetwork, cancellationToken)).Take(1))
            {
                if (await CanConnectAsync(address, cancellationToken))
                    return false;
                tried++;
            }

        return tried > 0;
    }

    private static async Task<bool> CanConnectAsync(IPAddress address, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient(address.AddressFamily);
            await client.ConnectAsync(address, MailPort, patience.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
