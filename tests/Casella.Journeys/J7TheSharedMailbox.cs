using System.Globalization;
using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Casella.Journeys.Sharing;

namespace Casella.Journeys;

/// <summary>
/// Journey 7, what all this is for: seven programs of seven people work in one mailbox at once, two of them POP3
/// programs that delete what they fetch, while mail comes in. Nothing is lost or doubled, all see the same, the story
/// names who did what, and one person's hour is taken back without touching the others' work.
/// </summary>
public sealed class J7TheSharedMailbox : IAsyncLifetime
{
    private static readonly string[] Undone = ["script bins", "script stars", "script loses", "script expunges"];

    private readonly TestFolder _folder = new();
    private readonly List<Letter> _sent = [];
    private readonly Dictionary<string, Letter> _byEmailId = new(StringComparer.Ordinal);
    private CasellaServer _server = null!;
    private Mailbox _info = null!;
    private Mailbox _president = null!;
    private Office _office = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await CasellaServer.StartAsync();
        (_info, _president) = (await _server.AddMailboxAsync("info"), await _server.AddMailboxAsync("presidente"));
        _office = await Office.OpenAsync(_server, _info, _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result is TestResult.Failed)
            TestContext.Current.TestOutputHelper!.WriteLine($"{_server.Log()}\n{string.Join('\n', _office.Terminal.Wire().TakeLast(400))}");
        _office.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Seven_clients_at_once_lose_nothing_agree_and_one_hour_is_undone()
    {
        _office.Phone.SwitchOn();
        await _office.Phone.MakeFolderAsync("Vecchie");
        await TheMorningAsync();
        var before = await StateAsync();
        var hour = DateTimeOffset.UtcNow;
        await TheHourAsync();
        var after = await StateAsync();
        NothingIsLostOrDoubled(after, without: ["script expunges", "script loses"]);
        await EverybodyAgreesAsync(after);
        await Pop3DevicesHaveAllThatStayedAsync(before);
        await _office.Phone.StarAsync("script archives", "Archive");
        TheStoryNames(await StateAsync());

        await UndoAsync(before, hour);

        var restored = await StateAsync();
        NothingIsLostOrDoubled(restored, without: []);
        await EverybodyAgreesAsync(restored);
        await Pop3DevicesGetNothingAgainAsync();
        await _office.Phone.SwitchOffAsync();
        (await _server.CommandAsync("verify")).Output.Should().NotBeEmpty();
    }

    /// <summary>Everybody at once, while the first mail comes in.</summary>
    private async Task TheMorningAsync()
    {
        string[] quiet = [.. Enumerable.Repeat("for all", 8), .. Enumerable.Repeat("all bin", 8)];
        string[] tasks =
        [
            .. Times(3, "phone reads", "phone stars", "phone archives", "laptop stars", "laptop archives", "laptop bins"),
            .. Times(3, "terminal stars", "terminal archives", "script labels", "answer"), .. quiet,
            .. Times(3, [.. Undone, "script archives"]),
        ];
        var (first, second) = (Letters(tasks.Where((_, i) => i % 2 == 0)), Letters(tasks.Where((_, i) => i % 2 == 1)));
        _office.Laptop.Bring(Keep(Letter.Write("laptop brings", "anna@example.org", _info.Address, 91)));
        var arrived = Task.WhenAll(DeliverAsync(first), DeliverAsync(second));
        await Task.WhenAll(
            AfterAndBeforeAsync(arrived, _office.SyncLaptopAsync),
            AfterAndBeforeAsync(arrived, _office.Terminal.WorkAsync),
            AfterAndBeforeAsync(arrived, _office.OldPc.FetchAsync),
            AfterAndBeforeAsync(arrived, _office.Notebook.FetchAsync),
            _office.LabelAsync(3),
            AnswerAsync(arrived));
    }

