using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Casella.Server.Administration;

namespace Casella.Faults.Scenarios;

/// <summary>
/// Mail from outside through a script that files it twice: after 250 it is in both folders, each once, and never in one of them
/// only. Then its reader calls it spam, which the filter learns behind the move. What got no answer is brought again, as servers do.
/// </summary>
internal sealed class FilteredMail(LoadedAccount account) : Scenario
{
    private const string Script = """
        require ["fileinto", "mailbox", "imap4flags"];
        fileinto :create :flags "\\Flagged" "Corsi";
        keep;
        """;

    private int _round;
    private int _unanswered;

    public override async Task PrepareAsync(ServerUnderTest server, CancellationToken cancellationToken) =>
        await server.AskAsync(new PutScript(account.Address, "main", Script, Activate: true), cancellationToken);

    protected override async Task RoundAsync(ServerUnderTest server, CancellationToken stop)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, stop);
        using var smtp = await SmtpWire.ConnectAsync(server.Smtp, stop);
        if (_unanswered > 0)
            await BringAsync(smtp, _unanswered, stop);
        while (true)
        {
            foreach (var fact in Facts.Where(fact => fact.StartsWith("INBOX: ", StringComparison.Ordinal)).ToList())
            {
                await imap.SendAsync("SELECT INBOX", stop);
                await StepAsync(Facts.Remove(fact).Add(fact.Replace("INBOX: ", "SPAM: ", StringComparison.Ordinal)), () => imap.SendAsync("MOVE 1 SPAM", stop));
            }

            await BringAsync(smtp, ++_round, stop);
        }
    }

    protected override async Task<ImmutableSortedSet<string>> FindAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, cancellationToken);
        var facts = new List<string>();
        foreach (var folder in new[] { "INBOX", "SPAM" })
            facts.AddRange(await MessagesAsync(imap, folder, cancellationToken));
        var folders = await imap.SendAsync("LIST \"\" Corsi", cancellationToken);
        if (folders.Exists(line => line.StartsWith("* LIST", StringComparison.Ordinal)))
            facts.AddRange(await MessagesAsync(imap, "Corsi", cancellationToken));
        return FactsOf(facts);
    }

    private async Task BringAsync(SmtpWire smtp, int round, CancellationToken stop)
    {
        _unanswered = round;
        var id = string.Create(CultureInfo.InvariantCulture, $"filtered-{round}");
        var mail = $"X-Id: {id}\r\nMessage-ID: <{id}.{account.Address}>\r\nFrom: mario@example.org\r\nTo: {account.Address}\r\nSubject: corso\r\n\r\nCiao\r\n";
        await StepAsync(
            Facts.Union([$"INBOX: {id}", $"Corsi: {id} \\Flagged"]),
            () => smtp.SendAsync("mario@example.org", account.Address, Encoding.ASCII.GetBytes(mail), stop));
        _unanswered = 0;
    }
}
