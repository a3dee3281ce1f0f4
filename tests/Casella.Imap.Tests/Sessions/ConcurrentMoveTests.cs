using AwesomeAssertions;
using Casella.Imap.Tests.Wire;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>Sessions that move the same messages at the same moment: each message ends in one place.</summary>
public sealed class ConcurrentMoveTests
{
    private const int Messages = 60;

    private static readonly string[] Targets = ["Trash", "Archive", "Drafts"];

    [Fact]
    public async Task Of_sessions_that_move_the_same_message_one_wins_and_nothing_is_doubled()
    {
        await using var house = await MailHouse.StartAsync();
        await using var watcher = await house.ConnectAsync();
        await MailHouse.AppendAsync(watcher, 1, Messages);

        var won = await Task.WhenAll(Targets.Select((target, number) => MoveAllAsync(house, target, new Random(number))));

        won.Sum().Should().Be(Messages);
        var subjects = new List<string>();
        for (var i = 0; i < Targets.Length; i++)
        {
            var found = await SubjectsAsync(watcher, Targets[i]);
            found.Should().HaveCount(won[i], "who is told COPYUID has moved it");
            subjects.AddRange(found);
        }

        subjects.Should().OnlyHaveUniqueItems().And.HaveCount(Messages);
        (await SubjectsAsync(watcher, "INBOX")).Should().BeEmpty();
    }

    [Fact]
    public async Task Of_sessions_that_expunge_the_same_message_each_is_told_once()
    {
        await using var house = await MailHouse.StartAsync();
        await using var first = await house.ConnectToInboxAsync();
        await using var second = await house.ConnectToInboxAsync();
        await MailHouse.AppendAsync(first, 1, 20);
        await MailHouse.OkAsync(second, "a NOOP");
        await MailHouse.OkAsync(first, "a STORE 1:* +FLAGS.SILENT (\\Deleted)");

        var told = await Task.WhenAll(first.CommandAsync("b EXPUNGE"), second.CommandAsync("b EXPUNGE"));

        foreach (var (client, lines) in new[] { first, second }.Zip(told))
        {
            var rest = await MailHouse.OkAsync(client, "c NOOP");
            lines.Concat(rest).Count(line => line.EndsWith(" EXPUNGE", StringComparison.Ordinal)).Should().Be(20);
        }
    }

    /// <summary>How many this session has moved; which one is tried next differs from session to session.</summary>
    private static async Task<int> MoveAllAsync(MailHouse house, string target, Random random)
    {
        await using var client = await house.ConnectToInboxAsync();
        var uids = Enumerable.Range(1, Messages).ToArray();
        random.Shuffle(uids);
        var won = 0;
        foreach (var pair in uids.Chunk(2))
        {
            var lines = await MailHouse.OkAsync(client, $"m UID MOVE {pair[0]},{pair[1]} {target}");
            foreach (var line in lines.Where(line => line.Contains("[COPYUID ", StringComparison.Ordinal)))
                won += line.Split(' ')[4].Split(',', ':').Length;
        }

        return won;
    }

    private static async Task<List<string>> SubjectsAsync(Casella.Transcripts.WireClient client, string mailbox)
    {
        await MailHouse.OkAsync(client, $"a SELECT {mailbox}");
        var lines = await client.CommandAsync("a UID FETCH 1:* ENVELOPE");
        return [.. lines.Where(line => line.Contains("ENVELOPE", StringComparison.Ordinal)).Select(line => line.Split('"')[1])];
    }
}
