using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>Connect, full TLS handshake, LOGIN, LOGOUT: an office in the morning.</summary>
internal static class Login
{
    public static async Task<Outcome> RunAsync(Plan plan, CancellationToken cancellationToken)
    {
        var measured = await new Load<NoConnection>(
            plan.Connections, plan.Bench.Server,
            (_, _) => Task.FromResult(new NoConnection()),
            (_, number, token) => SessionAsync(plan.Bench, number, token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        return measured.For(measured.Latencies.Count);
    }

    private static async Task SessionAsync(BenchSettings bench, int number, CancellationToken cancellationToken)
    {
        await using var imap = await bench.SignInAsync(bench.Receiver(number), cancellationToken);
        await imap.RunAsync("LOGOUT", Responses.Ignored, cancellationToken);
    }
}
