using System.Globalization;
using AwesomeAssertions;
using Casella.Transcripts;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// Nobody who waits in IDLE misses a change, whoever makes it and whatever the waiting client does meanwhile: many
/// short rounds, in each of which every waiting client must hear.
/// </summary>
public sealed class IdleTests
{
    private const int Messages = 6;

    /// <summary>A tenth of a second is usual; a busy machine gets some more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly string[] Flags = ["\\Flagged", "\\Answered", "\\Flagged \\Seen", "\\Draft"];

    [Theory]
    // One change at a time: a notice that is missed is not made good by the next.
    [InlineData(1, 1_200, 0)]
    [InlineData(3, 400, 0)]
    [InlineData(1, 500, 3)]
    [InlineData(3, 300, 3)]
    public async Task Everybody_who_waits_hears_each_change(int changers, int rounds, int restless)
    {
        await using var house = await MailHouse.StartAsync();
        var writers = await Task.WhenAll(Enumerable.Range(0, changers).Select(_ => house.ConnectAsync()));
        await MailHouse.AppendAsync(writers[0], 1, Messages);
        var waiting = await WaitAsync(house, steady: 2, restless);

        await Task.WhenAll(writers.Select((writer, number) => ChangeAsync(writer, (uint)number + 1, rounds, waiting)));

        foreach (var client in waiting)
            await client.SwitchOffAsync();
        foreach (var client in waiting.Skip(2))
            client.Entered.Should().BeGreaterThan(rounds / 20, "a restless client leaves IDLE and comes back");
        await EndAsync(writers, waiting);
    }

    [Fact]
    public async Task Who_waits_knows_what_is_left_after_others_have_moved_and_expunged_at_once()
    {
        await using var house = await MailHouse.StartAsync();
        var writers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => house.ConnectToInboxAsync()));
        await MailHouse.AppendAsync(writers[0], 1, Messages);
        var waiting = await WaitAsync(house, steady: 2, restless: 2);
        for (var round = 0; round < 60; round++)
        {
            await MailHouse.AppendAsync(writers[0], round, 4);
            var uids = await UidsAsync(writers[0]);
            // Each wants the same one gone, in its own way.
            var one = uids[^(1 + round % 3)];
            foreach (var writer in writers)
                await MailHouse.OkAsync(writer, "n NOOP");
            await Task.WhenAll(
                ExpungeAsync(writers[0], one),
                MailHouse.OkAsync(writers[1], string.Create(CultureInfo.InvariantCulture, $"m UID MOVE {one},{uids[0]} Archive")),
                ExpungeAsync(writers[2], uids[1]));

            var left = await UidsAsync(writers[0]);
            left.Should().Equal(uids.Where(uid => uid != one && uid != uids[0] && uid != uids[1]));
            await Task.WhenAll(waiting.Select(client => client.HearsAsync(left, Patience)));
        }

        foreach (var client in waiting)
            await client.SwitchOffAsync();
        await EndAsync(writers, waiting);
    }

    /// <summary>Steady clients first; every second one has QRESYNC.</summary>
    private static async Task<IReadOnlyList<IdlingClient>> WaitAsync(MailHouse house, int steady, int restless)
    {
        var waiting = new List<IdlingClient>();
        for (var i = 0; i < steady + restless; i++)
        {
            var wire = await house.ConnectAsync();
            if (i % 2 == 1)
                await MailHouse.OkAsync(wire, "e ENABLE QRESYNC");
            waiting.Add(await IdlingClient.StartAsync(wire, i < steady ? null : new Random(i)));
        }

        return waiting;
    }

    private static async Task ChangeAsync(WireClient writer, uint uid, int rounds, IReadOnlyList<IdlingClient> waiting)
    {
        await MailHouse.OkAsync(writer, "s SELECT INBOX");
        for (var round = 0; round < rounds; round++)
        {
            var flags = Flags[round % Flags.Length];
            await MailHouse.OkAsync(writer, string.Create(CultureInfo.InvariantCulture, $"c UID STORE {uid} FLAGS.SILENT ({flags})"));
            await Task.WhenAll(waiting.Select(client => client.HearsAsync(uid, flags, Patience)));
        }
    }

    private static async Task ExpungeAsync(WireClient writer, uint uid)
    {
        await MailHouse.OkAsync(writer, string.Create(CultureInfo.InvariantCulture, $"d UID STORE {uid} +FLAGS.SILENT (\\Deleted)"));
        await MailHouse.OkAsync(writer, string.Create(CultureInfo.InvariantCulture, $"x UID EXPUNGE {uid}"));
    }

    private static async Task<IReadOnlyList<uint>> UidsAsync(WireClient writer) =>
    [
        .. (await MailHouse.OkAsync(writer, "j UID SEARCH ALL"))
            .First(line => line.StartsWith("* SEARCH", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2)
            .Select(text => uint.Parse(text, CultureInfo.InvariantCulture)),
    ];

    private static async Task EndAsync(IEnumerable<WireClient> writers, IEnumerable<IdlingClient> waiting)
    {
        foreach (var writer in writers)
            await writer.DisposeAsync();
        foreach (var client in waiting)
            await client.DisposeAsync();
    }
}
