using Casella.Core.Messages;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>
/// Administration of persons and of their memberships: who works in which mailbox, and what they may do there. What a
/// person signs in with is administered by <see cref="Devices"/>. Used by the command line (and later the office), and
/// asked by whoever needs a person's name.
/// </summary>
/// <remarks>
/// Logins and addresses come as people type them. Failures: <see cref="MailException"/> with a detail for the
/// administrator; <see cref="DirectoryRuleException"/>.
/// </remarks>
public sealed class People : IDisposable
{
    private readonly IPeopleStore _store;
    private readonly MailDirectory _directory;
    private readonly SignInGuards _guards;
    private readonly TimeProvider _time;
    private readonly ILogger<People> _log;

    // One change at a time: each looks before it writes, and administration is never in a hurry.
    private readonly SemaphoreSlim _gate = new(1);

    internal People(IPeopleStore store, MailDirectory directory, SignInGuards guards, TimeProvider time, ILogger<People> log) =>
        (_store, _directory, _guards, _time, _log) = (store, directory, guards, time, log);

    // ---- what others ask

    /// <summary>Where a person may work, by address.</summary>
    public Task<IReadOnlyList<Membership>> MembershipsAsync(PersonId person, CancellationToken cancellationToken) =>
        _store.MembershipsAsync(person, cancellationToken);

    /// <summary>Who may work in an account, by name.</summary>
    public Task<IReadOnlyList<Member>> MembersAsync(AccountId account, CancellationToken cancellationToken) =>
        _store.MembersAsync(account, cancellationToken);

    /// <summary>The names of all persons, also of those who have left: change logs outlive them.</summary>
    public async Task<IReadOnlyDictionary<PersonId, string>> PersonNamesAsync(CancellationToken cancellationToken) =>
        (await _store.PersonsAsync(cancellationToken)).ToDictionary(person => person.Id, person => person.Name);

    // ---- persons

    /// <summary>All persons, also those who have left, by name.</summary>
    public Task<IReadOnlyList<Person>> PersonsAsync(CancellationToken cancellationToken) => _store.PersonsAsync(cancellationToken);

    /// <summary>A person, also one who has left.</summary>
    /// <exception cref="MailException">NoSuchPerson.</exception>
    public async Task<Person> PersonAsync(string login, CancellationToken cancellationToken)
    {
        var canonical = DirectoryRules.Login(login);
        return await _store.FindPersonAsync(canonical, cancellationToken) ?? throw new MailException(MailError.NoSuchPerson, canonical);
    }

    /// <exception cref="MailException">PersonExists.</exception>
    /// <exception cref="DirectoryRuleException"/>
    public async Task<Person> AddAsync(PersonToAdd person, CancellationToken cancellationToken)
    {
        var (name, login) = (DirectoryRules.PersonName(person.Name), DirectoryRules.NewLogin(person.Login));
        var hash = person.Password is { } password ? await HashAsync(password, cancellationToken) : null;
        var row = new NewPerson(name, login, hash, person.Language, _time.GetUtcNow());
        var id = await _store.AddPersonAsync(row, cancellationToken);
        Log.PersonAdded(_log, login);
        return new Person(id, name, login, row.Language, hash is not null, row.CreatedAt, LeftAt: null);
    }

    /// <summary>
    /// Sets what the person signs in with as themselves: their browsers are signed out, their devices go on as they are.
    /// </summary>
    /// <exception cref="MailException">NoSuchPerson.</exception>
    /// <exception cref="DirectoryRuleException"/>
    public async Task SetPasswordAsync(string login, string password, CancellationToken cancellationToken)
    {
        using var turn = await TurnAsync(cancellationToken);
        var person = await PresentAsync(login, cancellationToken);
        await _store.SetPersonSecretAsync(person.Id, await HashAsync(password, cancellationToken), cancellationToken);
        _guards.Sessions.End(new SessionEnding(SessionEnd.PasswordChanged) { Person = person.Id, Protocol = Changes.AccessProtocol.Web });
    }

