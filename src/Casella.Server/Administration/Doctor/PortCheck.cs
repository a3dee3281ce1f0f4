using System.Net;
using System.Net.Sockets;

namespace Casella.Server.Administration.Doctor;

/// <summary>Every service answers on its port, and mail from other servers on 25, where they come.</summary>
internal static class PortCheck
{
    private const string Check = "ports";
    private const int MovedFrom = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        if (context.Status?.Invoke() is not { } status)
            return [DoctorFinding.Wrong(Check, "No server runs on this data folder.", "Start it: systemctl start casella, or casella serve. Its log says why if it does not.")];
        var findings = new List<DoctorFinding>();
        foreach (var listener in status.Listeners)
            if (await WhyNotAsync(listener, cancellationToken) is { } reason)
                findings.Add(DoctorFinding.Wrong(
                    Check, $"{listener.Service} does not answer on port {listener.Port}: {reason}", "See the log (journalctl -u casella); restart the server."));
        if (status.Listeners.Any(listener => listener.Port is > MovedFrom and < MovedFrom + 1024))
            findings.Add(DoctorFinding.Warning(
                Check, "The ports have moved up by 10000, for this user may not open those below 1024: nobody finds them there.",
                "Run casella by its systemd unit, or give it the right: setcap cap_net_bind_service=+ep /usr/bin/casella"));
        return findings.Count > 0 ? findings : [DoctorFinding.Ok(Check, $"{status.Listeners.Count} services answer.")];
    }

    private static async Task<string?> WhyNotAsync(ListenerView listener, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(listener.Address is "*" ? IPAddress.Loopback : IPAddress.Parse(listener.Address), listener.Port, patience.Token);
            return null;
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode.ToString();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer";
        }
    }
}
