using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Casella.Server.Administration;

namespace Casella.Faults.Scenarios;

/// <summary>
/// Two POP3 devices that delete what they fetch: what was said +OK to in QUIT stays hidden from the device, or is in
/// Trash, or is gone, as the mailbox wants; and of a QUIT without an answer all or nothing.
/// </summary>
/// <param name="policy">hide, trash or delete.</param>
internal sealed class Maildrop(LoadedAccount account, string login, string policy) : Scenario
{
    private static readonly string[] Devices = ["old PC", "new PC"];

    private readonly Dictionary<string, string> _passwords = new(StringComparer.Ordinal);
    private int _round;

    public override async Task PrepareAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["pop3-delete"] = policy, ["brake"] = "off" };
        await server.AskAsync(new SetPolicy(account.Address, values), cancellationToken);
        await Staff.JoinAsync(server, account.Address, login, cancellationToken);
        foreach (var device in Devices)
            _passwords[device] = await Staff.AddDeviceAsync(server, account.Address, login, device, cancellationToken);
    }

    protected override async Task RoundAsync(ServerUnderTest server, CancellationToken stop)
    {
        using (var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, stop))
        {
            for (var i = 0; i < 4; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"pop-{++_round}");
                await StepAsync(
                    Facts.Add($"INBOX: {id}").Union(Devices.Select(device => $"{device}: {id}")),
                    () => imap.SendAsync("APPEND INBOX", stop, Encoding.ASCII.GetBytes($"X-Id: {id}\r\nSubject: {id}\r\n\r\nCiao\r\n")));
            }
        }

        foreach (var device in Devices)
            await FetchAsync(server, device, stop);
    }

    protected override async Task<ImmutableSortedSet<string>> FindAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        var facts = new List<string>();
        using (var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, cancellationToken))
        {
            facts.AddRange(await MessagesAsync(imap, "INBOX", cancellationToken));
            facts.AddRange(await MessagesAsync(imap, "Trash", cancellationToken));
        }

        foreach (var device in Devices)
        {
            using var pop = await PopWire.SignInAsync(server.Pop3s, account.Address, _passwords[device], cancellationToken);
            facts.AddRange((await pop.IdsAsync(cancellationToken)).Select(id => $"{device}: {id}"));
            await pop.QuitAsync(cancellationToken);
        }

        return FactsOf(facts);
    }

    /// <summary>Deletes all but the newest that it sees.</summary>
    private async Task FetchAsync(ServerUnderTest server, string device, CancellationToken stop)
    {
        using var pop = await PopWire.SignInAsync(server.Pop3s, account.Address, _passwords[device], stop);
        var ids = (await pop.IdsAsync(stop)).SkipLast(1).ToList();
        for (var number = 1; number <= ids.Count; number++)
            await pop.CommandAsync(string.Create(CultureInfo.InvariantCulture, $"DELE {number}"), stop);
        await StepAsync(
            policy switch
            {
                "hide" => Facts.Except(ids.Select(id => $"{device}: {id}")),
                "trash" => WithoutAnywhere(ids).Union(ids.Select(id => $"Trash: {id}")),
                _ => WithoutAnywhere(ids),
            },
            () => pop.QuitAsync(stop));
    }

    private ImmutableSortedSet<string> WithoutAnywhere(List<string> ids) =>
        Facts.Except(ids.SelectMany(id => Devices.Prepend("INBOX").Select(place => $"{place}: {id}")));
}
