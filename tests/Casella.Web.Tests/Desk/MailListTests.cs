using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Web.Desk;

namespace Casella.Web.Tests.Desk;

/// <summary>
/// The list while everything happens at once: folders, searches and scrolling that are asked for before the one before is
/// there, and mail that comes meanwhile. The steps between are in another order for each seed.
/// </summary>
public sealed class MailListTests(OfficeHouse house) : IClassFixture<OfficeHouse>
{
    private static readonly string[] Senders = ["Marco", "Luisa"];

    private readonly List<Task> _underWay = [];
    private readonly Dictionary<string, int> _received = new(StringComparer.Ordinal) { ["Marco"] = 0, ["Luisa"] = 0 };
    private Box _box = null!;
    private MailList _list = null!;
    private (MailboxId Folder, string Query) _last;
    private int _expected;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public Task What_was_asked_for_last_is_shown_as_it_is_now(int seed, bool asConversations) => PageThread.RunAsync(seed, async random =>
    {
        await OpenAsync($"list{seed}@{OfficeHouse.Own}", asConversations);
        for (var step = 0; step < 60; step++)
        {
            Do(random);
            for (var pauses = random.Next(4); pauses > 0; pauses--)
                await Task.Yield();
            if (step % 20 == 19)
                await RestAsync();
        }
    });

    private void Do(Random random)
    {
        switch (random.Next(6))
        {
            case 0 or 1:
                Begin(ReceiveAsync(Folder(random), Senders[random.Next(2)]));
                break;
            case 2:
                var folder = Folder(random);
                _last = (folder.Id, "");
                Begin(_list.OpenFolderAsync(folder, ListFilter.All, Stop));
                break;
            case 3:
                var sender = Senders[random.Next(2)];
                (_last, _expected) = ((_list.Folder!.Id, $"da:{sender}"), _received[sender]);
                Begin(_list.SearchAsync(_last.Query, Stop));
                break;
            case 4:
                Begin(_list.ShowAsync(random.Next(100), Stop));
                break;
            case 5:
                Begin(_list.FindSnippetsAsync(Stop));
                break;
        }
    }

    /// <summary>Runs beside what else is under way; whoever looks afterwards sees one thing, not two.</summary>
    private void Begin(Task work)
    {
        async Task LookAfterAsync()
        {
            await work;
            Look();
        }

        _underWay.Add(LookAfterAsync());
    }

    private async Task ReceiveAsync(MailboxInfo folder, string sender)
    {
        await _box.ReceiveAsync(folder, sender, house.Time.GetUtcNow());
        _received[sender]++;
        // As the desk does for whatever the account tells.
        await _box.RefreshAsync(Stop);
        await _list.RefreshAsync(Stop);
    }

    private void Look()
    {
        var (rows, first) = (_list.Rows, _list.First);
        _list.Window.Select(row => row.Index).Should().Equal(Enumerable.Range(first, _list.Window.Count));
        _list.Window.Select(row => row.Key).Should().Equal(Enumerable.Range(first, _list.Window.Count).Select(rows.KeyAt));
        _list.Window.Count.Should().BeOneOf(Math.Min(24, rows.Count - first), Math.Min(40, rows.Count - first));
        _list.Window.Should().OnlyContain(row => (row.Folder == null) == (_list.Query.Length == 0));
        if (_list.Query is ['d', 'a', ':', .. var sender])
            _list.Window.Should().OnlyContain(row => row.Line.From == sender);
    }

    private async Task RestAsync()
    {
        await Task.WhenAll(_underWay);
        _underWay.Clear();
        (_list.Folder!.Id, _list.Query).Should().Be(_last);
        var snapshot = await _box.Account.GetSnapshotAsync(_last.Folder, Stop);
        if (_last.Query.Length > 0)
            _list.Rows.Count.Should().BeGreaterThanOrEqualTo(_expected);
        else
            Enumerable.Range(0, _list.Rows.Count).Select(_list.Rows.KeyAt).Should().Equal(
                Enumerable.Range(0, snapshot.Count).Reverse().Select(at => new MailKey(_last.Folder, snapshot[at].Uid)));
    }

    private MailboxInfo Folder(Random random) => random.Next(2) == 0
        ? _box.Tree.Find(MailboxName.Inbox)!
        : _box.Tree.Find(SpecialUse.Archive)!;

    private async Task OpenAsync(string address, bool asConversations)
    {
        _box = await house.OpenBoxAsync(address);
        _list = new MailList(_box, new WebOptions(), () => DateOnly.FromDateTime(house.Time.GetUtcNow().Date)) { View = ViewChoice.Plain with { AsConversations = asConversations } };
        for (var i = 0; i < 60; i++)
            await ReceiveAsync(i % 3 == 0 ? _box.Tree.Find(SpecialUse.Archive)! : _box.Tree.Find(MailboxName.Inbox)!, Senders[i % 2]);
        var inbox = _box.Tree.Find(MailboxName.Inbox)!;
        _last = (inbox.Id, "");
        await _list.OpenFolderAsync(inbox, ListFilter.All, Stop);
    }
}