    /// <summary>
    /// The person goes: every device of theirs is revoked, their sessions end, their memberships end. The mail they
    /// worked on stays where it is, and the change log keeps their name.
    /// </summary>
    /// <exception cref="MailException">NoSuchPerson.</exception>
    /// <exception cref="DirectoryRuleException">Has left already.</exception>
    public async Task<HandOver> LeaveAsync(string login, CancellationToken cancellationToken)
    {
        using var turn = await TurnAsync(cancellationToken);
        var person = await PresentAsync(login, cancellationToken);
        var memberships = await _store.MembershipsAsync(person.Id, cancellationToken);
        var devices = (await _store.DevicesAsync(person.Id, cancellationToken)).Where(device => device.RevokedAt is null).ToList();
        await _store.LeaveAsync(person.Id, _time.GetUtcNow(), cancellationToken);
        // Begun is done: from here on the person is out, and nobody's hanging up may leave a session or a log behind.
        foreach (var membership in memberships)
            _guards.Memory.Forget(membership.Address.ToString());
        var sessions = _guards.Sessions.End(new SessionEnding(SessionEnd.PersonLeft) { Person = person.Id });
        await _guards.Scram.RefreshAsync(CancellationToken.None);
        Log.PersonLeft(_log, person.Login, devices.Count, memberships.Count);
        foreach (var membership in memberships)
            await LogAsync(membership.Address.ToString(), person, membership.Rights, MemberRights.None);
        return new HandOver(person, await LeftMailboxesAsync(memberships, devices), sessions);
    }

    // ---- members

    /// <summary>Who may work in a mailbox, by name.</summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    public async Task<IReadOnlyList<Member>> MembersAsync(string address, CancellationToken cancellationToken) =>
        await _store.MembersAsync((await _directory.AccountAsync(address, cancellationToken)).Id, cancellationToken);

    /// <summary>
    /// Makes a person a member, or gives a member other rights; then their sessions end, for the programs to sign in
    /// with the new ones.
    /// </summary>
    /// <returns>False when the member had just these rights.</returns>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress, NoSuchPerson.</exception>
    /// <exception cref="DirectoryRuleException">Has left.</exception>
    public async Task<bool> SetMemberAsync(string address, string login, MemberRights rights, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(address, cancellationToken);
        using var turn = await TurnAsync(cancellationToken);
        var person = await PresentAsync(login, cancellationToken);
        var before = (await FindMemberAsync(account.Id, person.Id, cancellationToken))?.Rights;
        if (before == rights)
            return false;
        await _store.SetMemberAsync(account.Id, person.Id, rights, _time.GetUtcNow(), cancellationToken);
        await ChangedAsync(account, person, before ?? MemberRights.None, rights);
        return true;
    }

    /// <summary>The same by somebody who has signed in; no rights at all end the membership.</summary>
    /// <param name="by">The door of who does it, who is asked for nothing: the caller has asked.</param>
    /// <exception cref="MailException">NoSuchAddress, NoSuchPerson.</exception>
    /// <exception cref="DirectoryRuleException">Has left.</exception>
    internal async Task ChangeMemberAsync(
        MailAccount by, string login, Func<MemberRights, MemberRights> change, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(by.Address.ToString(), cancellationToken);
        using var turn = await TurnAsync(cancellationToken);
        var person = await PresentAsync(login, cancellationToken);
        var before = (await FindMemberAsync(account.Id, person.Id, cancellationToken))?.Rights ?? MemberRights.None;
        var after = change(before);
        if (after == before)
            return;
        if (after is MemberRights.None)
            await _store.RemoveMemberAsync(account.Id, person.Id, _time.GetUtcNow(), cancellationToken);
        else
            await _store.SetMemberAsync(account.Id, person.Id, after, _time.GetUtcNow(), cancellationToken);
        await ChangedAsync(account, person, before, after, by);
    }

    /// <summary>
    /// Whether the account stands beside the others under the person's one login. Their sessions end, so that programs
    /// look anew.
    /// </summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress, NoSuchPerson.</exception>
    /// <exception cref="DirectoryRuleException">Is no member.</exception>
    public async Task SetOneLoginAsync(string address, string login, OneLogin choice, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(address, cancellationToken);
        using var turn = await TurnAsync(cancellationToken);
        var person = await PresentAsync(login, cancellationToken);
        var member = await FindMemberAsync(account.Id, person.Id, cancellationToken) ?? throw NoMember(person, account);
        if (member.OneLogin == choice)
            return;
        await _store.SetOneLoginAsync(account.Id, person.Id, choice, cancellationToken);
        _guards.Sessions.End(new SessionEnding(SessionEnd.RightsChanged) { Person = person.Id });
    }

