using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Changes;

/// <summary>
/// Lets messages go for good at once, wherever they are, with all that is known of them: what no undo brings back. The
/// change log keeps that it was done, by whom, and the ids of the messages, never their words. Got from
/// <see cref="MailAccount.Destruction"/>; needs the right to manage.
/// </summary>
public sealed class Destruction
{
    /// <summary>Messages in one transaction, so that no session waits.</summary>
    private const int UnitAtMost = 200;

    private readonly AccountState _state;
    private readonly Actor _actor;

    internal Destruction(AccountState state, Actor actor) => (_state, _actor) = (state, actor);

    /// <summary>What is in a folder, and what was deleted from it and is still kept.</summary>
    /// <param name="folder">By its present name; of one that is deleted by its last.</param>
    /// <param name="before">Only what was received earlier (INTERNALDATE).</param>
    /// <exception cref="MailException">NoSuchMailbox.</exception>
    public Task<IReadOnlyList<EmailId>> FindAsync(MailboxName folder, DateTimeOffset? before, CancellationToken cancellationToken) =>
        _state.Store.ReadAsync(
            _state.Id, IReadOnlyList<EmailId> (reader) => Find(reader, folder, before?.ToUnixTimeSeconds() ?? long.MaxValue), cancellationToken);

    /// <summary>
    /// Destroys messages, in small transactions: what was begun and broken off goes on when it is asked for again.
    /// </summary>
    /// <param name="onlyIn">
    /// Only as far as they are in this folder: one that is in another too stays there. Null for wherever they are.
    /// </param>
    /// <exception cref="MailException">NoPermission: not a manager.</exception>
    public async Task<DestroyResult> DestroyAsync(IReadOnlyList<EmailId> messages, MailboxName? onlyIn, CancellationToken cancellationToken)
    {
        var all = new DestroyResult(0, 0);
        foreach (var some in messages.Distinct().Chunk(UnitAtMost))
        {
            var (result, gone, blobs) = await _state.WriteAsync(_actor, MemberRights.Manage, unit => Destroy(unit, some, onlyIn), cancellationToken);
            // Begun is done: nobody's hanging up may leave the words of what is gone in the index or on the disk.
            await _state.Store.EraseAsync(_state.Id, blobs, CancellationToken.None);
            await _state.Store.Search.RemoveAsync(_state.Id, gone, CancellationToken.None);
            all = new DestroyResult(all.Destroyed + result.Destroyed, all.LeftElsewhere + result.LeftElsewhere);
        }

        return all;
    }

    private static List<EmailId> Find(IMailReader reader, MailboxName folder, long before)
    {
        var (found, seen) = (new List<EmailId>(), new HashSet<EmailId>());
        var present = reader.Mailboxes().FirstOrDefault(row => row.Name == folder);
        if (present is not null)
        {
            var placements = new List<Placement>(present.Messages);
            reader.Placements(present.Id, placements);
            found.AddRange(placements.Where(placement => placement.ReceivedAt < before && seen.Add(placement.Email)).Select(placement => placement.Email));
        }

        var isKnown = present is not null;
        var folders = new FoldersThen(reader.Mailboxes());
        foreach (var change in LogBackwards.Read(reader))
        {
            folders.Before(change);
            var isHere = change.Mailbox == present?.Id || string.Equals(folders.NameOf(change.Mailbox), folder.Value, StringComparison.Ordinal);
            isKnown |= isHere && change.Mailbox is not null;
            // Where it was deleted last is where it would come back to.
            if (change.Kind is ChangeKind.Expunged)
                found.AddRange(change.Items.Select(item => item.Email).Where(email => seen.Add(email) && isHere && IsKept(reader, email, before)));
        }

        return isKnown ? found : throw new MailException(MailError.NoSuchMailbox, folder.Value);
    }

    /// <summary>The EMAILIDs of what was destroyed, as far back as the log goes: a backup that still has it brings none back.</summary>
    internal static HashSet<string> Destroyed(IMailReader reader) =>
    [
        .. LogBackwards.Read(reader).Where(change => change.Kind is ChangeKind.Destroyed)
            .SelectMany(change => (change.Text ?? "").Split('\n')).Select(name => name.Split(' ')[0]),
    ];

    private static bool IsKept(IMailReader reader, EmailId email, long before) =>
        reader.Kept(email) is { } kept && kept.ReceivedAt < before && reader.PlacementsOf(email).Count == 0;

    private static (DestroyResult Result, IReadOnlyList<EmailId> Gone, IReadOnlyList<string> Blobs) Destroy(
        UnitOfWork unit, IReadOnlyList<EmailId> messages, MailboxName? onlyIn)
    {
        var folder = onlyIn is null ? null : unit.Transaction.Mailboxes().FirstOrDefault(row => row.Name == onlyIn);
        Expunge(unit, messages, at => onlyIn is null || at.Mailbox == folder?.Id);
        var (gone, left) = (new List<EmailId>(), 0);
        foreach (var message in messages.Where(message => unit.Transaction.Kept(message) is not null))
            if (unit.Transaction.IsPlaced(message))
                left++;
            else
                gone.Add(message);
        if (gone.Count == 0)
            return (new DestroyResult(0, left), [], []);
        // Names first: afterwards nobody knows them.
        var names = string.Join('\n', gone.Select(message => NameOf(unit.Transaction, message)));
        var blobs = unit.Transaction.Destroy(gone);
        unit.Log(
            ChangeKind.Destroyed, null, null,
            [.. gone.Select(message => new ChangedItem(new Uid(0), message, MessageFlags.None, MessageFlags.None, null))], names);
        return (new DestroyResult(gone.Count, left), gone, blobs);
    }

    private static void Expunge(UnitOfWork unit, IReadOnlyList<EmailId> messages, Func<PlacementAt, bool> isMeant)
    {
        foreach (var folder in messages.SelectMany(unit.Transaction.PlacementsOf).Where(isMeant).ToLookup(at => at.Mailbox, at => at.Placement.Uid))
            PlacementChanges.Expunge(unit, folder.Key, [.. folder.Order()], onlyDeleted: false);
    }

    /// <summary>EMAILID and Message-ID, by which its story is found.</summary>
    private static string NameOf(IMailReader reader, EmailId message)
    {
        var objectId = reader.Messages([message], MessageNeeds.Facts) is [{ Facts: { } facts }] ? facts.ObjectId : "";
        return $"{objectId} {MessageLabel.Read(reader, message)?.MessageId}".TrimEnd().ReplaceLineEndings("");
    }
}

/// <param name="Destroyed">Messages that are gone for good.</param>
/// <param name="LeftElsewhere">Messages that were in another folder too and are still there.</param>
public sealed record DestroyResult(int Destroyed, int LeftElsewhere);
