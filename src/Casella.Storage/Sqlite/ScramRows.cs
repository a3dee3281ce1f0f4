using Casella.Core;
using Casella.Core.Directory;

namespace Casella.Storage.Sqlite;

/// <summary>The SCRAM keys of a device, written within the transaction that writes its password.</summary>
internal static class ScramRows
{
    /// <summary>
    /// Keys of former passwords that a device keeps, so that phones which still have them are known for what they are.
    /// </summary>
    private const int MaxRetired = 5;

    public static void Insert(Database database, DeviceId device, IReadOnlyList<ScramKey> keys)
    {
        // A password that it had before, and has again.
        foreach (var key in keys)
            database[
                "INSERT INTO scram_keys(device_id, stored_key, server_key) VALUES(?,?,?) " +
                "ON CONFLICT(device_id, stored_key) DO UPDATE SET retired_at=NULL"]
                .Bind(device.Value).Bind(key.StoredKey.AsSpan()).Bind(key.ServerKey.AsSpan()).Run();
    }

    public static void Retire(Database database, DeviceId device, DateTimeOffset at)
    {
        database["UPDATE scram_keys SET retired_at=? WHERE device_id=? AND retired_at IS NULL"].Bind(at.ToUnixTimeSeconds()).Bind(device.Value).Run();
        database[
            "DELETE FROM scram_keys WHERE device_id=? AND stored_key NOT IN " +
            "(SELECT stored_key FROM scram_keys WHERE device_id=? ORDER BY retired_at DESC LIMIT ?)"]
            .Bind(device.Value).Bind(device.Value).Bind(MaxRetired).Run();
    }
}
