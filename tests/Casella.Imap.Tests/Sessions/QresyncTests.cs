using System.Globalization;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Transcripts;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// A QRESYNC client that comes and goes, while somebody else works on the mailbox, always ends up with what is there.
/// </summary>
public sealed partial class QresyncTests
{
    private const int Rounds = 25;
    private const int StepsPerRound = 6;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whenever_it_breaks_off_it_converges_by_differences_alone(int seed)
    {
        var random = new Random(seed);
        await using var house = await MailHouse.StartAsync();
        await using var other = await house.ConnectToInboxAsync();
        await MailHouse.AppendAsync(other, 1, 10);
        var client = new QresyncClient(house.ConnectAsync);
        for (var round = 0; round < Rounds; round++)
        {
            await client.ConnectAsync();
            client.Known.Should().Equal(await TruthAsync(other), $"it has just come back (round {round})");
            for (var step = 0; step < StepsPerRound; step++)
            {
                await ChangeAsync(other, random);
                await ActAsync(client, random);
            }

            await client.BreakAsync();
            for (var step = 0; step < random.Next(StepsPerRound); step++)
                await ChangeAsync(other, random);
        }
    }

    /// <summary>Anna's telephone comes and goes, while her computer reads and Marco reads for himself (ADR 0016).</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Where_read_states_are_personal_it_converges_to_its_own_persons(int seed)
    {
        var random = new Random(seed);
        await using var house = await MailHouse.StartAsync();
        await house.SetAsync("seen", "person");
        var (phone, computer, marco) = (await house.AddDeviceAsync("anna", "phone"), await house.AddDeviceAsync("anna", "computer"), await house.AddDeviceAsync("marco", "phone"));
        await using var anna = await house.ConnectToInboxAsync(computer);
        await using var other = await house.ConnectToInboxAsync(marco);
        await MailHouse.AppendAsync(other, 1, 10);
        var client = new QresyncClient(() => house.ConnectAsync(phone));
        for (var round = 0; round < Rounds; round++)
        {
            await client.ConnectAsync();
            // During FETCH expunges are held back.
            await MailHouse.OkAsync(anna, "o NOOP");
            client.Known.Should().Equal(await TruthAsync(anna), $"it has just come back (round {round})");
            await WorkAsync(client.DoAsync);
            await client.BreakAsync();
            await WorkAsync((_, _) => Task.CompletedTask);
        }

        async Task WorkAsync(Func<string, bool, Task> looks)
        {
            for (var step = 0; step < StepsPerRound; step++)
            {
                await ReadAsync(anna, random);
                await ReadAsync(other, random);
                await ChangeAsync(other, random);
                await looks("NOOP", true);
            }
        }
    }

    private static Task<List<string>> ReadAsync(WireClient reader, Random random) => MailHouse.OkAsync(
        reader,
        $"o UID STORE {random.Next(1, 60)}:{random.Next(1, 60)} {(random.Next(3) == 0 ? '-' : '+')}FLAGS.SILENT (\\Seen)");

    /// <summary>Somebody else's work.</summary>
    private static async Task ChangeAsync(WireClient other, Random random)
    {
        var command = random.Next(7) switch
        {
            0 or 1 => "APPEND INBOX (\\Draft) {16+}\r\nSubject: x\r\n\r\nxy",
            2 => $"UID STORE {random.Next(1, 80)} FLAGS (\\Deleted)",
            3 => $"UID STORE {random.Next(1, 80)}:{random.Next(1, 80)} +FLAGS.SILENT (Label{random.Next(3)})",
            4 => $"UID MOVE {random.Next(1, 80)} Archive",
            5 => $"UID STORE {random.Next(1, 80)} -FLAGS (\\Flagged Label1)",
            _ => "EXPUNGE",
        };
        await MailHouse.OkAsync(other, "o " + command);
    }

    /// <summary>The client's own work: half of it while expunges have to wait.</summary>
    private static Task ActAsync(QresyncClient client, Random random)
    {
        var number = random.Next(client.Count) + 1;
        return (client.Count == 0 ? 4 : random.Next(5)) switch
        {
            0 => client.DoAsync($"STORE {number} +FLAGS (\\Flagged)"),
            1 => client.AddSilentlyAsync(number, "\\Answered"),
            2 => client.DoAsync($"FETCH {number} (UID FLAGS MODSEQ)"),
            3 => client.DoAsync("SEARCH FLAGGED"),
            _ => client.DoAsync("NOOP"),
        };
    }

    private static async Task<List<string>> TruthAsync(WireClient other)
    {
        var flags = new SortedDictionary<uint, string>();
        foreach (var line in await MailHouse.OkAsync(other, "o UID FETCH 1:* (FLAGS)"))
            if (Uid().Match(line) is { Success: true } uid)
                flags[uint.Parse(uid.Groups["uid"].Value, CultureInfo.InvariantCulture)] = QresyncClient.Sorted(QresyncClient.Flags().Match(line).Groups["flags"].Value);
        return [.. flags.Select(pair => $"{pair.Key} {pair.Value}")];
    }

    [GeneratedRegex(@"FETCH \(UID (?<uid>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Uid();
}
