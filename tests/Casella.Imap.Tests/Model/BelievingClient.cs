using Casella.Transcripts;

namespace Casella.Imap.Tests.Model;

/// <summary>
/// A client that believes what it is told and nothing else: numbers as RFC 3501 §7.4.1 has them, flags, mod-sequences
/// and what it can come back with as RFC 7162 §6 has it. It finds the server out when a number and its UID do not fit,
/// and at the end by what it believes.
/// </summary>
/// <param name="signIn">Opens a new session.</param>
internal sealed class BelievingClient(Func<Task<WireClient>> signIn, ClientKind kind, string mailbox) : IAsyncDisposable
{
    /// <summary>Its last lines are kept, for who has to understand a failure.</summary>
    private const int LinesKept = 60;

    private readonly List<Believed> _messages = [];
    private readonly Queue<string> _lines = [];
    private WireClient? _client;
    private string _uidValidity = "";
    private long _modSeq = 1;
    private bool _isIdle;

    public ClientKind Kind => kind;

    public bool IsQresync => kind is ClientKind.Qresync or ClientKind.Notified or ClientKind.UidOnly;

    public bool IsCondstore => kind != ClientKind.Plain;

    /// <summary>What it asks for when it wants to know the flags.</summary>
    public string FlagItems => IsCondstore ? "UID FLAGS MODSEQ" : "UID FLAGS";

    /// <summary>By number.</summary>
    public IReadOnlyList<Believed> Messages => _messages;

    /// <summary>Signs in and selects; a client that comes back says what it remembers, and is told the differences.</summary>
    public async Task OpenAsync(Remembered? from = null, string extra = "")
    {
        await BreakAsync();
        _client = await signIn();
        if (kind == ClientKind.Condstore)
            await DoAsync("ENABLE CONDSTORE", mayExpunge: true);
        else if (IsQresync)
            await DoAsync(kind == ClientKind.UidOnly ? "ENABLE QRESYNC UIDONLY" : "ENABLE QRESYNC", mayExpunge: true);
        if (kind == ClientKind.Notified)
            await DoAsync("NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange))", mayExpunge: true);
        await SelectAsync(from, extra);
    }

