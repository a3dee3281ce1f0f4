using Casella.Core.Directory;
using Casella.Core.Filtering.Events;
using Casella.Core.Mailboxes;
using Casella.Core.Policies;
using Casella.Imap.Tests.Wire;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Imap.Tests;

/// <summary>
/// Plays every conversation of Transcripts/ against the room over the real store; each client is signed in before it
/// begins, but where the name begins with "before-".
/// </summary>
public sealed class TranscriptTests
{
    private static readonly string Folder = Path.Join(AppContext.BaseDirectory, "Transcripts");

    /// <summary>What the mailbox has decided before its conversation begins.</summary>
    private static readonly Dictionary<string, (string Name, string Value)> Policies = new(StringComparer.Ordinal)
    {
        // The office may leave the limits to the managers; by itself it does not.
        ["quota-messages.transcript"] = ("managers-set-quota", "on"),
        ["quota-others.transcript"] = ("managers-set-quota", "on"),
        ["capability-hidden.transcript"] = ("hide-capabilities", "QRESYNC condstore, IMAP4rev1 NOTHING"),
    };

    /// <summary>Limits that the people who run the server have set.</summary>
    private static readonly Dictionary<string, ImapOptions> Options = new(StringComparer.Ordinal)
    {
        ["messagelimit.transcript"] = new ImapOptions { MessageLimit = 2 },
        ["savelimit.transcript"] = new ImapOptions { SaveLimit = 2 },
    };

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["archivio"] = """
            require ["imapsieve", "environment", "imap4flags", "fileinto", "copy"];
            if environment "imap.cause" "FLAG" {
              if allof (hasflag "\\Flagged", environment :contains "imap.changedflags" "\\Flagged") { fileinto :copy :flags "importante" "Archive"; }
            }
            else { addflag "nuovo"; }
            """,
        ["via"] = "require [\"imapsieve\", \"environment\"]; if environment \"imap.cause\" \"COPY\" { discard; }",
    };

    public static TheoryData<string> All => [.. Directory.GetFiles(Folder, "*.transcript").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_server_says_what_the_transcript_says(string name)
    {
        var isStranger = name.StartsWith("before-", StringComparison.Ordinal);
        await using var server = await TestServer.StartAsync(
            services =>
            {
                services.AddCasellaImap(Options.GetValueOrDefault(name, new ImapOptions()));
                if (name.StartsWith("imapsieve", StringComparison.Ordinal))
                    services.AddCasellaEvents(new SieveServer("sieve://mail.example.org"));
            },
            services => [(isStranger ? TlsMode.StartTls : TlsMode.Implicit, services.GetRequiredService<ImapProtocol>())]);
        if (name.StartsWith("full-", StringComparison.Ordinal))
            await FillAsync(server);
        if (Policies.TryGetValue(name, out var policy))
            await (await server.OpenAsync(TestServer.Address)).SetPolicyAsync(
                new Dictionary<string, string>(StringComparer.Ordinal) { [policy.Name] = policy.Value }, TestContext.Current.CancellationToken);
        if (name.StartsWith("imapsieve", StringComparison.Ordinal))
            await PutScriptsAsync(server);
        if (name.StartsWith("acl", StringComparison.Ordinal))
            await InviteAsync(server);
        var player = new TranscriptPlayer(name, async _ =>
        {
            var client = await WireClient.ConnectAsync(server.Ports[0], tls: !isStranger);
            if (isStranger)
                return client;
            await client.LineAsync();
            await client.CommandAsync($"x LOGIN {TestServer.Address} \"{TestServer.Password}\"");
            return client;
        });

        await player.PlayAsync(await File.ReadAllTextAsync(Path.Join(Folder, name), TestContext.Current.CancellationToken));
    }

    /// <summary>As by ManageSieve: none of them is active for incoming mail.</summary>
    private static async Task PutScriptsAsync(TestServer server)
    {
        var filters = (await server.OpenAsync(TestServer.Address)).Filters;
        foreach (var (name, script) in Scripts)
            await filters.PutAsync(name, script, TestContext.Current.CancellationToken);
    }

    /// <summary>Fred, who may do everything in the mailbox, and Chris, who is not in it yet.</summary>
    private static async Task InviteAsync(TestServer server)
    {
        var people = server.Services.GetRequiredService<People>();
        foreach (var login in (string[])["fred", "chris"])
            await people.AddAsync(new PersonToAdd(login, login, Language.Italian, Password: null), TestContext.Current.CancellationToken);
        await people.SetMemberAsync(TestServer.Address, "fred", MemberRights.All, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// A mailbox of 1 MB with ten messages of 102 KB in INBOX, and behind them the notice that it is full, which has
    /// made it fuller.
    /// </summary>
    private static async Task FillAsync(TestServer server)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        for (var number = 1; number <= 10; number++)
        {
            if (number == 10)
                await server.Services.GetRequiredService<MailDirectory>().SetQuotaAsync(TestServer.Address, 1024 * 1024, cancellationToken);
            await server.AppendAsync(TestServer.Address, "INBOX", $"Subject: {number}\n\n{new string('x', 104_825)}\n");
        }

        var mail = await server.OpenAsync(TestServer.Address);
        var inbox = (await mail.GetTreeAsync(cancellationToken)).Find(MailboxName.Inbox)!.Id;
        while ((await mail.GetSnapshotAsync(inbox, cancellationToken)).Count < 11)
            await Task.Delay(20, cancellationToken);
    }
}
