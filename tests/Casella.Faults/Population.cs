using System.Globalization;
using Casella.Faults.Scenarios;
using Casella.Server.Administration;
using Microsoft.Data.Sqlite;

namespace Casella.Faults;

/// <summary>The mailboxes of a server under test and those who work in them.</summary>
internal static class Population
{
    private const string Password = "correct-horse-battery-9";

    /// <summary>What a POP3 program deletes; each office has another.</summary>
    private static readonly string[] Policies = ["hide", "trash", "delete"];

    public static async Task<IReadOnlyList<LoadedAccount>> AddAccountsAsync(ServerUnderTest server, string name, int count)
    {
        if (!Directory.Exists(server.Data))
            await ExpectSuccessAsync(server, "domain", "add", "example.test");
        var file = Path.Join(Path.GetDirectoryName(server.Data), "accounts.csv");
        var accounts = Enumerable.Range(1, count)
            .Select(n => new LoadedAccount(string.Create(CultureInfo.InvariantCulture, $"{name}{n}@example.test"), Password, new Ledger())).ToList();
        await File.WriteAllLinesAsync(file, ["address,password,quota,name", .. accounts.Select(account => $"{account.Address},{Password},1GB,Section")]);
        await ExpectSuccessAsync(server, "account", "import", file);
        return accounts;
    }

    /// <summary>Three sets of scenarios, each with mailboxes of its own.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<Scenario>>> AddOfficesAsync(ServerUnderTest server)
    {
        var accounts = await AddAccountsAsync(server, "office", 7 * Policies.Length);
        return [.. Policies.Select((policy, n) => new[] { policy, "undo", "staff" }.Select(kind => $"{kind}{n}").ToArray()).Select((logins, n) =>
        {
            var own = accounts.Skip(7 * n).Take(7).ToArray();
            return (IReadOnlyList<Scenario>)
            [
                new FolderTree(own[0]), new Maildrop(own[1], logins[0], Policies[n]), new SendingAnswers(own[2], own[3]),
                new TakingBack(own[4], logins[1]), new Staff(own[5], logins[2]),
                new FilteredMail(own[6]),
            ];
        })];
    }

    public static async Task PrepareAsync(
        ServerUnderTest server, IReadOnlyList<LoadedAccount> accounts, IReadOnlyList<IReadOnlyList<Scenario>> offices, CancellationToken cancellationToken)
    {
        // The clients delete what they have made at a speed that no person does: the server would write to them about
        // it.
        foreach (var account in accounts)
            await server.AskAsync(new SetPolicy(account.Address, new Dictionary<string, string>(StringComparer.Ordinal) { ["brake"] = "off" }), cancellationToken);
        foreach (var scenario in offices.SelectMany(office => office))
            await scenario.PrepareAsync(server, cancellationToken);
    }

    /// <summary>
    /// Makes the deleted messages so old that the next server begins to let them go for good, and is killed at it. While
    /// no server runs.
    /// </summary>
    public static void Age(string data)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Join(data, "accounts"), "mail.db", SearchOption.AllDirectories))
        {
            using var database = new SqliteConnection($"Data Source={file};Pooling=False");
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = "UPDATE messages SET orphaned_at=orphaned_at-60*86400 WHERE orphaned_at IS NOT NULL";
            command.ExecuteNonQuery();
        }
    }

    private static async Task ExpectSuccessAsync(ServerUnderTest server, params string[] arguments)
    {
        var (exitCode, output) = await server.RunAsync(arguments);
        exitCode.Should().Be(0, output);
    }
}