    /// <summary>
    /// Dario's script tidies up, and too much; the others go on, and the telephone wants eight letters that Dario wants
    /// too.
    /// </summary>
    private async Task TheHourAsync()
    {
        var late = Letters(Times(2, "phone stars", "laptop stars", "terminal stars", "for all"));
        await Task.WhenAll(
            _office.TidyUpAsync(), WantTheSameAsync(), DeliverAsync(late),
            _office.SyncLaptopAsync(), _office.Terminal.WorkAsync(), _office.OldPc.FetchAsync(), _office.Notebook.FetchAsync());
        // What came after they had looked.
        await Task.WhenAll(_office.SyncLaptopAsync(), _office.Terminal.WorkAsync(), _office.OldPc.FetchAsync(), _office.Notebook.FetchAsync());
    }

    /// <summary>From the other end, at the moment when his script begins with them.</summary>
    private async Task WantTheSameAsync()
    {
        await _office.Phone.HearsOfStarAsync("script stars");
        await _office.Phone.MoveEachAsync("all bin", "Archive");
    }

    /// <summary>Once in the midst of things, and once when it has all come.</summary>
    private static async Task AfterAndBeforeAsync(Task arrived, Func<Task> work)
    {
        await work();
        await arrived;
        await work();
    }

    /// <summary>swaks submits and files nothing, the telephone submits and files a copy: one copy each.</summary>
    private async Task AnswerAsync(Task arrived)
    {
        await arrived;
        var questions = _sent.Where(letter => letter.Task is "answer").ToList();
        var answers = questions.Select((question, i) => Letter.Write("is answer", _info.Address, _president.Address, i + 1, question)).ToList();
        answers[1] = await Phone.ComposeAsync(answers[1]);
        _sent.AddRange(answers);
        await _office.Swaks.SubmitAsync(answers[0], _office.Gino.Mailbox, _president);
        await _office.Phone.AnswerAsync(answers[1]);
        await _office.Swaks.SubmitAsync(answers[2], _office.Gino.Mailbox, _president);
    }

    private async Task DeliverAsync(IReadOnlyList<Letter> letters)
    {
        foreach (var letter in letters)
            await _office.Swaks.DeliverAsync(letter, _info);
    }

    /// <summary>Reads the mailbox, and learns which EMAILID is which letter.</summary>
    private async Task<MailboxState> StateAsync()
    {
        var state = await MailboxState.ReadAsync(_server, _info);
        foreach (var placed in state.Letters)
            _byEmailId[placed.EmailId] = _sent.Single(letter => string.Equals(letter.MessageId, placed.MessageId, StringComparison.Ordinal));
        return state;
    }

    private void NothingIsLostOrDoubled(MailboxState state, string[] without)
    {
        var present = state.Letters.Select(letter => $"{letter.MessageId} {letter.BodyHash}").ToList();
        var expected = _sent.Where(letter => !without.Contains(letter.Task, StringComparer.Ordinal)).Select(letter => $"{letter.MessageId} {letter.BodyHash}").ToList();
        present.Should().OnlyHaveUniqueItems("nothing is doubled");
        expected.Except(present, StringComparer.Ordinal).Should().BeEmpty("nothing is lost or altered");
        present.Except(expected, StringComparer.Ordinal).Should().BeEmpty("nothing comes from nowhere");
    }

    private async Task EverybodyAgreesAsync(MailboxState state)
    {
        await _office.SyncLaptopAsync();
        foreach (var folder in Laptop.Folders)
            _office.Laptop.Shown(folder).Should().Equal(Laptop.Expected(state, folder), "the laptop's {0} is the server's", folder);
        (await _office.Phone.ShownAsync()).Should().Equal(state["INBOX"].Select(letter => $"{letter.Uid} ({letter.Flags})"), "IDLE told the telephone all of it");
        (await _office.Terminal.StarredAsync()).Should().Equal(
            state["INBOX"].Where(letter => letter.Flags.Contains("Flagged", StringComparison.Ordinal)).Select(letter => letter.MessageId).Order(StringComparer.Ordinal));
    }

    /// <summary>What stayed in INBOX all morning each of the two has fetched; nothing twice, and nothing altered.</summary>
    private async Task Pop3DevicesHaveAllThatStayedAsync(MailboxState before)
    {
        foreach (var program in new[] { _office.OldPc, _office.Notebook })
        {
            program.Kept().Should().OnlyHaveUniqueItems().And.BeSubsetOf(_sent.Select(letter => (letter.MessageId, letter.BodyHash)));
            program.Kept().Should().Contain(before["INBOX"].Select(letter => (letter.MessageId, letter.BodyHash)));
        }

        await Pop3DevicesGetNothingAgainAsync();
    }

