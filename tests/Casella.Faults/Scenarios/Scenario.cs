using System.Collections.Immutable;
using System.Net.Sockets;

namespace Casella.Faults.Scenarios;

/// <summary>
/// One kind of work that the kill interrupts, with what its client has been told. What there is is a set of facts in
/// words ("Archive: tree-4-1", "device phone-7"); each step leads from one set to the next. After the kill there must be
/// the last set that was acknowledged, or the one that the step under way leads to, and nothing between the two.
/// </summary>
internal abstract class Scenario
{
    private IReadOnlyList<ImmutableSortedSet<string>> _underWay = [];

    public long Acknowledged { get; private set; }

    protected ImmutableSortedSet<string> Facts { get; private set; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Once, before the first kill.</summary>
    public abstract Task PrepareAsync(ServerUnderTest server, CancellationToken cancellationToken);

    /// <summary>Works until the server is killed. A connection that breaks is what the test is about; NO and BAD are
    /// not.</summary>
    public async Task RunAsync(ServerUnderTest server, CancellationToken stop)
    {
        try
        {
            while (true)
                await RoundAsync(server, stop);
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException)
        {
            return;
        }
    }

    /// <summary>Every violation, in words. What is found is what the next round begins with.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        var found = await FindAsync(server, cancellationToken);
        var violations = new List<string>();
        if (!found.SetEquals(Facts) && !_underWay.Any(found.SetEquals))
            violations.AddRange(_underWay.Prepend(Facts).Select(wanted =>
                $"{GetType().Name}: missing [{string.Join(", ", wanted.Except(found))}], too much [{string.Join(", ", found.Except(wanted))}]"));
        (Facts, _underWay) = (found, []);
        await CheckMoreAsync(server, violations, cancellationToken);
        return violations;
    }

    protected abstract Task RoundAsync(ServerUnderTest server, CancellationToken stop);

    protected abstract Task<ImmutableSortedSet<string>> FindAsync(ServerUnderTest server, CancellationToken cancellationToken);

    protected virtual Task CheckMoreAsync(ServerUnderTest server, List<string> violations, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>One acknowledged command, all or nothing.</summary>
    protected Task StepAsync(ImmutableSortedSet<string> next, Func<Task> act) => StepAsync([next], act);

    /// <param name="next">What may be found while the command has not been answered; the last when it has.</param>
    protected async Task StepAsync(IReadOnlyList<ImmutableSortedSet<string>> next, Func<Task> act)
    {
        _underWay = next;
        await act();
        (Facts, _underWay) = (next[^1], []);
        Acknowledged++;
    }

    /// <summary>The messages of a mailbox as facts, one that is there twice twice.</summary>
    protected static async Task<IEnumerable<string>> MessagesAsync(ImapWire imap, string mailbox, CancellationToken cancellationToken)
    {
        var facts = new List<string>();
        foreach (var message in await imap.IdsAsync(mailbox, cancellationToken))
        {
            var fact = $"{mailbox}: {message.Id}{message.Flags}";
            while (facts.Contains(fact, StringComparer.Ordinal))
                fact += " again";
            facts.Add(fact);
        }

        return facts;
    }

    protected static ImmutableSortedSet<string> FactsOf(IEnumerable<string> facts) => facts.ToImmutableSortedSet(StringComparer.Ordinal);
}
