using System.Diagnostics;
using System.Globalization;
using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// A queue that has filled while the world could not be reached: submitted to ten domains, then the sink opens, the
/// server is told to try again, and the clock runs until the last message has come, each once.
/// </summary>
internal static class Drain
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    public static async Task<Outcome> RunAsync(Plan plan, CancellationToken cancellationToken)
    {
        var bench = plan.Bench;
        if (bench.Submission is not { } submission || bench.SinkPort is not { } port || bench.Flush is not { Length: > 0 } flush)
            throw new InvalidOperationException("needs --submission, --sink and --flush");
        var messages = Enumerable.Range(0, plan.Count).Select(number => SampleMessage.Build(number, bench.Size, bench.Run, bench.Reader)).ToList();
        var filling = await new Load<SmtpConnection>(
            plan.Connections, bench.Server,
            (_, token) => SmtpConnection.SignInAsync(submission, bench.Reader, bench.Password, token),
            (smtp, number, token) => smtp.DeliverAsync(
                bench.Reader, [string.Create(CultureInfo.InvariantCulture, $"user{number}@d{number % 10}.example.net")], messages[number], token))
            .TimesAsync(plan.Count, cancellationToken);

        var processorBefore = bench.Server.ProcessorSeconds();
        var started = Stopwatch.GetTimestamp();
        await using var sink = new SmtpSink(port);
        using (var telling = Process.Start("/bin/sh", ["-c", flush]))
            await telling.WaitForExitAsync(cancellationToken);
        while (sink.MessageIds.Count < plan.Count)
            await Task.Delay(LookAgain, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var processor = bench.Server.ProcessorSeconds() - processorBefore;
        // A second one of any would come now.
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        Check(sink.MessageIds, Enumerable.Range(0, plan.Count).Select(number => SampleMessage.MessageId(number, bench.Run)));
        return new Measured(elapsed, filling.Latencies, processor).For(
            plan.Count, new Figure("submitted_per_s", plan.Count / filling.Elapsed.TotalSeconds), new Figure("connections_to_sink", sink.Connections));
    }

    private static void Check(IReadOnlyCollection<string> found, IEnumerable<string> expected)
    {
        var missing = expected.Except(found, StringComparer.Ordinal).Count();
        var doubled = found.Count - found.Distinct(StringComparer.Ordinal).Count();
        if (missing + doubled > 0)
            throw new UnexpectedAnswerException($"{missing} messages are missing, {doubled} doubled");
    }
}