    /// <summary>What a device has deleted stays deleted for it, wherever the others carry it.</summary>
    private async Task Pop3DevicesGetNothingAgainAsync()
    {
        foreach (var program in new[] { _office.OldPc, _office.Notebook })
        {
            var kept = program.Kept();
            await program.FetchAsync();
            program.Kept().Should().BeEquivalentTo(kept);
        }
    }

    private void TheStoryNames(MailboxState state)
    {
        var story = Story.Read(_server).Where(line => _byEmailId.ContainsKey(line.EmailId)).ToList();
        story.Select(line => line.Actor).Where(actor => actor.Device is not null || actor.Person is not null)
            .Should().OnlyContain(actor => _office.Knows(actor), "every device is its person's");
        foreach (var (task, kind, colleague) in _office.Deeds)
        {
            var ids = _byEmailId.Where(pair => string.Equals(pair.Value.Task, task, StringComparison.Ordinal)).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
            ids.Should().NotBeEmpty();
            story.Where(line => ids.Contains(line.EmailId) && line.Kind == kind && line.Actor.Device == colleague.DeviceId).Select(line => line.EmailId).Distinct(StringComparer.Ordinal)
                .Should().BeEquivalentTo(ids, "{0} did it ({1}, {2})", colleague.Device, task, kind);
        }

        var quiet = state.Letters.Where(letter => letter.Task is "for all").Select(letter => letter.EmailId).ToHashSet(StringComparer.Ordinal);
        story.Where(line => quiet.Contains(line.EmailId) && line.Kind is not (ChangeKind.Delivered or ChangeKind.HiddenForDevice))
            .Should().OnlyContain(line => line.Actor.Device == _office.Carla.DeviceId, "nobody but neomutt (Old) touched them");
    }

    private async Task UndoAsync(MailboxState before, DateTimeOffset hour)
    {
        var present = await StateAsync();
        string[] undo = ["undo", _info.Address, "--device", _office.Dario.Device, "--since", hour.ToString("O", CultureInfo.InvariantCulture), "--json"];
        var result = JsonDocument.Parse((await _server.CommandAsync(undo)).Output).RootElement;

        var conflicts = result.GetProperty("conflicts").EnumerateArray()
            .Select(conflict => (What: conflict.GetProperty("what").GetString()!, By: conflict.GetProperty("by").GetString())).ToList();
        conflicts.Should().HaveCount(3).And.OnlyContain(conflict => conflict.What.Contains("script archives", StringComparison.Ordinal) && string.Equals(conflict.By, _office.Anna.Device, StringComparison.Ordinal));
        var his = present["Trash"].Where(letter => letter.Task is "all bin").Select(letter => letter.MessageId)
            .Concat(_sent.Where(letter => Undone.Contains(letter.Task, StringComparer.Ordinal)).Select(letter => letter.MessageId)).ToHashSet(StringComparer.Ordinal);
        var expected = new MailboxState([.. before.Letters.Where(letter => his.Contains(letter.MessageId)), .. present.Letters.Where(letter => !his.Contains(letter.MessageId))]);
        (await StateAsync()).WithoutUids().Should().Equal(expected.WithoutUids());
        var again = JsonDocument.Parse((await _server.CommandAsync(undo)).Output).RootElement;
        again.GetProperty("restored").GetInt32().Should().Be(0, "the same undo again does nothing");
    }

    private IReadOnlyList<Letter> Letters(IEnumerable<string> tasks) =>
        [.. tasks.Select(task => Keep(Letter.Write(task, Letter.Outside, _info.Address, _sent.Count + 1)))];

    private Letter Keep(Letter letter)
    {
        _sent.Add(letter);
        return letter;
    }

    private static IEnumerable<string> Times(int count, params string[] tasks) => tasks.SelectMany(task => Enumerable.Repeat(task, count));
}
