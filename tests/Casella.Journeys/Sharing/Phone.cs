using System.Threading.Channels;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;
using MimeKit;

namespace Casella.Journeys.Sharing;

/// <summary>
/// A telephone (MailKit): it waits in IDLE and believes what it is told. It never reads its list again, so what it
/// shows at the end is the sum of all announcements.
/// </summary>
internal sealed class Phone : IDisposable
{
    private readonly CasellaServer _server;
    private readonly Mailbox _mailbox;
    private readonly ImapClient _client;
    private readonly List<Line> _list = [];
    private readonly Channel<Func<Task>> _taps = Channel.CreateUnbounded<Func<Task>>();
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _idle = new();
    private Task _running = Task.CompletedTask;
    private string _awaited = "";

    private Phone(CasellaServer server, Mailbox mailbox, ImapClient client)
    {
        (_server, _mailbox, _client) = (server, mailbox, client);
        Inbox.CountChanged += (_, _) => _idle.Cancel();
        Inbox.MessageExpunged += (_, gone) =>
        {
            if (gone.Index < _list.Count)
                _list.RemoveAt(gone.Index);
        };
        Inbox.MessageFlagsChanged += (_, changed) => ShowFlags(changed.Index, changed.Flags, changed.Keywords);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IMailFolder Inbox => _client.Inbox!;

    public static async Task<Phone> SignInAsync(CasellaServer server, Mailbox mailbox) =>
        new(server, mailbox, await MailKitClients.ImapAsync(server, mailbox));

    public void SwitchOn() => _running = RunAsync();

    public Task SwitchOffAsync()
    {
        _taps.Writer.Complete();
        _idle.Cancel();
        return _running;
    }

    /// <summary>What it shows of INBOX, after it has heard what there is to hear.</summary>
    public async Task<IReadOnlyList<string>> ShownAsync()
    {
        IReadOnlyList<string> shown = [];
        await TapAsync(async () =>
        {
            await _client.NoOpAsync(Stop);
            await ReadNewAsync();
            shown = [.. _list.Select(line => $"{line.Uid.Id} ({line.Flags})")];
        });
        return shown;
    }

    /// <summary>When it hears in IDLE that somebody else has starred a letter of this task. Once.</summary>
    public Task HearsOfStarAsync(string task)
    {
        _awaited = task;
        return UnlessItFailsAsync(_seen.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop));
    }

    /// <summary>What its list has of a task goes to a folder; what is gone by then is not the phone's to move.</summary>
    public Task MoveEachAsync(string task, string folder) => TapAsync(async () =>
    {
        var target = await _client.GetFolderAsync(folder, Stop);
        foreach (var line in _list.Where(line => line.Is(task)).Reverse().ToList())
            await Inbox.MoveToAsync([line.Uid], target, Stop);
    });

    /// <summary>By a connection of its own: telephones open one for each folder that they look at.</summary>
    public async Task StarAsync(string task, string folder)
    {
        using var client = await MailKitClients.ImapAsync(_server, _mailbox);
        var place = await client.GetFolderAsync(folder, Stop);
        await place.OpenAsync(FolderAccess.ReadWrite, Stop);
        var found = await place.SearchAsync(MailKit.Search.SearchQuery.SubjectContains($"[{task}]"), Stop);
        await place.AddFlagsAsync(found, MessageFlags.Flagged, silent: true, Stop);
    }

    public Task MakeFolderAsync(string name) =>
        TapAsync(async () => await _client.GetFolder(_client.PersonalNamespaces[0]).CreateAsync(name, isMessageFolder: true, Stop));

    /// <summary>The letter as this program writes it: lines that end in spaces or begin with "From " it encodes.</summary>
    public static async Task<Letter> ComposeAsync(Letter letter)
    {
        using var message = await MimeMessage.LoadAsync(new MemoryStream(letter.Content), Stop);
        message.Prepare(EncodingConstraint.EightBit);
        using var written = new MemoryStream();
        await message.WriteToAsync(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, written, Stop);
        return letter with { Content = written.ToArray(), BodyHash = Letter.HashOfBody(written.ToArray()) };
    }

