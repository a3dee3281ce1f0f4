using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Casella.Faults;

/// <summary>
/// The server is killed while its queue empties: what was acknowledged to a sender arrives, and twice only where the cut
/// fell between the other server's 250 and our commit.
/// </summary>
public sealed class QueueKillTests
{
    /// <summary>More by KILL_CYCLES, as of <see cref="KillTests"/>.</summary>
    private static readonly int Cycles = int.Parse(Environment.GetEnvironmentVariable("KILL_CYCLES") ?? "3", CultureInfo.InvariantCulture);

    /// <summary>Of <c>Queue:AttemptsPerDomain</c>: so many answers can be on their way when the cut falls.</summary>
    private const int AtOnce = 3;

    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_to_leave_leaves_and_twice_only_when_its_answer_was_cut_off()
    {
        using var sink = new Sink();
        using var server = new ServerUnderTest();
        server.Settings["Outbound__SmartHost"] = "127.0.0.1";
        server.Settings["Outbound__Port"] = sink.Port.ToString(CultureInfo.InvariantCulture);
        var account = (await Population.AddAccountsAsync(server, "section", 1))[0];
        var acknowledged = new ConcurrentQueue<string>();
        var kills = new List<DateTimeOffset>();
        var random = new Random(20_261_126);
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            await server.StartAsync();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
            var sending = SendAsync(server, account, cycle, acknowledged, stop.Token);
            while (sink.Taken.Count < (cycle + 1) * 5 && !sending.IsCompleted)
                await Task.Delay(10, _cancelled);
            await Task.Delay(random.Next(20, 400), _cancelled);
            await server.KillAsync();
            kills.Add(TimeProvider.System.GetUtcNow());
            await stop.CancelAsync();
            await sending;
        }

        await server.StartAsync();
        for (var waited = 0; waited < 600 && acknowledged.Except(sink.Taken.Select(taken => taken.Id), StringComparer.Ordinal).Any(); waited++)
            await Task.Delay(100, _cancelled);
        await server.KillAsync();

        acknowledged.Count.Should().BeGreaterThan(Cycles * 3, "a test without load proves nothing");
        acknowledged.Except(sink.Taken.Select(taken => taken.Id), StringComparer.Ordinal).Should().BeEmpty("nothing that was acknowledged is lost");
        var twice = sink.Taken.GroupBy(taken => taken.Id, StringComparer.Ordinal).Where(copies => copies.Count() > 1).ToList();
        twice.Should().OnlyContain(copies => copies.Count() - 1 <= kills.Count(kill => kill >= copies.First().At && kill <= copies.Last().At), "between two copies there was a cut");
        twice.Sum(copies => copies.Count() - 1).Should().BeLessThanOrEqualTo(Cycles * AtOnce);
        TestContext.Current.TestOutputHelper!.WriteLine($"{acknowledged.Count} acknowledged, {sink.Taken.Count} taken, {twice.Count} of them twice, {Cycles} kills");
    }

    /// <summary>Submits until the server is gone.</summary>
    private static async Task SendAsync(ServerUnderTest server, LoadedAccount account, int cycle, ConcurrentQueue<string> acknowledged, CancellationToken stop)
    {
        try
        {
            using var smtp = await SmtpWire.SubmitAsync(server.Submissions, account.Address, account.Password, stop);
            for (var number = 0; ; number++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"out-{cycle}-{number}");
                var mail = $"X-Id: {id}\r\nMessage-ID: <{id}@example.org>\r\nFrom: {account.Address}\r\nTo: x@there.test\r\nSubject: fuori\r\n\r\nCiao\r\n";
                // Every third waits for a second, as what the webmail sends waits for ten: the cut falls into that too.
                await smtp.SendAsync(account.Address, "x@there.test", Encoding.ASCII.GetBytes(mail), number % 3 == 0 ? 1 : null, stop);
                acknowledged.Enqueue(id);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            return;
        }
    }
}
