using System.Globalization;
using Casella.Core;
using Casella.Core.Repairs;
using Casella.Core.Storage;
using Casella.Storage.Backups;
using Casella.Storage.Blobs;
using Casella.Storage.Sql;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Repairs;

/// <summary>
/// Mends the file of one account that nobody has open (ADR 0048): first the file itself, then its rows. A damaged file
/// is kept beside the new one under another name; only a file that takes its place is ever written.
/// </summary>
internal sealed class AccountRepair(AccountId account, string home, IBlobStore blobs, TimeProvider time)
{
    private string FileName => Path.Join(home, "mail.db");

    public async Task<MendedAccount> RunAsync(BackedUpMailbox? backup, CancellationToken cancellationToken)
    {
        var (state, setAside) = await MendFileAsync(backup, cancellationToken);
        if (state is MendedFile.Lost)
            return new MendedAccount(state, null, 0, [], []);
        if (state is not MendedFile.Sound)
            NewUidValidities.Give(FileName, time.GetUtcNow());
        using var database = Database.Open(FileName, create: false);
        AccountSchema.Migrations.Run(database, FileName);
        var rows = new RowRepair(database, account, time.GetUtcNow());
        var (corrected, strays, lost) = rows.Run();
        if (state is not MendedFile.Sound)
            strays.AddRange(await OrphanedBlobsAsync(database, cancellationToken));
        return new MendedAccount(state, setAside, corrected, strays, lost);
    }

    private async Task<(MendedFile State, string? SetAside)> MendFileAsync(BackedUpMailbox? backup, CancellationToken cancellationToken)
    {
        if (FileCondition.Of(FileName) is FileState.IndexesWrong)
            FileCondition.RebuildIndexes(FileName);
        if (FileCondition.Of(FileName) is FileState.Sound)
            return (MendedFile.Sound, null);
        var beside = FileName + ".repair";
        DeleteDatabase(beside);
        if (Salvage.TryRun(FileName, beside, account))
            return (MendedFile.Salvaged, PutInPlace(beside));
        DeleteDatabase(beside);
        if (backup is null)
            return (MendedFile.Lost, null);
        await backup.WriteToAsync(beside, BlobPath, cancellationToken);
        return (MendedFile.OfBackup, PutInPlace(beside));
    }

    /// <summary>A crash in between leaves the damaged file under its other name and the whole one beside it.</summary>
    private string PutInPlace(string beside)
    {
        var name = "mail.db.damaged-" + time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var aside = Path.Join(home, name);
        foreach (var ending in (string[])["-wal", ""])
            if (File.Exists(FileName + ending))
                File.Move(FileName + ending, aside + ending, overwrite: true);
        File.Delete(FileName + "-shm");
        File.Move(beside, FileName);
        DurableFiles.SyncFolder(home);
        return name;
    }

    /// <summary>Large messages that came after the backup, or whose rows could not be read: nobody names them any more.</summary>
    private async Task<List<StrayMessage>> OrphanedBlobsAsync(Database database, CancellationToken cancellationToken)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (var rows = database[MailStatements.BlobsOfMessages].Bind(account.Value); rows.Step();)
            named.Add(rows.Text(1));
        var orphans = new List<StrayMessage>();
        await foreach (var (name, writtenAt) in blobs.ListAsync(SqliteMailStore.SpaceOf(account), cancellationToken))
            if (!named.Contains(name))
                orphans.Add(new StrayMessage(default, IsKnown: false, name, null, default, writtenAt));
        return orphans;
    }

    private string BlobPath(string name) =>
        Path.Join(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(home)))!, "blobs", SqliteMailStore.SpaceOf(account), name[^2..], name);

    private static void DeleteDatabase(string file)
    {
        foreach (var ending in (string[])["", "-wal", "-shm"])
            File.Delete(file + ending);
    }
}
