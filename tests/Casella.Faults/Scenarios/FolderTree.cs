using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Casella.Faults.Scenarios;

/// <summary>
/// CREATE, COPY and MOVE of several, RENAME of a folder with one below, DELETE: each wholly done or not at all
/// (invariant I6).
/// </summary>
internal sealed class FolderTree(LoadedAccount account) : Scenario
{
    private static readonly string[] Ours = ["INBOX", "Sent", "Drafts", "Trash", "SPAM"];

    private int _round;

    public override Task PrepareAsync(ServerUnderTest server, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task RoundAsync(ServerUnderTest server, CancellationToken stop)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, stop);
        Task Do(string command) => imap.SendAsync(command, stop);
        // What the last kill has left, the deeper first.
        foreach (var folder in Folders(Facts).Where(name => name is not "Archive").OrderDescending(StringComparer.Ordinal).ToList())
            await StepAsync(Without(folder), () => Do($"DELETE {folder}"));
        while (true)
        {
            var (work, rest) = ($"W{++_round}", $"R{_round}");
            await StepAsync(Facts.Add($"{work}/"), () => Do($"CREATE {work}"));
            await StepAsync(Facts.Add($"{work}/Uno/"), () => Do($"CREATE {work}/Uno"));
            for (var i = 0; i < 4; i++)
                await AppendAsync(imap, work, string.Create(CultureInfo.InvariantCulture, $"tree-{_round}-{i}"), stop);
            await Do($"SELECT {work}");
            await StepAsync(Facts.Union(Copied(work, $"{work}/Uno", Facts)), () => Do($"COPY 1:* {work}/Uno"));
            await Do("CLOSE");
            await StepAsync(FactsOf(Facts.Select(fact => Renamed(fact, work, rest))), () => Do($"RENAME {work} {rest}"));
            await Do($"SELECT {rest}");
            await StepAsync(Facts.Union(Copied(rest, "Archive", Facts)), () => Do("COPY 1:* Archive"));
            var moved = Facts.Where(fact => fact.StartsWith($"{rest}: ", StringComparison.Ordinal)).Take(2).ToList();
            await StepAsync(Facts.Add($"{rest}/Due/"), () => Do($"CREATE {rest}/Due"));
            await StepAsync(
                Facts.Except(moved).Union(moved.Select(fact => fact.Replace($"{rest}: ", $"{rest}/Due: ", StringComparison.Ordinal))),
                () => Do($"MOVE 1:2 {rest}/Due"));
            await Do("CLOSE");
            foreach (var folder in new[] { $"{rest}/Due", $"{rest}/Uno", rest })
                await StepAsync(Without(folder), () => Do($"DELETE {folder}"));
        }
    }

    protected override async Task<ImmutableSortedSet<string>> FindAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, cancellationToken);
        var facts = new List<string>();
        foreach (var line in (await imap.SendAsync("LIST \"\" *", cancellationToken)).Where(line => line.StartsWith("* LIST ", StringComparison.Ordinal)))
        {
            var name = line.Split(' ')[^1].Trim('"');
            if (Ours.Contains(name, StringComparer.Ordinal))
                continue;
            if (name is not "Archive")
                facts.Add($"{name}/");
            facts.AddRange(await MessagesAsync(imap, name, cancellationToken));
        }

        return FactsOf(facts);
    }

    private Task AppendAsync(ImapWire imap, string folder, string id, CancellationToken stop) => StepAsync(
        Facts.Add($"{folder}: {id}"),
        () => imap.SendAsync($"APPEND {folder}", stop, Encoding.ASCII.GetBytes($"X-Id: {id}\r\nSubject: {id}\r\n\r\nCiao\r\n")));

    private ImmutableSortedSet<string> Without(string folder) => FactsOf(Facts.Where(fact =>
        !fact.StartsWith($"{folder}: ", StringComparison.Ordinal) && !string.Equals(fact, $"{folder}/", StringComparison.Ordinal)));

    private static IEnumerable<string> Folders(IEnumerable<string> facts) => facts.Where(fact => fact.EndsWith('/')).Select(fact => fact[..^1]);

    private static List<string> Copied(string from, string to, IEnumerable<string> facts) => [.. facts
        .Where(fact => fact.StartsWith($"{from}: ", StringComparison.Ordinal))
        .Select(fact => $"{to}{fact[from.Length..]}")];

    private static string Renamed(string fact, string from, string to) =>
        fact.StartsWith($"{from}/", StringComparison.Ordinal) || fact.StartsWith($"{from}:", StringComparison.Ordinal) ? $"{to}{fact[from.Length..]}" : fact;
}
