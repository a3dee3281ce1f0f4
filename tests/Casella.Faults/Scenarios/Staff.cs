using System.Collections.Immutable;
using System.Globalization;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Server.Administration;

namespace Casella.Faults.Scenarios;

/// <summary>
/// Persons, members, devices and policies by the command line's socket: what it has acknowledged holds, and a device
/// that was revoked stays revoked.
/// </summary>
/// <param name="prefix">Of the logins: persons are everybody's.</param>
internal sealed class Staff(LoadedAccount account, string prefix) : Scenario
{
    private readonly Dictionary<string, string> _passwords = new(StringComparer.Ordinal);
    private readonly List<string> _revoked = [];
    private int _round;

    public static async Task JoinAsync(ServerUnderTest server, string address, string login, CancellationToken cancellationToken)
    {
        await server.AskAsync(new AddPerson("Anna", login, Language.Italian, Password: null), cancellationToken);
        await server.AskAsync(new SetMember(address, login, MemberRights.All), cancellationToken);
    }

    public static async Task<string> AddDeviceAsync(ServerUnderTest server, string address, string login, string name, CancellationToken cancellationToken) =>
        (await server.AskAsync(new AddDevice(address, login, name, DeviceProtocols.All), cancellationToken)).Password!;

    public override async Task PrepareAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        await server.AskAsync(Policy(1), cancellationToken);
        await CheckAsync(server, cancellationToken);
    }

    protected override async Task RoundAsync(ServerUnderTest server, CancellationToken stop)
    {
        Task Ask<T>(AdminRequest<T> request)
            where T : notnull => server.AskAsync(request, stop);
        var round = ++_round;
        var login = string.Create(CultureInfo.InvariantCulture, $"{prefix}p{round}");
        var (phone, tablet) = ($"{login} phone", $"{login} tablet");
        await StepAsync(Facts.Add($"person {login}"), () => Ask(new AddPerson("Marco", login, Language.Italian, Password: null)));
        await StepAsync(Facts.Add($"member {login} read,work"), () => Ask(new SetMember(account.Address, login, MemberRights.Read | MemberRights.Work)));
        foreach (var device in new[] { phone, tablet })
            await StepAsync(Facts.Add($"device {device}"), async () => _passwords[device] = await AddDeviceAsync(server, account.Address, login, device, stop));
        await StepAsync(
            FactsOf([.. Facts.Where(fact => !fact.StartsWith("policy", StringComparison.Ordinal)), PolicyFact(round)]), () => Ask(Policy(round)));
        await StepAsync(Facts.Remove($"member {login} read,work").Add($"member {login} read"), () => Ask(new SetMember(account.Address, login, MemberRights.Read)));
        await StepAsync(Facts.Remove($"device {phone}"), () => Ask(new RevokeDevice(account.Address, phone)));
        if (round % 2 == 0)
            await StepAsync(Facts.Except([$"member {login} read", $"device {tablet}"]), () => Ask(new RemoveMember(account.Address, login)));
        else if (round % 5 == 0)
            await StepAsync(
                Facts.Except([$"person {login}", $"member {login} read", $"device {tablet}"]).Add($"left {login}"), () => Ask(new PersonLeaves(login)));
    }

    protected override async Task<ImmutableSortedSet<string>> FindAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        var devices = await server.AskAsync(new ListDevices(account.Address), cancellationToken);
        _revoked.AddRange(devices.Where(device => device.RevokedAt is not null).Select(device => device.Name).Except(_revoked, StringComparer.Ordinal));
        var policy = (await server.AskAsync(new ShowPolicy(account.Address), cancellationToken)).ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);
        return FactsOf(
        [
            .. (await server.AskAsync(new ListPersons(), cancellationToken)).Where(person => person.Login.StartsWith(prefix + 'p', StringComparison.Ordinal))
                .Select(person => $"{(person.LeftAt is null ? "person" : "left")} {person.Login}"),
            .. (await server.AskAsync(new ListMembers(account.Address), cancellationToken)).Select(member => $"member {member.Login} {string.Join(',', member.Rights)}"),
            .. devices.Where(device => device.RevokedAt is null && device.Login is not null).Select(device => $"device {device.Name}"),
            $"policy {policy["trash"]} {policy["spam"]}",
        ]);
    }

    /// <summary>Passwords are what counts: those of the last devices that are and that are no more.</summary>
    protected override async Task CheckMoreAsync(ServerUnderTest server, List<string> violations, CancellationToken cancellationToken)
    {
        foreach (var device in _passwords.Keys.Where(name => Facts.Contains($"device {name}")).TakeLast(2))
            if (!await SignsInAsync(server, _passwords[device], cancellationToken))
                violations.Add($"{device} cannot sign in");
        foreach (var device in _revoked.Where(_passwords.ContainsKey).TakeLast(2))
            if (await SignsInAsync(server, _passwords[device], cancellationToken))
                violations.Add($"{device} was revoked and signs in");
    }

    private async Task<bool> SignsInAsync(ServerUnderTest server, string password, CancellationToken cancellationToken)
    {
        try
        {
            using var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, password, cancellationToken);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Two settings in one change.</summary>
    private SetPolicy Policy(int round) => new(
        account.Address,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["trash"] = Days(round), ["spam"] = Days(round + 1) });

    private static string PolicyFact(int round) => $"policy {Days(round)} {Days(round + 1)}";

    private static string Days(int round) => ((round % 3_000) + 1).ToString(CultureInfo.InvariantCulture);
}
