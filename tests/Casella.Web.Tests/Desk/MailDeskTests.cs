using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Web.Desk;

namespace Casella.Web.Tests.Desk;

/// <summary>
/// The open message while the visitor goes on before it is there, looks at it in another way, and others change the
/// mailbox.
/// </summary>
public sealed class MailDeskTests(OfficeHouse house) : IClassFixture<OfficeHouse>, IAsyncDisposable
{
    private readonly List<Task> _underWay = [];
    private MailDesk _desk = null!;
    private Box _box = null!;
    private (MailKey? Key, bool IsPlain) _last;
    private int _inPane;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private MailboxInfo Inbox => _box.Tree.Find(MailboxName.Inbox)!;

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task The_message_that_was_wanted_last_is_open_as_it_was_wanted(int seed) => PageThread.RunAsync(seed, async random =>
    {
        _box = await house.OpenBoxAsync($"desk{seed}@{OfficeHouse.Own}");
        for (var i = 0; i < 20; i++)
            await _box.ReceiveAsync(Inbox, "Marco", house.Time.GetUtcNow());
        await _box.RefreshAsync(Stop);
        _desk = new MailDesk(house.Get<MailAccounts>(), house.Get<Authenticator>(), house.Get<WebSessions>(), new WebOptions(), house.Time);
        await _desk.ChooseBoxAsync(_box);
        for (var step = 0; step < 80; step++)
        {
            Do(random);
            for (var pauses = random.Next(4); pauses > 0; pauses--)
                await Task.Yield();
            if (step % 10 != 9)
                continue;
            await Task.WhenAll(_underWay);
            _underWay.Clear();
            (_desk.Open?.Key, _desk.Open?.AsPlain ?? false).Should().Be(_last);
            await CheckFlagsAsync();
        }
    });

    private void Do(Random random)
    {
        var rows = _desk.List!.Rows;
        switch (random.Next(9))
        {
            case 0 or 1 or 2 when rows.Count > 0:
                _last = (rows.KeyAt(random.Next(rows.Count)), false);
                _underWay.Add(InPaneAsync(_desk.OpenAsync(_last.Key!.Value)));
                break;
            case 3:
                _last = default;
                _desk.CloseMail();
                break;
            case 4:
                _last = default;
                _underWay.Add(_desk.ChooseFolderAsync(Inbox.Id, ListFilter.All));
                break;
            case 5:
                _underWay.Add(ReceiveAsync());
                break;
            case 6:
                _underWay.Add(_desk.RefreshAsync());
                break;
            case 7 when rows.Count > 0:
                _underWay.Add(StarAsync(rows.KeyAt(random.Next(rows.Count)), random.Next(2) == 0));
                break;
            case 8 when _inPane == 0 && _desk.Open is { } open:
                var asPlain = _last.IsPlain = !open.AsPlain;
                _underWay.Add(InPaneAsync(_desk.LookAsync(async now =>
                {
                    await Task.Yield();
                    return now with { AsPlain = asPlain };
                })));
                break;
        }
    }

    /// <summary>While a message is being opened nobody can ask for another way of looking at it.</summary>
    private async Task InPaneAsync(Task work)
    {
        _inPane++;
        await work;
        _inPane--;
    }

    /// <summary>Another device has starred it, or taken the star away; what is read by being shown is told later.</summary>
    private async Task StarAsync(MailKey key, bool isStarred)
    {
        await _box.Account.StoreFlagsAsync(
            key.Mailbox, [key.Uid], isStarred ? FlagOperation.Add : FlagOperation.Remove, new FlagNames(MessageFlags.Flagged, []), null, Stop);
        await _desk.RefreshAsync();
    }

    private async Task CheckFlagsAsync()
    {
        if (_desk.Open is not { } open)
            return;
        var snapshot = await _box.Account.GetSnapshotAsync(open.Key.Mailbox, Stop);
        var now = snapshot[snapshot.IndexOf(open.Key.Uid)].Flags;
        now.Has(MessageFlags.Seen).Should().BeTrue();
        open.Placement.Flags.Has(MessageFlags.Flagged).Should().Be(now.Has(MessageFlags.Flagged));
    }

    private async Task ReceiveAsync()
    {
        await _box.ReceiveAsync(Inbox, "Luisa", house.Time.GetUtcNow());
        await _desk.RefreshAsync();
    }
}
