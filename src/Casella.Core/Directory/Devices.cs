using System.Globalization;
using System.Net;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>
/// Administration of devices: the named secrets that open one mailbox for one person, and the common password, which is
/// a device of nobody. Used by the command line (and later the office).
/// </summary>
/// <remarks>
/// Addresses come as people type them. Failures: <see cref="MailException"/> with a detail for the administrator;
/// <see cref="DirectoryRuleException"/>.
/// </remarks>
public sealed class Devices : IDisposable
{
    private readonly IPeopleStore _store;
    private readonly MailDirectory _directory;
    private readonly SignInGuards _guards;
    private readonly TimeProvider _time;
    private readonly ILogger<Devices> _log;

    // One change at a time: each looks before it writes.
    private readonly SemaphoreSlim _gate = new(1);

    internal Devices(IPeopleStore store, MailDirectory directory, SignInGuards guards, TimeProvider time, ILogger<Devices> log) =>
        (_store, _directory, _guards, _time, _log) = (store, directory, guards, time, log);

    /// <summary>The devices of a mailbox, also revoked ones, oldest first.</summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    public async Task<IReadOnlyList<DeviceInfo>> ListAsync(string address, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(address, cancellationToken);
        return [.. (await _store.DevicesAsync(account.Id, cancellationToken)).Select(device => Info(device, account))];
    }

    /// <summary>A device by its name or number; of several with one name the one that is not revoked, or the last.</summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress, NoSuchDevice.</exception>
    public async Task<DeviceInfo> FindAsync(string address, string nameOrId, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(address, cancellationToken);
        var devices = (await _store.DevicesAsync(account.Id, cancellationToken)).OrderBy(device => device.RevokedAt is null).ToList();
        var found = devices.FindLast(device => IsNamed(device, nameOrId))
            ?? devices.Find(device => string.Equals(Number(device.Id), nameOrId.TrimStart('#'), StringComparison.Ordinal))
            ?? throw new MailException(MailError.NoSuchDevice, $"\"{UserName.Printable(nameOrId)}\" of {account.Address}");
        return Info(found, account);
    }

    /// <summary>The devices of a person in all mailboxes, also revoked ones, oldest first.</summary>
    public async Task<IReadOnlyList<DeviceInfo>> ListAsync(PersonId person, CancellationToken cancellationToken)
    {
        var accounts = (await _directory.AccountsAsync(cancellationToken)).ToDictionary(account => account.Id);
        return [.. (await _store.DevicesAsync(person, cancellationToken)).Select(device => Info(device, accounts[device.Account]))];
    }

    /// <summary>Makes a device with a password of its own, which is told this once.</summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress, NoSuchPerson.</exception>
    /// <exception cref="DirectoryRuleException">Name taken, no protocol, has left, is no member.</exception>
    public async Task<AddedDevice> AddAsync(DeviceToAdd device, CancellationToken cancellationToken)
    {
        var (account, turn) = await BeginAsync(device, cancellationToken);
        using var _ = turn;
        var (row, person) = await PrepareAsync(account, device, cancellationToken);
        while (true)
        {
            var password = DevicePassword.Generate();
            row = row with
            {
                Prefix = DevicePassword.Prefix(password),
                SecretHash = DevicePassword.Hash(password),
                ScramKeys = await _guards.Scram.KeysOfDeviceAsync(account.Address.ToString(), password, cancellationToken),
            };
            // A prefix that the mailbox has already: another password. There are 900,000.
            if (await _store.AddDeviceAsync(row, cancellationToken) is not { } id)
                continue;
            // Somebody may have tried this very text before, and is remembered as wrong.
            _guards.Memory.Forget(account.Address.ToString());
            return new AddedDevice(Added(id, row, person, account), DevicePassword.Format(password));
        }
    }

    /// <summary>Makes a device that signs in with its certificate and has no password.</summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress, NoSuchPerson.</exception>
    /// <exception cref="DirectoryRuleException">As <see cref="AddAsync"/>; the certificate is of another address, or of
    /// another device.</exception>
    public async Task<DeviceInfo> AddWithCertificateAsync(
        DeviceToAdd device, ClientCertificate certificate, CancellationToken cancellationToken)
    {
        var (account, turn) = await BeginAsync(device, cancellationToken);
        using var _ = turn;
        var (row, person) = await PrepareAsync(account, device, cancellationToken);
        if (!certificate.Addresses.Any(address => UserName.Canonicalize(address) == account.Address))
            throw new DirectoryRuleException(
                $"The certificate is not for {account.Address}: that address must be an e-mail address of its subjectAltName.");
        if (await _store.FindDeviceByCertificateAsync(account.Id, certificate.Fingerprint, cancellationToken) is { RevokedAt: null } other)
            throw new DirectoryRuleException($"{account.Address} has a device with this certificate already: \"{other.Name}\".");
        row = row with { Certificate = certificate.Fingerprint };
        var id = await _store.AddDeviceAsync(row, cancellationToken)
            ?? throw new InvalidOperationException("Without a prefix there is none that is taken.");
        return Added(id, row, person, account);
    }

    /// <summary>Tells what becomes of a device's sign-ins from now on, for who sets it up.</summary>
    /// <param name="near">From where somebody watches: a mistyped user name from there is likely to be of this device.</param>
    /// <param name="tell">Never blocks or throws.</param>
    /// <exception cref="MailException">NoSuchAddress, NoSuchDevice.</exception>
    public async Task<IDisposable> WatchAsync(DeviceInfo device, IPAddress near, Action<SignInTrial> tell, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(device.Account.ToString(), cancellationToken);
        var row = (await _store.DevicesAsync(account.Id, cancellationToken)).FirstOrDefault(row => row.Id == device.Id)
            ?? throw new MailException(MailError.NoSuchDevice, device.Name);
        return _guards.Feed.Follow(new DeviceWatch(account.Address, row.Id, row.SecretHash, AddressGroup.Of(near)), tell);
    }

    /// <summary>Takes a device's password its force, and ends its sessions. "common password" is one of them.</summary>
    /// <param name="nameOrId">Name of a device that is not revoked, or its number.</param>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress, NoSuchDevice.</exception>
    public async Task<RevokedDevice> RevokeAsync(string address, string nameOrId, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(address, cancellationToken);
        using var turn = await TurnAsync(cancellationToken);
        var devices = (await _store.DevicesAsync(account.Id, cancellationToken)).Where(device => device.RevokedAt is null).ToList();
        var device = devices.Find(device => IsNamed(device, nameOrId))
            ?? devices.Find(device => string.Equals(Number(device.Id), nameOrId.TrimStart('#'), StringComparison.Ordinal))
            ?? throw new MailException(MailError.NoSuchDevice, $"\"{UserName.Printable(nameOrId)}\" of {account.Address}");
        var now = _time.GetUtcNow();
        await _store.RevokeDeviceAsync(device.Id, now, cancellationToken);
        await _guards.Scram.RefreshAsync(CancellationToken.None);
        var sessions = Taken(account, device, device.Person is null ? SessionEnd.PasswordChanged : SessionEnd.DeviceRevoked);
        Log.DeviceRevoked(_log, device.Name, account.Address);
        return new RevokedDevice(Info(device with { RevokedAt = now }, account), sessions);
    }

    /// <summary>
    /// Gives the common password another value, or makes it again where it was revoked. Who is signed in with the old
    /// one is signed out.
    /// </summary>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    /// <exception cref="DirectoryRuleException"/>
    public async Task SetCommonPasswordAsync(string address, string password, CancellationToken cancellationToken)
    {
        var account = await _directory.AccountAsync(address, cancellationToken);
        DirectoryRules.CheckPassword(password);
        var hash = await _guards.Hasher.HashAsync(PasswordText.Prepare(password)!, cancellationToken);
        var keys = await _guards.Scram.KeysOfCommonPasswordAsync(account.Address.ToString(), password, cancellationToken);
        using var turn = await TurnAsync(cancellationToken);
        if (await _store.FindCommonPasswordAsync(account.Id, cancellationToken) is { } device)
        {
            await _store.SetDeviceSecretAsync(device.Id, new NewSecret(hash, keys, _time.GetUtcNow()), cancellationToken);
            Taken(account, device, SessionEnd.PasswordChanged);
        }
        else
        {
            await _store.AddDeviceAsync(
                new NewDevice(account.Id, null, MailDirectory.CommonPassword, null, hash, DeviceProtocols.All, _time.GetUtcNow())
                {
                    ScramKeys = keys,
                },
                cancellationToken);
            _guards.Memory.Forget(account.Address.ToString());
        }

        await _guards.Scram.RefreshAsync(CancellationToken.None);
        Log.PasswordChanged(_log, account.Address);
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>
    /// After the change is durable, so that a check in between is not remembered and a session in between is found.
    /// </summary>
    private int Taken(AccountEntry account, DeviceEntry device, SessionEnd why)
    {
        _guards.Memory.Forget(account.Address.ToString());
        return _guards.Sessions.End(new SessionEnding(why) { Account = account.Id, Device = device.Id });
    }

    private async Task<(AccountEntry Account, Turn Turn)> BeginAsync(DeviceToAdd device, CancellationToken cancellationToken)
    {
        if (device.Protocols is DeviceProtocols.None)
            throw new DirectoryRuleException("A device needs a protocol at least: imap, pop3, smtp.");
        var account = await _directory.AccountAsync(device.Address, cancellationToken);
        return (account, await TurnAsync(cancellationToken));
    }

    private async Task<(NewDevice Row, Person Person)> PrepareAsync(
        AccountEntry account, DeviceToAdd device, CancellationToken cancellationToken)
    {
        var name = DirectoryRules.DeviceName(device.Name);
        var person = await RequireMemberAsync(account, device.Login, cancellationToken);
        await RequireFreeAsync(account, name, cancellationToken);
        return (new NewDevice(account.Id, person.Id, name, Prefix: null, SecretHash: "", device.Protocols, _time.GetUtcNow()), person);
    }

    private DeviceInfo Added(DeviceId id, NewDevice row, Person person, AccountEntry account)
    {
        Log.DeviceAdded(_log, row.Name, account.Address);
        var owner = new DevicePerson(person.Id, person.Name, person.Login, person.Language);
        return new DeviceInfo(id, account.Address, owner, row.Name, row.Protocols, row.CreatedAt, LastUse: null, RevokedAt: null)
        {
            HasCertificate = row.Certificate is not null,
        };
    }

    private async Task<Person> RequireMemberAsync(AccountEntry account, string login, CancellationToken cancellationToken)
    {
        var canonical = DirectoryRules.Login(login);
        var person = await _store.FindPersonAsync(canonical, cancellationToken) ?? throw new MailException(MailError.NoSuchPerson, canonical);
        var members = await _store.MembersAsync(account.Id, cancellationToken);
        return members.Any(member => member.Person == person.Id) ? person : throw People.NoMember(person, account);
    }

    private async Task RequireFreeAsync(AccountEntry account, string name, CancellationToken cancellationToken)
    {
        var devices = await _store.DevicesAsync(account.Id, cancellationToken);
        if (devices.Count(device => device.RevokedAt is null) >= DirectoryRules.MaxDevices)
            throw new DirectoryRuleException($"{account.Address} has {DirectoryRules.MaxDevices} devices. Revoke those that are not used any more.");
        if (devices.Any(device => device.RevokedAt is null && IsNamed(device, name)))
            throw new DirectoryRuleException($"{account.Address} has a device named \"{name}\" already. Choose another name, or revoke that one first.", DirectoryRule.DeviceExists);
    }

    private DeviceInfo Info(DeviceEntry device, AccountEntry account) => new(
        device.Id, account.Address, device.Person, device.Name, device.Protocols, device.CreatedAt, device.LastUse, device.RevokedAt)
    {
        Sessions = _guards.Sessions.Count(device.Id),
        HasCertificate = device.Certificate is not null,
    };

    private static bool IsNamed(DeviceEntry device, string name) => string.Equals(device.Name, name.Trim(), StringComparison.OrdinalIgnoreCase);

    private static string Number(DeviceId id) => id.Value.ToString(CultureInfo.InvariantCulture);

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

/// <param name="Sessions">Sessions that were ended.</param>
public sealed record RevokedDevice(DeviceInfo Device, int Sessions);
