using System.Globalization;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Backups;

/// <summary>
/// One restore of one mailbox: compares what the backup has with what the mailbox has, folder by folder, and puts back
/// what is missing, in small units.
/// </summary>
/// <param name="isHome">The mail comes back to its own mailbox: messages are the same by EMAILID; else by their bytes.</param>
internal sealed class MailboxReturn(IBackedUpMailbox backup, MailAccount mail, MessageStaging staging, bool isHome, Action<string> tell)
{
    private const int UnitAtMost = 100;
    private const long UnitBytesAtMost = 16 * 1024 * 1024;

    private readonly Dictionary<string, KnownMessage> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<EmailId, HashSet<MailboxId>> _places = [];
    private readonly Dictionary<EmailId, EmailId> _made = [];
    private readonly List<(Placement Placement, MessageToTake Message)> _unit = [];
    private readonly List<string> _newFolders = [];
    private HashSet<string> _destroyed = [];
    private KeywordList _keywords = new([]);
    private MailboxId? _trash;
    private int _restored;
    private int _present;
    private int _elsewhere;
    private int _gone;

    public async Task<ReturnCounts> RunAsync(MailboxName? folder, CancellationToken cancellationToken)
    {
        var (rows, subscriptions) = await LearnAsync(cancellationToken);
        foreach (var row in Wanted(rows, folder))
        {
            var (restored, present) = (_restored, _present);
            var target = await TargetAsync(row, subscriptions.Contains(row.Name.Value), cancellationToken);
            await ReturnAsync(row, target, cancellationToken);
            tell(string.Create(CultureInfo.InvariantCulture, $"{row.Name}: {_restored - restored} restored, {_present - present} still there"));
        }

        return new ReturnCounts(_restored, _present, _elsewhere, _gone, _newFolders);
    }

    /// <summary>Asked before anything is made for them.</summary>
    /// <exception cref="MailException">NoSuchMailbox.</exception>
    public static async Task RequireAsync(IBackedUpMailbox backup, MailboxName folder, CancellationToken cancellationToken) =>
        Wanted(await backup.Store.ReadAsync(backup.Account, reader => reader.Mailboxes(), cancellationToken), folder);

    private static List<MailboxRow> Wanted(IReadOnlyList<MailboxRow> rows, MailboxName? folder)
    {
        var wanted = rows.Where(row => row.IsSelectable && (folder is null || row.Name == folder || row.Name.IsBelow(folder))).ToList();
        return wanted.Count > 0 ? wanted : throw new MailException(MailError.NoSuchMailbox, folder?.Value);
    }

    /// <summary>What both sides have, before anything changes.</summary>
    private async Task<(IReadOnlyList<MailboxRow> Rows, HashSet<string> Subscriptions)> LearnAsync(CancellationToken cancellationToken)
    {
        foreach (var message in await mail.Intake.KnownAsync(cancellationToken))
            _known[isHome ? message.ObjectId : message.Sha256] = message;
        _destroyed = await mail.DestroyedAsync(cancellationToken);
        var tree = await mail.GetTreeAsync(cancellationToken);
        _trash = tree.Find(SpecialUse.Trash)?.Id;
        var (rows, subscriptions, keywords) = await backup.Store.ReadAsync(
            backup.Account, reader => (reader.Mailboxes(), reader.Subscriptions(), reader.Keywords()), cancellationToken);
        _keywords = new KeywordList(keywords);
        foreach (var row in rows.Where(row => row.IsSelectable))
            if (Match(tree, row) is { } target)
                foreach (var placement in await PlacementsAsync(row, cancellationToken))
                    PlacesOf(placement.Email).Add(target.Id);
        return (rows, subscriptions.ToHashSet(StringComparer.Ordinal));
    }

    private async Task<MailboxId> TargetAsync(MailboxRow row, bool isSubscribed, CancellationToken cancellationToken)
    {
        var tree = await mail.GetTreeAsync(cancellationToken);
        if (Match(tree, row) is { } known)
            return known.Id;
        var use = tree.Find(row.SpecialUse) is null ? row.SpecialUse : SpecialUse.None;
        var made = await mail.CreateMailboxAsync(row.Name, use, cancellationToken);
        if (isSubscribed)
            await mail.SetSubscribedAsync(row.Name, true, cancellationToken);
        _newFolders.Add(row.Name.Value);
        return made.Id;
    }

    /// <summary>The folder of the same name; or the one of its use, whatever it is called now.</summary>
    private static MailboxInfo? Match(MailboxTree tree, MailboxRow row) =>
        tree.Find(row.Name) is { IsSelectable: true } named ? named
        : row.SpecialUse is SpecialUse.None ? null
        : tree.Find(row.SpecialUse);

