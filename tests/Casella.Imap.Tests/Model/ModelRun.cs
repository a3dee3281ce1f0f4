namespace Casella.Imap.Tests.Model;

/// <summary>Plays steps one after the other, and holds server and clients to the model behind each.</summary>
internal sealed class ModelRun(IReadOnlyList<BelievingClient> clients, Judge judge, string mailbox)
{
    private readonly TrueMailbox _truth = new();
    private readonly List<Remembered>[] _states = [.. clients.Select(_ => new List<Remembered>())];

    public async Task BeginAsync(int messages)
    {
        foreach (var client in clients)
            await client.OpenAsync();
        for (var i = 0; i < messages; i++)
            await DoAsync(new Step(0, Verb.Append, 0, 0, Step.Flags[i % Step.Flags.Count], ByUid: false));
    }

    public async Task DoAsync(Step step)
    {
        var number = step.Client % clients.Count;
        var client = clients[number];
        await client.WakeAsync();
        var act = Act.Of(client, step);
        await DoAsync(number, act);
        await JudgeAsync();
        if (act.TellsAll)
            judge.Hear(client);
        if (act.Step.Verb != Verb.Idle)
            _states[number].Add(client.Remember());
    }

    /// <summary>Everybody asks once more, or ends IDLE; then all know the same.</summary>
    public async Task EndAsync()
    {
        foreach (var client in clients)
        {
            await client.WakeAsync();
            await client.AskAsync("NOOP", mayExpunge: true);
            judge.Hear(client);
        }
        await judge.CheckStatusAsync(_truth.UidNext);
    }

    private async Task DoAsync(int number, Act act)
    {
        var client = act.Client;
        switch (act.Step.Verb)
        {
            case Verb.Idle:
                await client.IdleAsync();
                break;
            case Verb.Close:
                _truth.Expunge(among: null);
                await client.CloseAsync();
                break;
            case Verb.Reconnect:
                await ReconnectAsync(client, act.Step, _states[number]);
                break;
            default:
                await CommandAsync(act);
                break;
        }
    }

    /// <summary>With any state that it ever had, with or without what it knows (RFC 7162 §3.2.5.1, §3.2.5.2).</summary>
    private static async Task ReconnectAsync(BelievingClient client, Step step, List<Remembered> states)
    {
        if (!client.IsQresync || states.Count == 0)
        {
            await client.OpenAsync();
            return;
        }
        var state = states[step.At * states.Count / 12];
        var uids = state.Flags.Keys.ToList();
        var known = uids.Count == 0 || step.More == 0 ? "" : $" {string.Join(',', uids)}";
        var pairs = known.Length == 0 || step.More == 1 || client.Kind == ClientKind.UidOnly ? ""
            : uids.Count == 1 ? $" (1 {uids[0]})" : $" (1,{uids.Count} {uids[0]},{uids[^1]})";
        await client.OpenAsync(state, known + pairs);
    }

    private async Task CommandAsync(Act act)
    {
        var (client, step) = (act.Client, act.Step);
        if (step.Verb == Verb.AddUnchangedSince && !client.IsCondstore)
            act = act with { Step = step = step with { Verb = Verb.AddSilently } };
        var believed = client.Messages.ToList();
        var unchangedSince = act.Named.Count == 0 ? 0 : Math.Max(believed.Find(message => message.Uid == act.Named[0])!.ModSeq, 1);
        var answer = await act.DoAsync(mailbox, "Trash", unchangedSince);
        var hasGone = act.Named.Any(uid => !_truth.Has(uid));
        if (!answer[^1].Line.StartsWith("t OK", StringComparison.Ordinal) && !(step.Verb == Verb.FetchText && hasGone))
            throw client.Lie($"is refused: {answer[^1].Line}");
        CheckAnswer(act, believed, answer);
        Follow(act, answer, unchangedSince);
    }

    /// <summary>What must be in the answer itself.</summary>
    private void CheckAnswer(Act act, List<Believed> believed, IReadOnlyList<Response> answer)
    {
        var here = act.Named.Where(_truth.Has);
        if (act.Step.Verb is Verb.Fetch or Verb.FetchText or Verb.Add or Verb.Remove or Verb.Replace)
        {
            var answered = answer.Select(response => response.FetchedUid).ToHashSet();
            if (!here.All(uid => answered.Contains(uid)))
                throw act.Client.Lie($"is not answered for each of {act.Set}");
        }
        if (act.Step.Verb == Verb.Search)
        {
            var found = answer.First(response => response.Line.StartsWith("* SEARCH", StringComparison.Ordinal)).Line
                .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2).Select(uint.Parse)
                .Select(result => act.Step.ByUid ? result : believed[(int)result - 1].Uid).Where(_truth.Has);
            if (!found.SequenceEqual(here.Where(uid => _truth.Has(uid, act.Step.Flag))))
                throw act.Client.Lie($"finds [{string.Join(' ', found)}] with {act.Step.Flag}");
        }
    }

    private void Follow(Act act, IReadOnlyList<Response> answer, long unchangedSince)
    {
        var (named, flag) = (act.Named, act.Step.Flag);
        switch (act.Step.Verb)
        {
            case Verb.Append:
                _truth.Append([flag]);
                break;
            case Verb.Add or Verb.AddSilently:
                _truth.Store(named, '+', flag);
                break;
            case Verb.Remove or Verb.RemoveSilently:
                _truth.Store(named, '-', flag);
                break;
            case Verb.Replace:
                _truth.Store(named, ' ', flag);
                break;
            case Verb.AddUnchangedSince:
                var unchanged = named.Where(uid => judge.Messages.TryGetValue(uid, out var held) && held.ModSeq <= unchangedSince).ToList();
                _truth.Store(unchanged, '+', flag);
                if (answer[^1].Modified.Count < named.Count(_truth.Has) - unchanged.Count)
                    throw act.Client.Lie("is not told which messages were left alone (RFC 7162 §3.1.3)");
                break;
            case Verb.FetchText:
                _truth.Store(named, '+', "\\Seen");
                break;
            case Verb.Expunge:
                _truth.Expunge(among: null);
                break;
            case Verb.UidExpunge:
                _truth.Expunge([.. named]);
                break;
            case Verb.Copy:
                _truth.Copy(named);
                break;
            case Verb.Move:
                _truth.Remove(named);
                break;
        }
    }

    private async Task JudgeAsync()
    {
        await judge.LookAsync();
        var held = judge.Messages.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value.Flags}");
        var expected = _truth.Uids.Select(uid => $"{uid} {_truth.FlagsOf(uid)}");
        if (!held.SequenceEqual(expected, StringComparer.Ordinal))
            throw new InvalidOperationException($"The server has [{string.Join(", ", held)}] instead of [{string.Join(", ", expected)}].");
    }
}
