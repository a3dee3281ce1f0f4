using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>A whole maildrop is read by POP3, session after session; nothing is deleted.</summary>
internal static class Retrieve
{
    public static async Task<Outcome> RunAsync(Plan plan, CancellationToken cancellationToken)
    {
        var maildrop = PreparedMailbox.Maildrop(plan.Bench);
        await maildrop.EnsureAsync(plan.Bench, cancellationToken);

        // One session at a time: a second one of the same device may be refused ([IN-USE]).
        var measured = await new Load<NoConnection>(
            1, plan.Bench.Server,
            (_, _) => Task.FromResult(new NoConnection()),
            (_, _, token) => SessionAsync(plan.Bench, maildrop, token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        var messages = (long)measured.Latencies.Count * maildrop.Count;
        var megabytes = messages * maildrop.Size / 1e6;
        return measured.For(messages, new Figure("mb_per_s", megabytes / measured.Elapsed.TotalSeconds));
    }

    private static async Task SessionAsync(
        BenchSettings bench, PreparedMailbox maildrop, CancellationToken cancellationToken)
    {
        await using var pop3 = await Pop3Connection.SignInAsync(
            bench.Pop3, bench.Reader, bench.Password, cancellationToken);
        var (messages, octets) = await pop3.StatAsync(cancellationToken);
        if (messages != maildrop.Count || octets != (long)maildrop.Count * maildrop.Size)
            throw new UnexpectedAnswerException($"STAT says {messages} messages of {octets} octets");
        var (names, _) = await pop3.ReadManyAsync("UIDL", cancellationToken);
        if (names != messages)
            throw new UnexpectedAnswerException($"UIDL lists {names} of {messages} messages");
        for (var number = 1; number <= messages; number++)
        {
            var (_, size) = await pop3.ReadManyAsync($"RETR {number}", cancellationToken);
            if (size != maildrop.Size)
                throw new UnexpectedAnswerException($"RETR {number} gave {size} octets, not {maildrop.Size}");
        }

        await pop3.RunAsync("QUIT", cancellationToken);
    }
}
