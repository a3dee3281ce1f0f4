using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>The table of services, printed at start and by status.</summary>
internal static class StartTable
{
    public static void Write(Output output, IReadOnlyList<ListenerView> listeners) => output.Table(
        ["Service", "Address", "Port", "Encryption"],
        [.. listeners.Select(l => (IReadOnlyList<string>)[l.Service, l.Address, l.Port.ToString(CultureInfo.InvariantCulture), l.Encryption])]);

    /// <summary>Where a browser finds the webmail; on the machine itself where names lead nowhere yet. Null without one.</summary>
    public static string? WebAddress(ServerStatus status)
    {
        var web = status.Listeners.Where(l => l.Service is "Webmail").OrderBy(l => l.Encryption is "SSL/TLS" ? 0 : 1).FirstOrDefault();
        if (web is null)
            return null;
        var (scheme, standard) = web.Encryption is "SSL/TLS" ? ("https", 443) : ("http", 80);
        var host = web.Address is "*" ? status.HostName : web.Address;
        return $"{scheme}://{host}{(web.Port == standard ? "" : $":{web.Port.ToString(CultureInfo.InvariantCulture)}")}/";
    }
}
