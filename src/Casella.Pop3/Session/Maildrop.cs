using Casella.Core;
using Casella.Core.Maildrops;
using Casella.Core.Messages;

namespace Casella.Pop3.Session;

/// <summary>
/// What one session sees: the device's view of INBOX as it was at sign-in, numbered from 1 (RFC 1939 §5), with this
/// session's marks. Numbers never change while the session lasts, whatever others do to the mailbox.
/// </summary>
internal sealed class Maildrop
{
    private readonly MaildropViews _views;
    private readonly MaildropView _view;
    private readonly HashSet<int> _deleted = [];
    private IReadOnlyList<string?>? _uniqueIds;

    private Maildrop(MaildropViews views, MaildropView view) => (_views, _view) = (views, view);

    public static async Task<Maildrop> OpenAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var views = account.Maildrops;
        return new Maildrop(views, await views.OpenAsync(cancellationToken));
    }

    /// <summary>Messages in the view, marked ones included.</summary>
    public int Count => _view.Count;

    /// <exception cref="MailException">NoSuchMessage: not there, or marked as deleted.</exception>
    public Placement this[int number] =>
        number >= 1 && number <= Count && !_deleted.Contains(number)
            ? _view[number - 1].Placement
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
        for (var number = 1; number <= Count; number++)
            if (!_deleted.Contains(number))
                size += this[number].Size;
        return (Count - _deleted.Count, size);
    }

    /// <summary>The unique-id of one message (RFC 1939 §7).</summary>
    public async ValueTask<string> UniqueIdAsync(int number, CancellationToken cancellationToken)
    {
        await LoadUniqueIdsAsync(cancellationToken);
        return _uniqueIds![number - 1] ?? throw new MailException(MailError.NoSuchMessage);
    }

    public async ValueTask LoadUniqueIdsAsync(CancellationToken cancellationToken) =>
        _uniqueIds ??= await _views.ReadUniqueIdsAsync(_view, cancellationToken);

    /// <summary>RETR has sent the whole message.</summary>
    public Task RetrievedAsync(Placement message, CancellationToken cancellationToken) =>
        _views.RetrievedAsync(_view, message, cancellationToken);

    /// <summary>The UPDATE state (RFC 1939 §6).</summary>
    public Task<MaildropUpdate> UpdateAsync(CancellationToken cancellationToken) =>
        _views.UpdateAsync(_view, [.. _deleted.Order().Select(number => _view[number - 1])], cancellationToken);
}
