using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Casella.Net.Dns;
using Casella.Server.Options;

namespace Casella.Server.Administration.Doctor;

/// <summary>
/// The view from outside, as far as it can be had from here: what DNS says of our name is gone to, and on each port with
/// TLS our name is asked for and the certificate judged as a program would.
/// </summary>
internal static class OutsideCheck
{
    private const string Check = "outside";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var options = context.Services.GetRequiredService<CasellaOptions>();
        if (context.Status?.Invoke() is not { } status)
            return [];
        DnsAnswer<IPAddress> addresses;
        try
        {
            addresses = await context.Services.GetRequiredService<IDnsResolver>().AddressesAsync(options.HostName, cancellationToken);
        }
        catch (DnsTemporaryException)
        {
            return [];   // the check of DNS says so
        }

        if (addresses.Count == 0)
            return [DoctorFinding.Wrong(Check, $"Nobody finds {options.HostName}: DNS has no address of it.", $"Add A (and AAAA) records for {options.HostName} with this machine's public addresses.")];
        var findings = new List<DoctorFinding>();
        // An own certificate is told by the check of the certificate, and nobody outside believes it.
        var isPublic = options.Tls.Certificate.Length > 0 || options.Tls.Acme.IsOn;
        foreach (var listener in status.Listeners.Where(listener => listener.Encryption is "SSL/TLS"))
            foreach (var address in addresses)
                if (await WhyNotAsync(new IPEndPoint(address, listener.Port), options.HostName, isPublic, cancellationToken) is { } reason)
                    findings.Add(DoctorFinding.Warning(
                        Check, $"{listener.Service} at {options.HostName} ({address}), port {listener.Port}: {reason}",
                        "If programs elsewhere fail too: open the port in the firewall or router. Some routers do not let a machine in by its own outer address; then only a look from elsewhere tells."));
        return findings.Count > 0 ? findings : [DoctorFinding.Ok(Check, $"{options.HostName} leads here, and TLS works on {status.Listeners.Count(listener => listener.Encryption is "SSL/TLS")} ports.")];
    }

    private static async Task<string?> WhyNotAsync(IPEndPoint place, string name, bool isPublic, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var wrong = SslPolicyErrors.None;
        try
        {
            using var client = new TcpClient(place.AddressFamily);
            await client.ConnectAsync(place, patience.Token);
            await using var tls = new SslStream(client.GetStream());
            var request = new SslClientAuthenticationOptions
            {
                TargetHost = name,
                RemoteCertificateValidationCallback = (_, _, _, errors) =>
                    (wrong = isPublic ? errors : errors & ~SslPolicyErrors.RemoteCertificateChainErrors) is SslPolicyErrors.None,
            };
            await tls.AuthenticateAsClientAsync(request, patience.Token);
            return null;
        }
        catch (AuthenticationException) when (wrong is not SslPolicyErrors.None)
        {
            return $"the certificate there is not believed ({wrong})";
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode.ToString();
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException)
        {
            return $"TLS fails: {failed.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer";
        }
    }
}