    private async Task ReturnAsync(MailboxRow row, MailboxId target, CancellationToken cancellationToken)
    {
        foreach (var some in (await PlacementsAsync(row, cancellationToken)).Chunk(UnitAtMost))
        {
            var rows = await backup.Store.ReadAsync(
                backup.Account, reader => reader.Messages([.. some.Select(placement => placement.Email)], MessageNeeds.Facts), cancellationToken);
            var facts = new Dictionary<EmailId, MessageFacts>();
            foreach (var message in rows)
                facts[message.Id] = message.Facts!;
            foreach (var placement in some)
                await ReturnAsync(placement, facts[placement.Email], target, cancellationToken);
        }

        await PlaceAsync(target, cancellationToken);
    }

    private async Task ReturnAsync(Placement placement, MessageFacts facts, MailboxId target, CancellationToken cancellationToken)
    {
        if (isHome && _destroyed.Contains(facts.ObjectId))
        {
            _gone++;
            return;
        }

        // The second placement of a message in one folder waits until the first has made it.
        if (_unit.Exists(waiting => waiting.Placement.Email == placement.Email))
            await PlaceAsync(target, cancellationToken);
        var known = _known.GetValueOrDefault(isHome ? facts.ObjectId : Convert.ToHexStringLower(facts.Sha256.Span));
        if (known is not null && known.Places.Contains(target))
            _present++;
        else if (known is not null && known.Places.Any(place => place != _trash && !PlacesOf(placement.Email).Contains(place)))
            _elsewhere++;
        else
        {
            EmailId? email = _made.TryGetValue(placement.Email, out var made) ? made : known?.Email;
            _unit.Add((placement, email is null ? await FetchAsync(placement, facts, cancellationToken) : Again(placement, email.Value)));
            if (_unit.Count >= UnitAtMost || _unit.Sum(waiting => waiting.Message.New?.Body.Size ?? 0) >= UnitBytesAtMost)
                await PlaceAsync(target, cancellationToken);
        }
    }

    private async Task PlaceAsync(MailboxId target, CancellationToken cancellationToken)
    {
        var unit = _unit.ToList();
        _unit.Clear();
        if (unit.Count == 0)
            return;
        var taken = await mail.Intake.TakeAsync(target, [.. unit.Select(waiting => waiting.Message)], cancellationToken);
        for (var i = 0; i < unit.Count; i++)
        {
            if (taken[i] is { } email)
                _made[unit[i].Placement.Email] = email;
            else
                await FetchAgainAsync(unit[i].Placement, target, cancellationToken);
            _restored++;
        }
    }

    /// <summary>Its kept content went for good while we were at work.</summary>
    private async Task FetchAgainAsync(Placement placement, MailboxId target, CancellationToken cancellationToken)
    {
        var rows = await backup.Store.ReadAsync(
            backup.Account, reader => reader.Messages([placement.Email], MessageNeeds.Facts), cancellationToken);
        var message = await FetchAsync(placement, rows[0].Facts!, cancellationToken);
        var taken = await mail.Intake.TakeAsync(target, [message], cancellationToken);
        _made[placement.Email] = taken[0]!.Value;
    }

    private async Task<MessageToTake> FetchAsync(Placement placement, MessageFacts facts, CancellationToken cancellationToken)
    {
        await using var content = await backup.Store.OpenAsync(backup.Account, placement.Email, cancellationToken);
        await using var staged = await staging.CopyAsync(content, cancellationToken);
        var message = Again(placement, default);
        var prepared = await mail.Intake.PrepareAsync(
            new NewMessage(staged, message.Flags, message.ReceivedAt), isHome ? facts.ObjectId : null, cancellationToken);
        return message with { Known = null, New = prepared };
    }

    private MessageToTake Again(Placement placement, EmailId email)
    {
        // Who brings a message back wants to see it: the mark that the next EXPUNGE would take it by is left out.
        var names = _keywords.NamesOf(placement.Flags.Without(MessageFlags.Deleted));
        return new MessageToTake(email, null, names, DateTimeOffset.FromUnixTimeSeconds(placement.ReceivedAt));
    }

    private HashSet<MailboxId> PlacesOf(EmailId email)
    {
        if (!_places.TryGetValue(email, out var places))
            _places[email] = places = [];
        return places;
    }

    private Task<List<Placement>> PlacementsAsync(MailboxRow row, CancellationToken cancellationToken) => backup.Store.ReadAsync(
        backup.Account,
        reader =>
        {
            var placements = new List<Placement>(row.Messages);
            reader.Placements(row.Id, placements);
            return placements;
        },
        cancellationToken);
}
