using System.Globalization;
using System.Security.Cryptography;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>
/// One import into one mailbox. A message is the same when its bytes are: what the mailbox had before, in whichever
/// folder, is left out, so a second import doubles nothing, also after somebody has filed what came by the first. What is
/// twice in the files, in two folders, is one message in two folders.
/// </summary>
internal sealed class MailImport(MailAccount mail, MessageOptions options, ImportRequest request, Action<string> tell)
{
    private const int UnitAtMost = 100;
    private const long UnitBytesAtMost = 16 * 1024 * 1024;
    private const int TellEvery = 1_000;

    private readonly HashSet<string> _before = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (EmailId Email, HashSet<MailboxId> Places)> _imported = new(StringComparer.Ordinal);
    private readonly Dictionary<MailboxName, MailboxId> _folders = [];
    private readonly List<(string Sha256, MessageToTake Message)> _unit = [];
    private readonly List<string> _newFolders = [];
    private MailboxId? _target;
    private int _count;
    private int _present;
    private int _tooLarge;
    private bool _isFull;

    public ImportOutcome Outcome => new(mail.Address.ToString(), _count, _present, _tooLarge, _isFull, _newFolders);

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (!request.Again)
            foreach (var message in await mail.Intake.KnownAsync(cancellationToken))
                if (message.Places.Count > 0)
                    _before.Add(message.Sha256);
    }

    /// <returns>False when the mailbox is full.</returns>
    public async Task<bool> TakeAsync(IAsyncEnumerable<ArchivedMessage> messages, CancellationToken cancellationToken)
    {
        await foreach (var message in messages)
        {
            await using var content = message.Content;
            if (!_isFull)
                await TakeAsync(message, cancellationToken);
            if (_isFull)
                break;
        }

        await PlaceAsync(cancellationToken);
        return !_isFull;
    }

    private async Task TakeAsync(ArchivedMessage message, CancellationToken cancellationToken)
    {
        if (message.Content.Size > options.MessageSize)
        {
            _tooLarge++;
            return;
        }

        var sha256 = await HashAsync(message, cancellationToken);
        if (_before.Contains(sha256))
        {
            _present++;
            return;
        }

        var target = await FolderAsync(request.Folder ?? message.Folder ?? MailboxName.Inbox, cancellationToken);
        if (target != _target || _unit.Exists(waiting => string.Equals(waiting.Sha256, sha256, StringComparison.Ordinal)))
            await PlaceAsync(cancellationToken);
        _target = target;
        if (_isFull)
            return;
        if (!request.Again && _imported.TryGetValue(sha256, out var known) && known.Places.Contains(target))
        {
            _present++;
            return;
        }

        _unit.Add((sha256, await PrepareAsync(message, sha256, cancellationToken)));
        if (_unit.Count >= UnitAtMost || _unit.Sum(waiting => waiting.Message.New?.Body.Size ?? 0) >= UnitBytesAtMost)
            await PlaceAsync(cancellationToken);
    }

    private async Task<MessageToTake> PrepareAsync(ArchivedMessage message, string sha256, CancellationToken cancellationToken)
    {
        var receivedAt = message.ReceivedAt ?? message.Content.Parsed.SentAt;
        if (!request.Again && _imported.TryGetValue(sha256, out var known))
            return new MessageToTake(known.Email, null, message.Flags, receivedAt);
        var prepared = await mail.Intake.PrepareAsync(new NewMessage(message.Content, message.Flags, receivedAt), null, cancellationToken);
        return new MessageToTake(null, prepared, message.Flags, receivedAt);
    }

    private async Task PlaceAsync(CancellationToken cancellationToken)
    {
        if (_unit.Count == 0 || _target is not { } target)
            return;
        var unit = _unit.ToList();
        _unit.Clear();
        try
        {
            await PlaceAsync(target, unit, cancellationToken);
        }
        catch (MailException full) when (full.Error is MailError.OverQuota)
        {
            // As many as there is room for.
            foreach (var one in unit)
                if (!_isFull)
                    await PlaceWhatFitsAsync(target, one, cancellationToken);
        }
    }

    private async Task PlaceWhatFitsAsync(MailboxId target, (string Sha256, MessageToTake Message) one, CancellationToken cancellationToken)
    {
        try
        {
            await PlaceAsync(target, [one], cancellationToken);
        }
        catch (MailException full) when (full.Error is MailError.OverQuota)
        {
            _isFull = true;
        }
    }

    private async Task PlaceAsync(MailboxId target, List<(string Sha256, MessageToTake Message)> unit, CancellationToken cancellationToken)
    {
        var taken = await mail.Intake.TakeAsync(target, [.. unit.Select(waiting => waiting.Message)], cancellationToken);
        for (var i = 0; i < unit.Count; i++)
        {
            if (taken[i] is not { } email)
                continue;
            if (!_imported.TryGetValue(unit[i].Sha256, out var known))
                _imported[unit[i].Sha256] = known = (email, []);
            known.Places.Add(target);
            if (++_count % TellEvery == 0)
                tell(string.Create(CultureInfo.InvariantCulture, $"{_count} imported, {_present} there already"));
        }
    }

    private async Task<MailboxId> FolderAsync(MailboxName name, CancellationToken cancellationToken)
    {
        if (_folders.TryGetValue(name, out var known))
            return known;
        var tree = await mail.GetTreeAsync(cancellationToken);
        if (tree.Find(name) is { IsSelectable: true } there)
            return _folders[name] = there.Id;
        // "Posta inviata" of another program is our Sent.
        if (FolderNames.UseOf(name, SpecialUse.None) is not SpecialUse.None and var use && tree.Find(use) is { } same)
            return _folders[name] = same.Id;
        var made = await mail.CreateMailboxAsync(name, SpecialUse.None, cancellationToken);
        await mail.SetSubscribedAsync(name, true, cancellationToken);
        _newFolders.Add(name.Value);
        return _folders[name] = made.Id;
    }

    private static async Task<string> HashAsync(ArchivedMessage message, CancellationToken cancellationToken)
    {
        await using var content = message.Content.OpenRead();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
    }
}
