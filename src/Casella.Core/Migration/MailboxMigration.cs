using System.Security.Cryptography;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Migration;

/// <summary>
/// One run that brings a mailbox over from another server: what is new there comes, flags follow, and in the end it says
/// what differs. Each message is noted with its placement (ADR 0041), so that a run that was cut, or the next one on the
/// day of the switch, copies nothing twice. Made by <see cref="MailMigrations"/>.
/// </summary>
internal sealed class MailboxMigration(MailAccount mail, IOldMailbox old, MessageStaging staging, MigrationRules rules, Action<MigrationStep> tell)
{
    private const int UnitAtMost = 50;
    private const long UnitBytesAtMost = 16 * 1024 * 1024;
    private const int NamedAtMost = 20;

    private readonly Dictionary<string, KnownMessage> _known = new(StringComparer.Ordinal);
    private readonly List<MigratedFolder> _folders = [];
    private readonly List<MigrationDifference> _differences = [];
    private bool _hasKnown;
    private int _copied;
    private int _present;
    private int _flags;
    private int _removed;
    private int _uniqueIds;
    private bool _isFull;

    public async Task<MigrationOutcome> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in await old.FoldersAsync(cancellationToken))
            if (folder.Name is null)
                _differences.Add(new MigrationDifference(MigrationDifferenceKind.FolderName, folder.Path, 0));
            else
                await BringAsync(folder, cancellationToken);
        return new MigrationOutcome(mail.Address.ToString(), _copied, _present, _flags, _removed, _uniqueIds, _isFull, _folders, _differences);
    }

    private async Task BringAsync(OldFolder folder, CancellationToken cancellationToken)
    {
        var target = await FolderAsync(folder, cancellationToken);
        var content = await old.ReadFolderAsync(folder, cancellationToken);
        var key = new OldFolderKey(old.Source, folder.Path, content.UidValidity);
        var rows = (await mail.Migration.RowsAsync(key, cancellationToken)).ToDictionary(row => row.OldUid);
        _present += content.Messages.Count(message => rows.ContainsKey(message.Uid));
        await FollowAsync(key, folder, content, rows, cancellationToken);
        var run = new FolderRun(key, folder, target.Id, content, rows);
        await CopyAsync(run, [.. content.Messages.Where(message => !rows.ContainsKey(message.Uid))], cancellationToken);
        if (target.Name.IsInbox)
            await NameAsync(content, rows, cancellationToken);
        Report(run, target.Name);
    }

    private async Task FollowAsync(OldFolderKey key, OldFolder folder, OldContent content, Dictionary<uint, MigratedRow> rows, CancellationToken cancellationToken)
    {
        var changed = content.Messages
            .Where(message => rows.TryGetValue(message.Uid, out var row) && !IsSame(row.OldFlags, message.Flags))
            .Select(message => (rows[message.Uid], message.Flags)).ToList();
        foreach (var some in changed.Chunk(UnitAtMost))
            await mail.Migration.FollowFlagsAsync(key, some, cancellationToken);
        _flags += changed.Count;
        var there = content.Messages.Select(message => message.Uid).ToHashSet();
        var gone = rows.Values.Where(row => !there.Contains(row.OldUid)).ToList();
        if (gone.Count == 0)
            return;
        if (rules.FollowRemovals)
            _removed += await mail.Migration.FollowRemovalsAsync(key, gone, cancellationToken);
        else
            _differences.Add(new MigrationDifference(MigrationDifferenceKind.GoneThere, folder.Path, gone.Count));
    }

    private async Task CopyAsync(FolderRun run, IReadOnlyList<OldMessage> wanted, CancellationToken cancellationToken)
    {
        if (wanted.Count > 0 && !_hasKnown)
            await LearnAsync(cancellationToken);
        for (var start = 0; start < wanted.Count && !_isFull;)
        {
            var some = Some(wanted, start);
            start += some.Count;
            var fits = some.Where(message => message.Size <= rules.MessageSize).ToList();
            run.TooLarge.AddRange(some.Except(fits).Select(message => message.Uid));
            if (fits.Count > 0)
                await CopySomeAsync(run, fits, cancellationToken);
            Tell(run);
        }

        if (wanted.Count == 0)
            Tell(run);
    }

    private void Tell(FolderRun run) => tell(new MigrationStep(run.Folder.Path, run.Brought, run.Content.Messages.Count));

    private async Task CopySomeAsync(FolderRun run, List<OldMessage> messages, CancellationToken cancellationToken)
    {
        var fetched = new Dictionary<uint, (StagedMessage Content, string Sha256)>();
        try
        {
            await old.FetchAsync(
                [.. messages.Select(message => message.Uid)], async (uid, octets) => fetched[uid] = await StageAsync(octets, cancellationToken), cancellationToken);
            run.NotGiven.AddRange(messages.Where(message => !fetched.ContainsKey(message.Uid)).Select(message => message.Uid));
            var unit = new List<(string Sha256, MessageToMigrate Message)>();
            foreach (var message in messages.Where(message => fetched.ContainsKey(message.Uid)))
            {
                // The same bytes twice: the second is another placement of what the first has become.
                if (unit.Exists(waiting => string.Equals(waiting.Sha256, fetched[message.Uid].Sha256, StringComparison.Ordinal)))
                    await PlaceAsync(run, unit, cancellationToken);
                unit.Add((fetched[message.Uid].Sha256, await PrepareAsync(run, message, fetched[message.Uid], cancellationToken)));
            }

            await PlaceAsync(run, unit, cancellationToken);
        }
        finally
        {
            foreach (var (content, _) in fetched.Values)
                await content.DisposeAsync();
        }
    }

    private async Task<MessageToMigrate> PrepareAsync(FolderRun run, OldMessage message, (StagedMessage Content, string Sha256) fetched, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(fetched.Sha256, out var known))
        {
            var free = await mail.Migration.PlaceOfAsync(known.Email, run.Target, run.Claimed, cancellationToken);
            if (free is { } place)
                run.Claimed.Add(place);
            return free is not null ? new MessageToMigrate(message, (known.Email, free.Value), null, null) : new MessageToMigrate(message, null, known.Email, null);
        }

        var prepared = await mail.Intake.PrepareAsync(new NewMessage(fetched.Content, message.Flags, message.ReceivedAt), null, cancellationToken);
        return new MessageToMigrate(message, null, null, prepared);
    }

    /// <summary>Empties the unit.</summary>
    private async Task PlaceAsync(FolderRun run, List<(string Sha256, MessageToMigrate Message)> unit, CancellationToken cancellationToken)
    {
        try
        {
            if (unit.Count > 0 && !_isFull)
                await WriteAsync(run, unit, cancellationToken);
        }
        catch (MailException full) when (full.Error is MailError.OverQuota)
        {
            // As many as there is room for.
            foreach (var one in unit)
                if (!_isFull && !await FitsAsync(run, one, cancellationToken))
                    _isFull = true;
        }

        unit.Clear();
    }

    private async Task<bool> FitsAsync(FolderRun run, (string, MessageToMigrate) one, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(run, [one], cancellationToken);
            return true;
        }
        catch (MailException full) when (full.Error is MailError.OverQuota)
        {
            return false;
        }
    }

    private async Task WriteAsync(FolderRun run, List<(string Sha256, MessageToMigrate Message)> unit, CancellationToken cancellationToken)
    {
        var rows = await mail.Migration.TakeAsync(run.Key, run.Target, [.. unit.Select(waiting => waiting.Message)], cancellationToken);
        foreach (var row in rows)
        {
            run.Rows[row.OldUid] = row;
            run.Brought++;
            run.Claimed.Add(row.Place);
            var (sha256, message) = unit.Find(waiting => waiting.Message.Old.Uid == row.OldUid);
            _known.TryAdd(sha256, new KnownMessage(row.Email, "", sha256, [run.Target]));
            if (message.There is null)
                _copied++;
            else
                _present++;
        }
    }

    /// <summary>RFC 1939 §7: the names that POP3 programs know INBOX's messages by.</summary>
    private async Task NameAsync(OldContent inbox, Dictionary<uint, MigratedRow> rows, CancellationToken cancellationToken)
    {
        var there = await old.UniqueIdsAsync(inbox, cancellationToken);
        if (there.Count == 0)
            return;
        var here = await mail.Migration.UniqueIdsAsync(cancellationToken);
        var taken = here.Values.ToHashSet(StringComparer.Ordinal);
        var named = new Dictionary<EmailId, string>();
        foreach (var (uid, id) in there)
            if (rows.TryGetValue(uid, out var row) && !here.ContainsKey(row.Email) && taken.Add(id))
                named.TryAdd(row.Email, id);
        await mail.Migration.PutUniqueIdsAsync(named.Select(pair => (pair.Key, pair.Value)), cancellationToken);
        _uniqueIds += named.Count;
    }

    private void Report(FolderRun run, MailboxName here)
    {
        var (path, there, brought) = (run.Folder.Path, run.Content.Messages.Count, run.Brought);
        _folders.Add(new MigratedFolder(path, here.Value, there, brought));
        foreach (var (kind, uids) in new[] { (MigrationDifferenceKind.TooLarge, run.TooLarge), (MigrationDifferenceKind.NotGiven, run.NotGiven) })
            if (uids.Count > 0)
                _differences.Add(new MigrationDifference(kind, path, uids.Count) { Uids = [.. uids.Take(NamedAtMost)] });
        if (there - brought - run.TooLarge.Count - run.NotGiven.Count is var left and > 0)
            _differences.Add(new MigrationDifference(MigrationDifferenceKind.NoRoom, path, left));
    }

    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        _hasKnown = true;
        foreach (var message in await mail.Intake.KnownAsync(cancellationToken))
            _known.TryAdd(message.Sha256, message);
    }

    private async Task<MailboxInfo> FolderAsync(OldFolder folder, CancellationToken cancellationToken)
    {
        var tree = await mail.GetTreeAsync(cancellationToken);
        var use = FolderNames.UseOf(folder.Name!, folder.Use);
        if (tree.Find(folder.Name!) is { IsSelectable: true } there)
            return there;
        // "Posta inviata" of the old server is our Sent.
        if (use is not SpecialUse.None && tree.Find(use) is { } same)
            return same;
        var made = await mail.CreateMailboxAsync(folder.Name!, SpecialUse.None, cancellationToken);
        if (folder.IsSubscribed)
            await mail.SetSubscribedAsync(folder.Name!, true, cancellationToken);
        return made;
    }

    private async Task<(StagedMessage, string)> StageAsync(Stream octets, CancellationToken cancellationToken)
    {
        await using var stage = staging.Begin();
        await octets.CopyToAsync(stage, cancellationToken);
        var content = await stage.CompleteAsync(cancellationToken);
        await using var read = content.OpenRead();
        return (content, Convert.ToHexStringLower(await SHA256.HashDataAsync(read, cancellationToken)));
    }

    private static List<OldMessage> Some(IReadOnlyList<OldMessage> wanted, int start)
    {
        var (some, bytes) = (new List<OldMessage>(), 0L);
        for (var i = start; i < wanted.Count && some.Count < UnitAtMost && (bytes += wanted[i].Size) <= UnitBytesAtMost; i++)
            some.Add(wanted[i]);
        return some.Count > 0 ? some : [wanted[start]];
    }

    private static bool IsSame(FlagNames one, FlagNames other) =>
        one.System == other.System && one.Keywords.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(other.Keywords);

    /// <param name="Rows">What was brought over, by the UIDs there.</param>
    private sealed record FolderRun(OldFolderKey Key, OldFolder Folder, MailboxId Target, OldContent Content, Dictionary<uint, MigratedRow> Rows)
    {
        /// <summary>Placements that a message there stands for already.</summary>
        public HashSet<PlacementName> Claimed { get; } = [.. Rows.Values.Select(row => row.Place)];
        public List<uint> TooLarge { get; } = [];
        public List<uint> NotGiven { get; } = [];

        /// <summary>Of what is there now; rows also are of what has gone there.</summary>
        public int Brought { get; set; } = Content.Messages.Count(message => Rows.ContainsKey(message.Uid));
    }
}

/// <param name="MessageSize">No larger ones.</param>
/// <param name="FollowRemovals">What is gone there goes here; else it is kept and told.</param>
internal sealed record MigrationRules(long MessageSize, bool FollowRemovals);
