using System.Globalization;
using System.Text.RegularExpressions;
using Casella.Imap.Tests.Wire;
using Casella.Transcripts;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// A disconnected client as RFC 7162 §6 describes it: it remembers UIDs with their flags and one mod-sequence, is told
/// the differences when it comes back, and goes away in the middle of things without a word.
/// </summary>
/// <param name="signIn">Opens a new session.</param>
internal sealed partial class QresyncClient(Func<Task<WireClient>> signIn)
{
    private readonly SortedDictionary<uint, string> _flags = [];
    private readonly List<uint> _uids = [];
    private WireClient? _client;
    private string? _silentlyAdded;
    private string _uidValidity = "";
    private long _modSeq = 1;

    /// <summary>"uid flags" of every message it knows.</summary>
    public IReadOnlyList<string> Known => [.. _flags.Select(pair => $"{pair.Key} {pair.Value}")];

    public int Count => _uids.Count;

    /// <summary>Comes back and is told what has changed.</summary>
    public async Task ConnectAsync()
    {
        _client = await signIn();
        _uids.Clear();
        await DoAsync("ENABLE QRESYNC");
        if (_uidValidity.Length == 0)
        {
            await DoAsync("SELECT INBOX");
            return;
        }

        await DoAsync($"SELECT INBOX (QRESYNC ({_uidValidity} {_modSeq}))", fetchesNew: false);
        // Only the numbers; flags are known by the differences or not at all.
        var lines = await _client.CommandAsync("n UID SEARCH ALL");
        _uids.Clear();
        _uids.AddRange(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2).Select(uid => uint.Parse(uid, CultureInfo.InvariantCulture)));
    }

    /// <summary>The connection breaks.</summary>
    public async Task BreakAsync()
    {
        await _client!.DisposeAsync();
        _client = null;
    }

    /// <summary>
    /// STORE +FLAGS.SILENT of one flag: an answer without FLAGS says that it is done and nothing else has changed.
    /// </summary>
    public async Task AddSilentlyAsync(int number, string flag)
    {
        _silentlyAdded = flag;
        await DoAsync($"STORE {number} +FLAGS.SILENT ({flag})");
        _silentlyAdded = null;
    }

    /// <param name="fetchesNew">Asks for the flags of messages that only EXISTS has told of, as clients do.</param>
    public async Task DoAsync(string command, bool fetchesNew = true)
    {
        var lines = await _client!.CommandAsync("q " + command);
        var (highest, told) = (0L, (long?)null);
        foreach (var line in lines)
        {
            TakeIn(line);
            if (FetchedModSeq().Match(line) is { Success: true } fetched)
                highest = Math.Max(highest, long.Parse(fetched.Groups["value"].Value, CultureInfo.InvariantCulture));
            if (HighestModSeq().Match(line) is { Success: true } code)
                told = long.Parse(code.Groups["value"].Value, CultureInfo.InvariantCulture);
        }

        if (!lines[^1].StartsWith("q OK", StringComparison.Ordinal))
            throw new InvalidOperationException($"{command}\n{string.Join('\n', lines)}");
        if (fetchesNew && _uids.IndexOf(0) is >= 0 and var firstNew)
            await DoAsync($"FETCH {firstNew + 1}:{_uids.Count} (UID FLAGS)");
        // RFC 7162 §6: at the tagged reply; what HIGHESTMODSEQ says goes above all that was seen.
        _modSeq = told ?? Math.Max(_modSeq, highest);
    }

    private void TakeIn(string line)
    {
        if (UidValidity().Match(line) is { Success: true } validity)
            _uidValidity = validity.Groups["value"].Value;
        else if (Exists().Match(line) is { Success: true } exists)
            while (_uids.Count < int.Parse(exists.Groups["number"].Value, CultureInfo.InvariantCulture))
                _uids.Add(0);
        else if (Vanished().Match(line) is { Success: true } vanished)
            foreach (var uid in Expand(vanished.Groups["uids"].Value))
                Forget(uid, isEarlier: vanished.Groups["earlier"].Success);
        else if (Fetched().Match(line) is { Success: true } fetched)
            Learn(int.Parse(fetched.Groups["number"].Value, CultureInfo.InvariantCulture), uint.Parse(fetched.Groups["uid"].Value, CultureInfo.InvariantCulture), line);
    }

    private void Learn(int number, uint uid, string line)
    {
        if (_uids[number - 1] is not 0 && _uids[number - 1] != uid)
            throw new InvalidOperationException($"Number {number} was UID {_uids[number - 1]}: {line}");
        _uids[number - 1] = uid;
        if (Flags().Match(line) is { Success: true } flags)
            _flags[uid] = Sorted(flags.Groups["flags"].Value);
        else if (_silentlyAdded is not null)
            _flags[uid] = Sorted($"{_flags[uid]} {_silentlyAdded}");
    }

    private void Forget(uint uid, bool isEarlier)
    {
        _flags.Remove(uid);
        // RFC 7162 §3.2.10: EARLIER ones are in no number any more.
        if (!isEarlier && !_uids.Remove(uid))
            throw new InvalidOperationException($"VANISHED of UID {uid}, which has no number.");
    }

    /// <summary>\Recent belongs to a session, not to the message.</summary>
    public static string Sorted(string flags) => string.Join(' ', flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Where(flag => flag is not "\\Recent").Order(StringComparer.Ordinal));

    private static IEnumerable<uint> Expand(string set) => set.Split(',').SelectMany(range =>
    {
        var ends = range.Split(':').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1).Select(uid => (uint)uid);
    });

    [GeneratedRegex(@"\[UIDVALIDITY (?<value>\d+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UidValidity();

    [GeneratedRegex(@"^\* (?<number>\d+) EXISTS$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exists();

    [GeneratedRegex(@"^\* VANISHED (?<earlier>\(EARLIER\) )?(?<uids>[0-9:,]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Vanished();

    [GeneratedRegex(@"^\* (?<number>\d+) FETCH \(UID (?<uid>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fetched();

    [GeneratedRegex(@"FLAGS \((?<flags>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    public static partial Regex Flags();

    [GeneratedRegex(@"MODSEQ \((?<value>\d+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FetchedModSeq();

    [GeneratedRegex(@"\[HIGHESTMODSEQ (?<value>\d+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HighestModSeq();
}
