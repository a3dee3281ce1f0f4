using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Casella.Faults.Scenarios;

/// <summary>
/// Answers by submission: after 250 the recipient has the answer, Sent has the copy and the question is marked, each
/// once. Copy and mark are one transaction. What got no answer is sent again, as programs do, and doubles nothing.
/// </summary>
internal sealed class SendingAnswers(LoadedAccount sender, LoadedAccount recipient) : Scenario
{
    private int _round;
    private int _unanswered;

    public override Task PrepareAsync(ServerUnderTest server, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task RoundAsync(ServerUnderTest server, CancellationToken stop)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, sender.Address, sender.Password, stop);
        using var smtp = await SmtpWire.SubmitAsync(server.Submissions, sender.Address, sender.Password, stop);
        if (_unanswered > 0)
            await AnswerAsync(smtp, _unanswered, stop);
        while (true)
        {
            var round = ++_round;
            await StepAsync(Facts.Add(Question(round)), () => imap.SendAsync("APPEND INBOX", stop, Encoding.ASCII.GetBytes(Text(
                $"X-Id: question-{round}\r\nMessage-ID: <question-{round}@example.org>\r\nFrom: mario@example.org\r\nTo: {sender.Address}"))));
            await AnswerAsync(smtp, round, stop);
        }
    }

    protected override async Task<ImmutableSortedSet<string>> FindAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        using var ours = await ImapWire.SignInAsync(server.Imaps, sender.Address, sender.Password, cancellationToken);
        using var theirs = await ImapWire.SignInAsync(server.Imaps, recipient.Address, recipient.Password, cancellationToken);
        return FactsOf(
        [
            .. await MessagesAsync(ours, "INBOX", cancellationToken), .. await MessagesAsync(ours, "Sent", cancellationToken),
            .. (await MessagesAsync(theirs, "INBOX", cancellationToken)).Select(fact => $"recipient's {fact}"),
        ]);
    }

    private async Task AnswerAsync(SmtpWire smtp, int round, CancellationToken stop)
    {
        _unanswered = round;
        var filed = Facts.Remove(Question(round)).Add($"{Question(round)} \\Answered").Add($"Sent: answer-{round} \\Seen");
        var content = Text(
            $"X-Id: answer-{round}\r\nMessage-ID: <answer-{round}.{sender.Address}>\r\nIn-Reply-To: <question-{round}@example.org>\r\n"
            + $"From: {sender.Address}\r\nTo: {recipient.Address}\r\nDate: Wed, 25 Nov 2026 10:00:00 +0100");
        await StepAsync(
            [filed, filed.Add($"recipient's INBOX: answer-{round}")],
            () => smtp.SendAsync(sender.Address, recipient.Address, Encoding.ASCII.GetBytes(content), stop));
        _unanswered = 0;
    }

    private static string Question(int round) => string.Create(CultureInfo.InvariantCulture, $"INBOX: question-{round}");

    private static string Text(string header) => $"{header}\r\nSubject: domanda\r\n\r\nCiao\r\n";
}
