using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Administration;

/// <summary>
/// Opens administration for a command. The lock of the data folder decides by which way: who gets it works on the
/// store, who does not asks its owner.
/// </summary>
internal static class AdministrationDoor
{
    // A server that starts holds the lock a moment before its socket answers; another command holds it for moments.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="CommandException">Another process holds the folder and does not answer.</exception>
    public static async Task<IAdministration> OpenAsync(CasellaOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (await ControlClient.TryConnectAsync(options.Data, ProductVersion.Text, cancellationToken) is { } client)
                return client;
            if (DataFolder.TryOpen(options.Data) is { } folder)
                return await LocalAdministration.OpenAsync(folder.RequireWhole(), options, cancellationToken);
            if (time.GetElapsedTime(start) > Patience)
                throw new CommandException(
                    "InUse", $"{DataFolder.Owner(options.Data)} uses the data folder {Path.GetFullPath(options.Data)} and does not answer; wait, or stop it.");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
