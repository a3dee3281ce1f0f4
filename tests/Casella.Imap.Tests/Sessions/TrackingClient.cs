using System.Globalization;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Imap.Tests.Wire;
using Casella.Transcripts;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// A client that keeps count as RFC 3501 §7.4.1 says: a UID for each sequence number, from EXISTS, EXPUNGE and FETCH,
/// and that finds the server out when a number and its UID do not fit.
/// </summary>
internal sealed partial class TrackingClient(WireClient client) : IAsyncDisposable
{
    // Zero for a number whose UID has not been told.
    private readonly List<uint> _uids = [];

    public IReadOnlyList<uint> Uids => _uids;

    public int Count => _uids.Count;

    public ValueTask DisposeAsync() => client.DisposeAsync();

    /// <summary>Does a command and takes in its answer.</summary>
    /// <param name="mayExpunge">False for FETCH, STORE and SEARCH.</param>
    public async Task<List<string>> DoAsync(string command, bool mayExpunge)
    {
        var lines = await client.CommandAsync("t " + command);
        foreach (var line in lines)
        {
            if (Exists().Match(line) is { Success: true } exists)
                Grow(int.Parse(exists.Groups["number"].Value, CultureInfo.InvariantCulture), line);
            else if (Expunge().Match(line) is { Success: true } expunge)
                Remove(int.Parse(expunge.Groups["number"].Value, CultureInfo.InvariantCulture), command, mayExpunge);
            else if (Fetch().Match(line) is { Success: true } fetch)
                Check(int.Parse(fetch.Groups["number"].Value, CultureInfo.InvariantCulture), uint.Parse(fetch.Groups["uid"].Value, CultureInfo.InvariantCulture), command);
        }

        return lines;
    }

    private void Grow(int exists, string line)
    {
        exists.Should().BeGreaterThanOrEqualTo(_uids.Count, $"only EXPUNGE makes a mailbox smaller: {line}");
        while (_uids.Count < exists)
            _uids.Add(0);
    }

    private void Remove(int number, string command, bool mayExpunge)
    {
        mayExpunge.Should().BeTrue($"nothing may be expunged during {command}");
        number.Should().BeInRange(1, _uids.Count);
        _uids.RemoveAt(number - 1);
    }

    private void Check(int number, uint uid, string command)
    {
        number.Should().BeInRange(1, _uids.Count, $"{command} names a message that was announced");
        if (_uids[number - 1] != 0)
            _uids[number - 1].Should().Be(uid, $"number {number} still means the same message ({command})");
        _uids[number - 1] = uid;
    }

    [GeneratedRegex(@"^\* (?<number>\d+) EXISTS$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exists();

    [GeneratedRegex(@"^\* (?<number>\d+) EXPUNGE$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expunge();

    [GeneratedRegex(@"^\* (?<number>\d+) FETCH \(UID (?<uid>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fetch();
}