    /// <summary>Ends a membership: the person's devices for the mailbox are revoked, their sessions end.</summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress, NoSuchPerson.</exception>
    /// <exception cref="DirectoryRuleException">Is no member.</exception>
    public async Task RemoveMemberAsync(string address, string login, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(address, cancellationToken);
        using var turn = await TurnAsync(cancellationToken);
        var person = await PersonAsync(login, cancellationToken);
        var member = await FindMemberAsync(account.Id, person.Id, cancellationToken) ?? throw NoMember(person, account);
        await _store.RemoveMemberAsync(account.Id, person.Id, _time.GetUtcNow(), cancellationToken);
        await ChangedAsync(account, person, member.Rights, MemberRights.None);
    }

    public void Dispose() => _gate.Dispose();

    internal static DirectoryRuleException NoMember(Person person, AccountEntry account) => new(
        $"{person.Name} ({person.Login}) is no member of {account.Address}. Make them one with: casella member add {account.Address} {person.Login}", DirectoryRule.NoMember);

    /// <summary>A person who has not left.</summary>
    internal async Task<Person> PresentAsync(string login, CancellationToken cancellationToken) =>
        await PersonAsync(login, cancellationToken) is { LeftAt: null } person
            ? person
            : throw new DirectoryRuleException($"{login} has left. A person who comes back is added anew, with another login.", DirectoryRule.HasLeft);

    internal async Task<Member?> FindMemberAsync(AccountId account, PersonId person, CancellationToken cancellationToken) =>
        (await _store.MembersAsync(account, cancellationToken)).FirstOrDefault(member => member.Person == person);

    /// <summary>
    /// The change is durable: who is remembered with the old rights is forgotten, sessions that hold them end. Also
    /// those in other mailboxes, for a person may see this one from there.
    /// </summary>
    private async Task ChangedAsync(
        AccountEntry account, Person person, MemberRights before, MemberRights after, MailAccount? by = null)
    {
        _guards.Memory.Forget(account.Address.ToString());
        if (after is MemberRights.None)
            _guards.Sessions.End(new SessionEnding(SessionEnd.MemberRemoved) { Account = account.Id, Person = person.Id });
        if (before is not MemberRights.None)
            _guards.Sessions.End(new SessionEnding(SessionEnd.RightsChanged) { Person = person.Id });
        Log.RightsChanged(_log, person.Login, account.Address, after);
        await LogAsync(account.Address.ToString(), person, before, after, by);
    }

    /// <summary>The directory has changed, whatever becomes of the entry: a full disk must not look like a refusal.</summary>
    private async Task LogAsync(
        string address, Person person, MemberRights before, MemberRights after, MailAccount? by = null)
    {
        try
        {
            var account = by ?? await _directory.OpenAsync(await _directory.AccountAsync(address, CancellationToken.None), CancellationToken.None);
            await account.LogMemberAsync(person, before, after, CancellationToken.None);
        }
        catch (MailException failure)
        {
            Log.MemberNotLogged(_log, person.Name, address, failure);
        }
    }

    private async Task<IReadOnlyList<LeftMailbox>> LeftMailboxesAsync(IReadOnlyList<Membership> memberships, IReadOnlyList<DeviceEntry> devices)
    {
        var left = new List<LeftMailbox>();
        foreach (var membership in memberships)
        {
            var members = await _store.MembersAsync(membership.Account, CancellationToken.None);
            left.Add(new LeftMailbox(
                membership.Address,
                [.. devices.Where(device => device.Account == membership.Account).Select(device => device.Name)],
                members.Count, members.Any(member => member.Rights.HasFlag(MemberRights.Manage))));
        }

        return left;
    }

    private async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        DirectoryRules.CheckPassword(password);
        return await _guards.Hasher.HashAsync(PasswordText.Prepare(password)!, cancellationToken);
    }

    private async Task<Turn> TurnAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        return new Turn(_gate);
    }

    private readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

/// <summary>What a person who left has left behind.</summary>
/// <param name="Mailboxes">Where they were a member, by address.</param>
/// <param name="Sessions">Sessions that were ended.</param>
public sealed record HandOver(Person Person, IReadOnlyList<LeftMailbox> Mailboxes, int Sessions);

/// <param name="Devices">Names of the devices that were revoked.</param>
/// <param name="Members">Members that it has now.</param>
/// <param name="HasManager">Some of them may manage it.</param>
public sealed record LeftMailbox(Formats.Addresses.EmailAddress Address, IReadOnlyList<string> Devices, int Members, bool HasManager);
