using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>The table of services, printed at start and by status.</summary>
internal static class StartTable
{
    public static void Write(Output output, IReadOnlyList<ListenerView> listeners) => output.Table(
        ["Service", "Address", "Port", "Encryption"],
        [.. listeners.Select(l => (IReadOnlyList<string>)[l.Service, l.Address, l.Port.ToString(CultureInfo.InvariantCulture), l.Encryption])]);
}
