using System.Globalization;
using System.Text.RegularExpressions;
using Casella.Transcripts;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// A client that waits in IDLE and believes what it is told: it never reads the mailbox again, so what it knows is the
/// sum of all notices. A restless one leaves IDLE at moments of its own and does something else for a while.
/// </summary>
internal sealed partial class IdlingClient : IAsyncDisposable
{
    private readonly WireClient _wire;
    private readonly Random? _restless;
    private readonly Lock _lock = new();
    private readonly List<(uint Uid, string Flags)> _messages = [];
    private readonly TaskCompletionSource _switchOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _told = NewSource();
    private Task _running = Task.CompletedTask;

    private IdlingClient(WireClient wire, Random? restless) => (_wire, _restless) = (wire, restless);

    /// <summary>Gaps are messages that were announced by their number only.</summary>
    public IReadOnlyList<uint> Uids
    {
        get
        {
            lock (_lock)
                return [.. _messages.Select(message => message.Uid)];
        }
    }

    /// <summary>Times that it has entered IDLE.</summary>
    public int Entered { get; private set; }

    /// <param name="restless">When and to do what it leaves IDLE; null to stay.</param>
    public static async Task<IdlingClient> StartAsync(WireClient wire, Random? restless = null)
    {
        var client = new IdlingClient(wire, restless);
        await client.DoAsync("SELECT INBOX");
        await client.DoAsync("FETCH 1:* (UID FLAGS)");
        client._running = client.RunAsync();
        return client;
    }

    /// <summary>Returns when it knows that the message has these system flags.</summary>
    /// <exception cref="TimeoutException">It was not told.</exception>
    public Task HearsAsync(uint uid, string flags, TimeSpan patience) => UntilAsync(
        () => _messages.Exists(message => message.Uid == uid && string.Equals(message.Flags, flags, StringComparison.Ordinal)),
        $"UID {uid} has {flags}",
        patience);

    /// <summary>Returns when it knows these messages in this order, and no other.</summary>
    /// <exception cref="TimeoutException">It was not told.</exception>
    public Task HearsAsync(IReadOnlyList<uint> uids, TimeSpan patience) => UntilAsync(
        () => _messages.Count == uids.Count && _messages.Zip(uids).All(pair => pair.First.Uid == 0 || pair.First.Uid == pair.Second),
        $"the messages are {string.Join(' ', uids)}",
        patience);

    public async Task SwitchOffAsync()
    {
        _switchOff.TrySetResult();
        await _running;
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private async Task RunAsync()
    {
        while (!_switchOff.Task.IsCompleted)
        {
            Entered++;
            await _wire.SendAsync("i IDLE");
            var leaving = LeaveAsync();
            await TakeInAsync("i");
            await leaving;
            await SomethingElseAsync();
        }
    }

    private async Task LeaveAsync()
    {
        // DONE may also come before the server has said that it is idling.
        if (_restless?.Next(6) is { } milliseconds)
            await Task.Delay(milliseconds);
        else
            await _switchOff.Task;
        await _wire.SendAsync("DONE");
    }

    private Task SomethingElseAsync()
    {
        var choice = _restless?.Next(5) ?? 9;
        var uid = Uids.FirstOrDefault(known => known > 0);
        return choice switch
        {
            // A keyword of its own on a message that others change at the same moment: that it did not want to hear of
            // its own change must not hide theirs.
            0 => DoAsync($"UID STORE {uid} +FLAGS.SILENT ($Mine)"),
            1 => DoAsync($"UID STORE {uid} -FLAGS.SILENT ($Mine)"),
            2 => DoAsync("FETCH 1:* UID"),
            3 => DoAsync($"STORE 1 +FLAGS ($Mine)"),
            _ => Task.CompletedTask,
        };
    }

    private async Task DoAsync(string command)
    {
        await _wire.SendAsync("d " + command);
        var answer = await TakeInAsync("d");
        // Its only message may have gone, and a number with it.
        if (!answer.StartsWith("d OK", StringComparison.Ordinal) && Uids.Count > 0)
            throw new InvalidOperationException($"{command}: {answer}");
    }

    private async Task<string> TakeInAsync(string tag)
    {
        while (await _wire.LineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith(tag + " ", StringComparison.Ordinal))
                return line;
            lock (_lock)
            {
                TakeIn(line);
                Interlocked.Exchange(ref _told, NewSource()).TrySetResult();
            }
        }

        throw new EndOfStreamException("The server has closed.");
    }

    private void TakeIn(string line)
    {
        if (Exists().Match(line) is { Success: true } exists)
            while (_messages.Count < Number(exists, "number"))
                _messages.Add((0, ""));
        else if (Expunge().Match(line) is { Success: true } expunge)
            _messages.RemoveAt((int)Number(expunge, "number") - 1);
        else if (Vanished().Match(line) is { Success: true } vanished)
            foreach (var range in vanished.Groups["uids"].Value.Split(',').Select(part => part.Split(':')))
                for (var uid = uint.Parse(range[0], CultureInfo.InvariantCulture); uid <= uint.Parse(range[^1], CultureInfo.InvariantCulture); uid++)
                    // A message whose UID it was never told stands behind the last one before it that it knows.
                    _messages.RemoveAt(_messages.FindIndex(message => message.Uid == uid) is >= 0 and var known
                        ? known
                        : _messages.FindLastIndex(message => message.Uid > 0 && message.Uid < uid) + 1);
        else if (Fetch().Match(line) is { Success: true } fetch)
            _messages[(int)Number(fetch, "number") - 1] = (Number(fetch, "uid"), fetch.Groups["flags"] is { Success: true } flags
                ? string.Join(' ', flags.Value.Split(' ').Where(IsSystemFlag).Order(StringComparer.Ordinal))
                : _messages[(int)Number(fetch, "number") - 1].Flags);
    }

    private static bool IsSystemFlag(string flag) => flag.StartsWith('\\') && flag is not "\\Recent";

    private static uint Number(Match match, string group) => uint.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private async Task UntilAsync(Func<bool> knows, string what, TimeSpan patience)
    {
        using var end = new CancellationTokenSource(patience);
        while (true)
        {
            Task told;
            lock (_lock)
            {
                if (knows())
                    return;
                told = _told.Task;
            }

            await Task.WhenAny(told, _running, Task.Delay(Timeout.Infinite, end.Token));
            if (_running.IsFaulted)
                await _running;
            if (!end.IsCancellationRequested)
                continue;
            lock (_lock)
                throw new TimeoutException($"Not told within {patience.TotalSeconds} s that {what}. Known: {string.Join(", ", _messages)}");
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [GeneratedRegex(@"^\* (?<number>\d+) EXISTS$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exists();

    [GeneratedRegex(@"^\* (?<number>\d+) EXPUNGE$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expunge();

    [GeneratedRegex(@"^\* VANISHED (?<uids>[\d:,]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Vanished();

    [GeneratedRegex(@"^\* (?<number>\d+) FETCH \(UID (?<uid>\d+)( MODSEQ \(\d+\))?( FLAGS \((?<flags>[^)]*)\))?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fetch();
}
