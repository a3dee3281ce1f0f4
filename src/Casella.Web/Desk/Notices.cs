using Casella.Core;
using Casella.Core.Changes;

namespace Casella.Web.Desk;

/// <summary>The notices of a page; each goes by itself when its time is over.</summary>
internal sealed class Notices(MailDesk desk, Words words)
{
    private const int AtMost = 3;

    private readonly List<Notice> _all = [];
    private int _last;

    public IReadOnlyList<Notice> All => _all;

    public void Say(Box box, string text, IReadOnlyList<ModSeq> undo) => Add(new Notice(++_last, box, text, undo, IsError: false));

    private void Fail(Box box, string text) => Add(new Notice(++_last, box, text, [], IsError: true));

    public void Fail(Box box, MailException failure) => Fail(box, words.Of(failure));

    public void Add(Notice notice)
    {
        _all.Add(notice);
        if (_all.Count > AtMost)
            _all.RemoveAt(0);
        desk.Tell();
        _ = ForgetAsync(notice);
    }

    public void Remove(Notice notice)
    {
        if (_all.Remove(notice))
            desk.Tell();
    }

    /// <summary>Takes back what a notice tells of, the last change first.</summary>
    /// <returns>Messages that are again as they were.</returns>
    public async Task<int> UndoAsync(Notice notice)
    {
        _all.Remove(notice);
        var actor = notice.Box.Account.Actor;
        var restored = 0;
        foreach (var change in notice.Undo)
        {
            var request = new UndoRequest { Change = change, Person = actor.Person, Device = actor.Person is null ? actor.Device : null };
            restored += (await notice.Box.Account.UndoAsync(request, desk.Closing)).Restored;
        }

        return restored;
    }

    private async Task ForgetAsync(Notice notice)
    {
        try
        {
            await Task.Delay(desk.Options.UndoTime, desk.Time, desk.Closing);
            await desk.OnPageAsync(() => Remove(notice));
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
        {
            // The page was closed before.
        }
    }
}
