using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Casella.Server.Administration;

namespace Casella.Faults.Scenarios;

/// <summary>
/// A device stars, moves and expunges, and all of it is undone by the command line: acknowledged is done, and after the
/// kill it is wholly done or not at all.
/// </summary>
internal sealed class TakingBack(LoadedAccount account, string login) : Scenario
{
    private string _password = "";
    private int _round;

    public override async Task PrepareAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        await Staff.JoinAsync(server, account.Address, login, cancellationToken);
        _password = await Staff.AddDeviceAsync(server, account.Address, login, "phone", cancellationToken);
    }

    protected override async Task RoundAsync(ServerUnderTest server, CancellationToken stop)
    {
        using var office = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, stop);
        using var phone = await ImapWire.SignInAsync(server.Imaps, account.Address, _password, stop);
        await phone.SendAsync("SELECT INBOX", stop);
        while (true)
        {
            var letters = new List<(string Id, uint Uid)>();
            for (var i = 0; i < 3; i++)
                letters.Add(await AppendAsync(office, string.Create(CultureInfo.InvariantCulture, $"undo-{++_round}"), stop));
            await phone.SendAsync("NOOP", stop);
            // The log's times are milliseconds.
            var (before, since) = (Facts, TimeProvider.System.GetUtcNow().AddMilliseconds(-2));
            var (starred, moved, expunged) = (letters[0], letters[1], letters[2]);
            await ActAsync(phone, $"UID STORE {starred.Uid} +FLAGS (\\Flagged)", Facts.Remove($"INBOX: {starred.Id}").Add($"INBOX: {starred.Id} \\Flagged"), stop);
            await ActAsync(phone, $"UID MOVE {moved.Uid} Archive", Facts.Remove($"INBOX: {moved.Id}").Add($"Archive: {moved.Id}"), stop);
            await ActAsync(phone, $"UID STORE {expunged.Uid} +FLAGS (\\Deleted)", Facts.Remove($"INBOX: {expunged.Id}").Add($"INBOX: {expunged.Id} \\Deleted"), stop);
            await ActAsync(phone, $"UID EXPUNGE {expunged.Uid}", Facts.Remove($"INBOX: {expunged.Id} \\Deleted"), stop);
            await StepAsync(before, async () =>
            {
                var undone = await server.AskAsync(new UndoChanges(account.Address, "phone", null, null, [], since, null, IsTrial: false), stop);
                undone.Conflicts.Should().BeEmpty();
            });
        }
    }

    protected override async Task<ImmutableSortedSet<string>> FindAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, _password, cancellationToken);
        return FactsOf([.. await MessagesAsync(imap, "INBOX", cancellationToken), .. await MessagesAsync(imap, "Archive", cancellationToken)]);
    }

    private Task ActAsync(ImapWire phone, FormattableString command, ImmutableSortedSet<string> next, CancellationToken stop) =>
        StepAsync(next, () => phone.SendAsync(FormattableString.Invariant(command), stop));

    private async Task<(string Id, uint Uid)> AppendAsync(ImapWire imap, string id, CancellationToken stop)
    {
        var uid = 0u;
        await StepAsync(Facts.Add($"INBOX: {id}"), async () =>
        {
            var answers = await imap.SendAsync("APPEND INBOX", stop, Encoding.ASCII.GetBytes($"X-Id: {id}\r\nSubject: {id}\r\n\r\nCiao\r\n"));
            uid = ImapWire.NumberAfter(answers[^1], "APPENDUID ", skipWords: 1);
        });
        return (id, uid);
    }
}