    /// <summary>As telephones do: send, then file a copy of what was sent.</summary>
    public Task AnswerAsync(Letter answer) => TapAsync(async () =>
    {
        using var message = await MimeMessage.LoadAsync(new MemoryStream(answer.Content), Stop);
        using (var submission = await MailKitClients.SubmissionAsync(_server, _mailbox))
        {
            await submission.SendAsync(message, Stop);
            await submission.DisconnectAsync(quit: true, Stop);
        }

        var sent = await _client.GetFolderAsync("Sent", Stop);
        await sent.AppendAsync(new AppendRequest(message, MessageFlags.Seen), Stop);
    });

    public void Dispose()
    {
        _client.Dispose();
        _idle.Dispose();
    }

    /// <summary>Until it is switched off.</summary>
    private async Task RunAsync()
    {
        while (true)
        {
            _idle = new CancellationTokenSource();
            await ReadNewAsync();
            while (_taps.Reader.TryRead(out var tap))
                await tap();
            if (_taps.Reader.Completion.IsCompleted)
                return;
            if (Inbox.Count == _list.Count)
                await _client.IdleAsync(_idle.Token, Stop);
        }
    }

    private async Task TapAsync(Func<Task> what)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _taps.Writer.WriteAsync(
            async () =>
            {
                try
                {
                    await what();
                    done.SetResult();
                }
                catch (Exception failed) when (failed is not OutOfMemoryException)
                {
                    done.SetException(failed);
                }
            },
            Stop);
        await _idle.CancelAsync();
        await UnlessItFailsAsync(done.Task);
    }

    /// <summary>What the telephone cannot do because it has crashed fails with the reason for that.</summary>
    private async Task UnlessItFailsAsync(Task what)
    {
        if (await Task.WhenAny(what, _running).WaitAsync(Stop) == _running)
            await _running;
        await what.WaitAsync(Stop);
    }

    /// <summary>New lines of the list, and what this person does with them.</summary>
    private async Task ReadNewAsync()
    {
        while (Inbox.Count > _list.Count)
        {
            var first = _list.Count;
            var told = await Inbox.FetchAsync(first, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.Envelope, Stop);
            // While MailKit fetches it raises no event: somebody else's change that is told then is among the answers.
            foreach (var changed in told.Where(summary => summary.Index < first))
                ShowFlags(changed.Index, changed.Flags!.Value, changed.Keywords!);
            var added = told.Where(summary => summary.Index >= first).Select(Line.Of).ToList();
            if (added.Count == 0)
                return;
            _list.AddRange(added);
            await WorkAsync(added);
        }
    }

    private void ShowFlags(int index, MessageFlags flags, IEnumerable<string> keywords)
    {
        if (index >= _list.Count)
            return;
        _list[index] = _list[index] with { Flags = PlacedLetter.FlagText(flags, keywords) };
        if (_list[index].Is(_awaited) && flags.HasFlag(MessageFlags.Flagged))
            _seen.TrySetResult();
    }

    private async Task WorkAsync(IReadOnlyList<Line> added)
    {
        UniqueId[] Of(string task) => [.. added.Where(line => line.Is(task)).Select(line => line.Uid)];
        if (Of("phone reads") is { Length: > 0 } read)
        {
            foreach (var uid in read)
                await Inbox.GetMessageAsync(uid, Stop);
            await Inbox.AddFlagsAsync(read, MessageFlags.Seen, silent: false, Stop);
        }

        if (Of("phone stars") is { Length: > 0 } starred)
            await Inbox.AddFlagsAsync(starred, MessageFlags.Flagged, silent: false, Stop);
        if (Of("phone archives") is { Length: > 0 } archived)
            await Inbox.MoveToAsync(archived, await _client.GetFolderAsync("Archive", Stop), Stop);
    }

    private sealed record Line(UniqueId Uid, string Task, string Flags)
    {
        public bool Is(string task) => string.Equals(Task, task, StringComparison.Ordinal);

        public static Line Of(IMessageSummary summary) => new(
            summary.UniqueId, PlacedLetter.TaskOf(summary.Envelope!.Subject!), PlacedLetter.FlagText(summary.Flags!.Value, summary.Keywords!));
    }
}
