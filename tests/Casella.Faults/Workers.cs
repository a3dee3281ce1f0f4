using System.Globalization;
using System.Net.Sockets;

namespace Casella.Faults;

/// <summary>An account under load: its address, its password, what its clients know.</summary>
internal sealed record LoadedAccount(string Address, string Password, Ledger Ledger);

/// <summary>
/// Clients at full speed until the server is killed under them. Each works on messages of its own, all in the same
/// mailboxes.
/// </summary>
internal static class Workers
{
    private const int KeepAtMost = 12;

    public static IEnumerable<Task> Start(ServerUnderTest server, LoadedAccount account, CancellationToken stop)
    {
        yield return Run(token => DeliverAsync(server, account, "smtp1", token), stop);
        yield return Run(token => DeliverAsync(server, account, "smtp2", token), stop);
        yield return Run(token => AppendAsync(server, account, token), stop);
        yield return Run(token => StoreAsync(server, account, token), stop);
        yield return Run(token => MoveAsync(server, account, token), stop);
        yield return Run(token => ExpungeAsync(server, account, token), stop);
    }

    /// <summary>A connection that breaks is what the test is about. NO and BAD are not: they fail it.</summary>
    private static Task Run(Func<CancellationToken, Task> work, CancellationToken stop) => Task.Run(
        async () =>
        {
            try
            {
                await work(stop);
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException)
            {
                return;
            }
        },
        CancellationToken.None);

    private static async Task DeliverAsync(ServerUnderTest server, LoadedAccount account, string worker, CancellationToken stop)
    {
        using var smtp = await SmtpWire.ConnectAsync(server.Smtp, stop);
        // First what was left without an answer, with the same Message-ID and envelope, as a mail server does.
        foreach (var again in account.Ledger.Messages.Where(message => message.MustRetry && string.Equals(message.Worker, worker, StringComparison.Ordinal)))
            await SendAsync(smtp, account, again, stop);
        while (true)
            await SendAsync(smtp, account, account.Ledger.Add(worker), stop);
    }

    private static async Task SendAsync(SmtpWire smtp, LoadedAccount account, TrackedMessage message, CancellationToken stop)
    {
        message.MayAlsoBeIn("INBOX");
        message.MustRetry = true;
        await smtp.SendAsync("client@example.org", account.Address, message.Content, stop);
        message.MustRetry = false;
        message.IsIn("INBOX");
        account.Ledger.CountAcknowledged();
    }

    private static async Task AppendAsync(ServerUnderTest server, LoadedAccount account, CancellationToken stop)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, stop);
        while (true)
            await AppendAsync(imap, account, account.Ledger.Add("append"), stop);
    }

    private static async Task AppendAsync(ImapWire imap, LoadedAccount account, TrackedMessage message, CancellationToken stop)
    {
        message.MayAlsoBeIn("INBOX");
        var answers = await imap.SendAsync("APPEND INBOX", stop, message.Content);
        message.Uid = ImapWire.NumberAfter(answers[^1], "APPENDUID ", skipWords: 1);
        message.IsIn("INBOX");
        account.Ledger.CountAcknowledged();
    }

    private static async Task StoreAsync(ServerUnderTest server, LoadedAccount account, CancellationToken stop)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, stop);
        await imap.SendAsync("SELECT INBOX", stop);
        var own = await OwnAsync(imap, account, "store", stop);
        for (var turn = 0; ; turn++)
        {
            var message = own[turn % own.Count];
            var value = turn / own.Count % 2 == 0;
            message.Flagged.Add(value);
            await imap.SendAsync(string.Create(CultureInfo.InvariantCulture, $"UID STORE {message.Uid} {(value ? '+' : '-')}FLAGS (\\Flagged)"), stop);
            message.Flagged.Clear();
            message.Flagged.Add(value);
            account.Ledger.CountAcknowledged();
        }
    }

    private static async Task MoveAsync(ServerUnderTest server, LoadedAccount account, CancellationToken stop)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, stop);
        await imap.SendAsync("SELECT INBOX", stop);
        var own = await OwnAsync(imap, account, "move", stop);
        for (var (from, to) = ("INBOX", "Archive"); ; (from, to) = (to, from))
        {
            await imap.SendAsync($"SELECT {from}", stop);
            foreach (var message in own.Where(m => m.Places.SetEquals([from])))
            {
                message.MayAlsoBeIn(to);
                var answers = await imap.SendAsync(string.Create(CultureInfo.InvariantCulture, $"UID MOVE {message.Uid} {to}"), stop);
                message.Uid = ImapWire.NumberAfter(answers.Single(answer => answer.Contains("COPYUID", StringComparison.Ordinal)), "COPYUID ", skipWords: 2);
                message.IsIn(to);
                account.Ledger.CountAcknowledged();
            }
        }
    }

    private static async Task ExpungeAsync(ServerUnderTest server, LoadedAccount account, CancellationToken stop)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, stop);
        await imap.SendAsync("SELECT INBOX", stop);
        while (true)
        {
            var message = account.Ledger.Add("expunge");
            await AppendAsync(imap, account, message, stop);
            await imap.SendAsync(string.Create(CultureInfo.InvariantCulture, $"UID STORE {message.Uid} +FLAGS.SILENT (\\Deleted)"), stop);
            message.MayAlsoBeIn(TrackedMessage.Gone);
            await imap.SendAsync(string.Create(CultureInfo.InvariantCulture, $"UID EXPUNGE {message.Uid}"), stop);
            message.IsIn(TrackedMessage.Gone);
            account.Ledger.CountAcknowledged();
        }
    }

    /// <summary>The worker's messages whose UID is known; some new ones when there are none.</summary>
    private static async Task<List<TrackedMessage>> OwnAsync(ImapWire imap, LoadedAccount account, string worker, CancellationToken stop)
    {
        var own = account.Ledger.Messages
            .Where(message => string.Equals(message.Worker, worker, StringComparison.Ordinal) && message.Uid > 0 && !message.Places.Contains(TrackedMessage.Gone))
            .ToList();
        while (own.Count < KeepAtMost)
        {
            var message = account.Ledger.Add(worker);
            await AppendAsync(imap, account, message, stop);
            own.Add(message);
        }

        return own;
    }
}