    /// <summary>The connection breaks, in the middle of whatever it was.</summary>
    public async Task BreakAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        (_client, _isIdle) = (null, false);
    }

    public async Task SelectAsync(Remembered? from = null, string extra = "")
    {
        _messages.Clear();
        if (from is null)
        {
            await DoAsync($"SELECT {mailbox}", mayExpunge: true);
            await LearnAsync();
            return;
        }
        foreach (var (uid, flags) in from.Flags)
            _messages.Add(new Believed { Uid = uid, Flags = flags });
        await ResyncAsync($"SELECT {mailbox} (QRESYNC ({from.UidValidity} {from.ModSeq}{extra}))");
    }

    /// <summary>What it would come back with if it went away now.</summary>
    public Remembered Remember() =>
        new(_uidValidity, _modSeq, new SortedDictionary<uint, string>(_messages.ToDictionary(message => message.Uid, message => message.Flags!)));

    /// <summary>CLOSE, and the same mailbox again.</summary>
    public async Task CloseAsync()
    {
        await DoAsync("CLOSE", mayExpunge: true);
        await SelectAsync();
    }

    public async Task IdleAsync()
    {
        await SendAsync("t IDLE");
        var line = await LineAsync();
        while (!line.StartsWith('+'))
        {
            Take(new Response(line), "IDLE", mayExpunge: true);
            line = await LineAsync();
        }
        _isIdle = true;
    }

    /// <summary>Ends IDLE if it was in it.</summary>
    public async Task WakeAsync()
    {
        if (!_isIdle)
            return;
        _isIdle = false;
        await SendAsync("DONE");
        await AnswerAsync("IDLE", mayExpunge: true);
        await LearnAsync();
    }

    /// <summary>Does a command, takes in its answer, and asks for what it is not told of new messages.</summary>
    /// <param name="mayExpunge">False for FETCH, STORE and SEARCH by numbers.</param>
    public async Task<IReadOnlyList<Response>> AskAsync(string command, bool mayExpunge)
    {
        var answer = await DoAsync(command, mayExpunge);
        await LearnAsync();
        return answer;
    }

    /// <summary>STORE .SILENT: what it is not told, it takes for done.</summary>
    /// <param name="named">The UIDs that were meant.</param>
    public async Task<IReadOnlyList<Response>> StoreSilentlyAsync(
        string command, bool byUid, IReadOnlyList<uint> named, Func<string, string> outcome)
    {
        var numbers = _messages.ToList();
        var answer = await DoAsync(command, mayExpunge: byUid);
        var told = answer.Where(response => response.Flags is not null).Select(response => response.FetchedUid!.Value).ToHashSet();
        var modified = answer[^1].Modified.Select(number => byUid ? number : numbers[(int)number - 1].Uid).ToHashSet();
        foreach (var message in _messages)
            if (named.Contains(message.Uid) && !told.Contains(message.Uid) && !modified.Contains(message.Uid))
                message.Flags = Believed.Sorted(outcome(message.Flags!));
        await LearnAsync();
        return answer;
    }

    public ValueTask DisposeAsync() => new(BreakAsync());

    /// <summary>RFC 7162 §3.2.5: what has vanished, what has changed, what is new; no number is told of the rest.</summary>
    private async Task ResyncAsync(string command)
    {
        await SendAsync("t " + command);
        var exists = 0;
        var response = new Response("");
        while (!response.Line.StartsWith("t ", StringComparison.Ordinal))
        {
            response = new Response(await LineAsync());
            exists = response.Exists ?? exists;
            _uidValidity = response.UidValidity ?? _uidValidity;
            foreach (var uid in response.Vanished)
                _messages.RemoveAll(message => message.Uid == uid);
            if (response.FetchedUid is { } fetched)
            {
                if (_messages.TrueForAll(message => message.Uid != fetched))
                    _messages.Insert(_messages.FindLastIndex(message => message.Uid < fetched) + 1, new Believed { Uid = fetched });
                Learn(_messages.Find(message => message.Uid == fetched)!, response);
            }
            _modSeq = response.HighestModSeq ?? _modSeq;
        }
        // Who names the UIDs it knows is told of those only (§3.2.5.1); what EXISTS counts beyond is new.
        var namesKnown = command[command.IndexOf('(')..].Count(letter => letter == ' ') > 2;
        if (!response.Line.StartsWith("t OK", StringComparison.Ordinal) || (namesKnown ? exists < _messages.Count : exists != _messages.Count))
            throw Lie($"knows {_messages.Count} of {exists} messages after {command}");
        Grow(exists);
        await LearnAsync();
    }

    private async Task<IReadOnlyList<Response>> DoAsync(string command, bool mayExpunge)
    {
        await SendAsync("t " + command);
        return await AnswerAsync(command, mayExpunge);
    }

    private async Task<IReadOnlyList<Response>> AnswerAsync(string command, bool mayExpunge)
    {
        var answer = new List<Response>();
        var (highest, told) = (0L, (long?)null);
        do
        {
            var response = new Response(await LineAsync());
            if (response.Line.Length == 0 || response.Line.StartsWith("* BYE", StringComparison.Ordinal))
                throw Lie($"was left alone during {command}");
            Take(response, command, mayExpunge);
            highest = Math.Max(highest, response.ModSeq ?? 0);
            told = response.HighestModSeq ?? told;
            answer.Add(response);
        }
        while (!answer[^1].Line.StartsWith("t ", StringComparison.Ordinal));
        // RFC 7162 §6: what HIGHESTMODSEQ says goes above all that was seen.
        _modSeq = told ?? Math.Max(_modSeq, highest);
        return answer;
    }

    /// <summary>As clients do, asks for UIDs and flags of messages that only EXISTS has told of.</summary>
    private async Task LearnAsync()
    {
        while (_messages.FindIndex(message => !message.IsKnown) is >= 0 and var first)
            await DoAsync(
                kind == ClientKind.UidOnly
                    ? $"UID FETCH 1:* ({FlagItems})"
                    : $"FETCH {first + 1}:{_messages.Count} ({FlagItems})",
                mayExpunge: kind == ClientKind.UidOnly);
    }

    private void Take(Response response, string command, bool mayExpunge)
    {
        _uidValidity = response.UidValidity ?? _uidValidity;
        if (response.Exists is { } exists)
            Grow(exists);
        else if (response.Expunged is { } number)
            Remove(number - 1, command, mayExpunge && !IsQresync);
        else if (response.Vanished is { Count: > 0 } vanished)
            foreach (var uid in vanished)
                Remove(PositionOf(uid), command, mayExpunge && IsQresync && !response.IsEarlier);
        else if (response.FetchedUid is { } fetched)
            Learn(Find(response.Fetched, fetched, command), response);
    }

    private void Grow(int exists)
    {
        if (exists < _messages.Count)
            throw Lie($"hears EXISTS {exists} and has {_messages.Count} messages: only EXPUNGE makes a mailbox smaller");
        while (_messages.Count < exists)
            _messages.Add(new Believed());
    }

    private void Remove(int position, string command, bool isAllowed)
    {
        if (!isAllowed || position < 0 || position >= _messages.Count)
            throw Lie($"hears of an expunge (position {position} of {_messages.Count}) during {command}");
        _messages.RemoveAt(position);
    }

    /// <summary>
    /// A message whose UID it has not been told yet is one of those that stand between the UIDs below and above
    /// (RFC 7162 §3.2.10.2).
    /// </summary>
    private int PositionOf(uint uid)
    {
        if (_messages.FindIndex(message => message.Uid == uid) is >= 0 and var known)
            return known;
        if (kind == ClientKind.UidOnly)
            return _messages.FindIndex(message => message.Uid == 0);
        var below = _messages.FindLastIndex(message => message.Uid != 0 && message.Uid < uid);
        return below + 1 < _messages.Count && _messages[below + 1].Uid == 0 ? below + 1 : -1;
    }

    /// <summary>
    /// RFC 9586: without numbers, the client knows how many there are and some of their UIDs; what it knows stands
    /// first here.
    /// </summary>
    private int Place(uint uid)
    {
        if (_messages.FindIndex(message => message.Uid == uid) is >= 0 and var known)
            return known;
        if (_messages.Count == 0 || _messages[^1].Uid != 0)
            return -1;
        _messages.RemoveAt(_messages.Count - 1);
        var at = _messages.FindIndex(message => message.Uid == 0 || message.Uid > uid) is >= 0 and var above ? above : _messages.Count;
        _messages.Insert(at, new Believed { Uid = uid });
        return at;
    }

    private Believed Find(int? number, uint uid, string command)
    {
        var position = number - 1 ?? Place(uid);
        if (position < 0 || position >= _messages.Count || (_messages[position].Uid != 0 && _messages[position].Uid != uid))
            throw Lie($"hears of number {number} with UID {uid} during {command}, and believes [{string.Join(' ', _messages.Select(message => message.Uid))}]");
        return _messages[position];
    }

    private void Learn(Believed message, Response response)
    {
        message.Uid = response.FetchedUid!.Value;
        message.Flags = response.Flags ?? message.Flags;
        message.ModSeq = response.ModSeq ?? message.ModSeq;
        if (IsCondstore && response.Flags is not null && response.ModSeq is null)
            throw Lie($"hears flags without MODSEQ (RFC 7162 §3.2): {response.Line}");
    }

    private async Task SendAsync(string line)
    {
        Keep("C: " + line);
        await _client!.SendAsync(line);
    }

    private async Task<string> LineAsync()
    {
        var line = await _client!.LineAsync();
        Keep("S: " + line);
        return line;
    }

    private void Keep(string line)
    {
        if (_lines.Count == LinesKept)
            _lines.Dequeue();
        _lines.Enqueue(line);
    }

    public InvalidOperationException Lie(string what) => new($"A {kind} client {what}.\n{string.Join('\n', _lines)}");
}
