namespace Casella.Imap.Tests.Model;

/// <summary>One of many clients that work in one mailbox at the same time: does at random what people do in a year.</summary>
internal sealed class Worker(BelievingClient client, string mailbox, int seed)
{
    /// <summary>Of the states that it has had, those that it may come back with.</summary>
    private const int StatesKept = 200;

    /// <summary>Beyond it nothing is added: what is to be found is found in small mailboxes.</summary>
    private const int MessagesAtMost = 1_000;

    private static readonly Verb[] Verbs = Enum.GetValues<Verb>();

    private readonly Random _random = new(seed);
    private readonly List<Remembered> _states = [];

    public BelievingClient Client => client;

    public int Commands { get; private set; }

    /// <summary>Works until it is told to stop; what it is in the middle of is finished.</summary>
    public async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await DoAsync(Next());
            Commands++;
            if (!client.IsQresync || _random.Next(4) > 0)
                continue;
            await client.WakeAsync();
            if (_states.Count == StatesKept)
                _states.RemoveAt(_random.Next(StatesKept));
            _states.Add(client.Remember());
        }
    }

    /// <summary>Now that nobody writes any more: asks, so that it is told everything.</summary>
    public async Task AskAsync()
    {
        await client.WakeAsync();
        await client.AskAsync("NOOP", mayExpunge: true);
    }

    /// <summary>Comes back with some state that it has had (RFC 7162 §3.2.5).</summary>
    public Task ComeBackAsync() =>
        client.IsQresync && _states.Count > 0 ? client.OpenAsync(_states[_random.Next(_states.Count)]) : client.OpenAsync();

    private Step Next()
    {
        var verb = Verbs[_random.Next(Verbs.Length)];
        if (client.Messages.Count > MessagesAtMost && verb is Verb.Append or Verb.Copy)
            verb = Verb.Move;
        // Connections are made less often than commands are given.
        if (verb is Verb.Reconnect or Verb.Close && _random.Next(5) > 0)
            verb = Verb.Noop;
        return new Step(0, verb, _random.Next(int.MaxValue), _random.Next(6), Step.Flags[_random.Next(Step.Flags.Count)], _random.Next(2) == 0);
    }

    private async Task DoAsync(Step step)
    {
        await client.WakeAsync();
        switch (step.Verb)
        {
            case Verb.Idle:
                await client.IdleAsync();
                await Task.Delay(_random.Next(30));
                return;
            case Verb.Close:
                await client.CloseAsync();
                return;
            case Verb.Reconnect:
                await ComeBackAsync();
                return;
        }
        if (step.Verb == Verb.AddUnchangedSince && !client.IsCondstore)
            step = step with { Verb = Verb.AddSilently };
        var act = Act.Of(client, step);
        var unchangedSince = act.Named.Count == 0 ? 0 : Math.Max(client.Messages.First(message => message.Uid == act.Named[0]).ModSeq, 1);
        var answer = await act.DoAsync(mailbox, "Trash", unchangedSince);
        // What somebody else has expunged meanwhile has no text any more.
        if (!answer[^1].Line.StartsWith("t OK", StringComparison.Ordinal) && step.Verb != Verb.FetchText)
            throw client.Lie($"is refused: {answer[^1].Line}");
    }
}
