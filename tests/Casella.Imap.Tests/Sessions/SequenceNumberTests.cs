using AwesomeAssertions;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// Message sequence numbers while several sessions change one mailbox at the same time (RFC 3501 §5.5, §7.4.1).
/// </summary>
public sealed class SequenceNumberTests
{
    private const int Clients = 3;
    private const int Commands = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Numbers_mean_the_same_messages_to_server_and_client_whatever_others_do(int seed)
    {
        await using var house = await MailHouse.StartAsync();
        await using (var first = await house.ConnectAsync())
            await MailHouse.AppendAsync(first, 1, 30);

        var known = await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => WorkAsync(house, new Random(seed * 100 + number))));

        // One by one, now that nobody writes any more.
        await using var judge = await house.ConnectToInboxAsync();
        var truth = Numbers(await MailHouse.OkAsync(judge, "j UID SEARCH ALL"));
        foreach (var client in known)
        {
            await client.DoAsync("NOOP", mayExpunge: true);
            await client.DoAsync("UID FETCH 1:* UID", mayExpunge: true);
            client.Uids.Should().Equal(truth);
            await client.DisposeAsync();
        }
    }

    private static async Task<TrackingClient> WorkAsync(MailHouse house, Random random)
    {
        var client = new TrackingClient(await house.ConnectAsync());
        await client.DoAsync("SELECT INBOX", mayExpunge: false);
        for (var i = 0; i < Commands; i++)
        {
            var lines = await OneAsync(client, random);
            lines[^1].Should().StartWith("t OK ", string.Join('\n', lines));
        }

        return client;
    }

    private static Task<List<string>> OneAsync(TrackingClient client, Random random)
    {
        var number = random.Next(client.Count) + 1;
        var choice = client.Count == 0 ? 9 : random.Next(10);
        return choice switch
        {
            0 or 1 => client.DoAsync($"FETCH {number}:* (UID FLAGS)", mayExpunge: false),
            2 => client.DoAsync($"FETCH {number} (UID BODY.PEEK[TEXT])", mayExpunge: false),
            3 => client.DoAsync($"STORE {number} +FLAGS (\\Deleted)", mayExpunge: false),
            4 => client.DoAsync($"STORE {number} -FLAGS (\\Deleted \\Seen)", mayExpunge: false),
            5 => client.DoAsync($"SEARCH {number} DELETED", mayExpunge: false),
            6 => client.DoAsync("EXPUNGE", mayExpunge: true),
            7 => client.DoAsync($"MOVE {number} Trash", mayExpunge: true),
            8 => client.DoAsync("NOOP", mayExpunge: true),
            _ => client.DoAsync("APPEND INBOX {16+}\r\nSubject: x\r\n\r\nxy", mayExpunge: true),
        };
    }

    private static IEnumerable<uint> Numbers(List<string> lines) => lines
        .First(line => line.StartsWith("* SEARCH", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2)
        .Select(text => uint.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
