using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Pop3.Session;

/// <summary>
/// What one session sees: INBOX as it was at sign-in, numbered from 1 (RFC 1939 §5), with this session's marks. Numbers
/// never change while the session lasts, whatever others do to the mailbox.
/// </summary>
internal sealed class Maildrop
{
    /// <summary>Messages whose unique-ids are read at a time.</summary>
    private const int FactsBatch = 1_000;

    private readonly MailAccount _account;
    private readonly MailboxSnapshot _inbox;
    private readonly HashSet<int> _deleted = [];
    private string?[]? _uniqueIds;

    private Maildrop(MailAccount account, MailboxSnapshot inbox) => (_account, _inbox) = (account, inbox);

    public static async Task<Maildrop> OpenAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var tree = await account.GetTreeAsync(cancellationToken);
        var inbox = tree.Find(MailboxName.Inbox) ?? throw new MailException(MailError.NoSuchMailbox, "INBOX");
        return new Maildrop(account, await account.GetSnapshotAsync(inbox.Id, cancellationToken));
    }

    /// <summary>Messages in the snapshot, marked ones included.</summary>
    public int Count => _inbox.Count;

    /// <exception cref="MailException">NoSuchMessage: not there, or marked as deleted.</exception>
    public Placement this[int number] =>
        number >= 1 && number <= Count && !_deleted.Contains(number)
            ? _inbox[number - 1]
            : throw new MailException(MailError.NoSuchMessage);

    public bool IsDeleted(int number) => _deleted.Contains(number);

    public void Delete(int number)
    {
        _ = this[number];
        _deleted.Add(number);
    }

    public void Reset() => _deleted.Clear();

    /// <summary>Number and octets of what is not marked.</summary>
    public (int Count, long Size) Totals()
    {
        long size = 0;
        for (var i = 0; i < _inbox.Count; i++)
            if (!_deleted.Contains(i + 1))
                size += _inbox[i].Size;
        return (_inbox.Count - _deleted.Count, size);
    }

    /// <summary>
    /// The unique-id of one message (RFC 1939 §7: 1–70 characters, unique in the maildrop, never re-used): the
    /// message's own eternal id, whatever folder it has been in. A second placement of the same message in INBOX (made
    /// by COPY) gets "-2" and so on behind it.
    /// </summary>
    public async ValueTask<string> UniqueIdAsync(int number, CancellationToken cancellationToken)
    {
        if (_uniqueIds is null)
            await LoadUniqueIdsAsync(cancellationToken);
        return _uniqueIds![number - 1] ?? throw new MailException(MailError.NoSuchMessage);
    }

    public async Task LoadUniqueIdsAsync(CancellationToken cancellationToken)
    {
        if (_uniqueIds is not null)
            return;
        var ids = new string?[_inbox.Count];
        var copies = new Dictionary<string, int>(_inbox.Count, StringComparer.Ordinal);
        for (var start = 0; start < ids.Length; start += FactsBatch)
        {
            var batch = Enumerable.Range(start, Math.Min(FactsBatch, ids.Length - start)).Select(i => _inbox[i]).ToList();
            await foreach (var message in _account.ReadAsync(batch, MessageNeeds.Facts, cancellationToken))
                ids[_inbox.IndexOf(message.Placement.Uid)] = Distinct(message.Facts!.ObjectId, copies);
        }

        _uniqueIds = ids;
    }

    private static string Distinct(string objectId, Dictionary<string, int> copies)
    {
        var copy = copies[objectId] = copies.GetValueOrDefault(objectId) + 1;
        return copy == 1 ? objectId : $"{objectId}-{copy}";
    }

    /// <summary>
    /// The UPDATE state (RFC 1939 §6): what was marked goes to Trash, in one transaction, so that no single POP3
    /// program can empty a shared mailbox for good. What somebody else has moved or expunged meanwhile is left as it
    /// is.
    /// </summary>
    /// <returns>How many were moved.</returns>
    public async Task<int> UpdateAsync(CancellationToken cancellationToken)
    {
        if (_deleted.Count == 0)
            return 0;
        var trash = (await _account.GetTreeAsync(cancellationToken)).Find(SpecialUse.Trash)
            ?? await _account.CreateMailboxAsync(MailboxName.Parse("Trash"), SpecialUse.Trash, cancellationToken);
        var uids = _deleted.Order().Select(number => _inbox[number - 1].Uid).ToList();
        return (await _account.MoveAsync(_inbox.Mailbox, uids, trash.Id, cancellationToken)).Source.Count;
    }
}
