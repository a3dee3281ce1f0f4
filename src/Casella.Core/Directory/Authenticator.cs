using System.Net;
using Casella.Core.Changes;
using Casella.Core.Storage;
using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>
/// Checks user name and password for every protocol, with one budget of failures over all of them. User name is always
/// the plain mailbox address; the password tells device and person. Unknown users cost the same work as wrong
/// passwords.
/// </summary>
public sealed class Authenticator
{
    private readonly DirectoryStores _stores;
    private readonly PasswordHasher _hasher;
    private readonly SignInThrottle _throttle;
    private readonly KnownPlaces _known;
    private readonly SignInMemory _memory;
    private readonly LiveSessions _sessions;
    private readonly DeviceRecords _records;
    private readonly ScramSecrets _scram;
    private readonly SignInFeed _feed;
    private readonly ILogger<Authenticator> _log;

    internal Authenticator(DirectoryStores stores, SignInGuards guards, DeviceRecords records, ILogger<Authenticator> log)
    {
        (_stores, _records, _log) = (stores, records, log);
        (_hasher, _throttle, _known, _memory, _sessions) = (guards.Hasher, guards.Throttle, guards.Known, guards.Memory, guards.Sessions);
        (_scram, _feed) = (guards.Scram, guards.Feed);
    }

    /// <summary>True when clients may be told of SCRAM: every password in the directory has the keys for it.</summary>
    public bool OffersScram => _scram.IsOffered;

    /// <exception cref="MailException">SignInFailed, TooManySignIns, ProtocolNotAllowed, Unavailable.</exception>
    public async Task<SignedIn> SignInAsync(SignInAttempt attempt, CancellationToken cancellationToken)
    {
        // Before the check: what is taken from the device from now on is found when the session enters.
        var revision = _sessions.Revision;
        var claim = Claim(attempt);
        var device = _memory.Accepted(claim.Fingerprint);
        if (device is null)
        {
            if (_memory.Refused(claim.Fingerprint) is { } before)
                throw Refused(claim, attempt, "the same wrong password again", before);
            device = await CheckAsync(claim, attempt, cancellationToken);
        }
        return await AdmitAsync(device, attempt, revision, cancellationToken);
    }

    /// <summary>What a SCRAM client needs to make its proof (RFC 5802 §5.1), for names that nobody has too.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public ValueTask<ScramSalt> ScramSaltAsync(string userName, CancellationToken cancellationToken) =>
        _scram.SaltAsync(UserName.Key(UserName.Canonicalize(userName), userName), cancellationToken);

    /// <summary>
    /// Sign-in by a SCRAM proof. Costs from the same budgets as a password; a proof of a password that was taken away
    /// is no guess and costs nothing, as an old phone repeats it for ever.
    /// </summary>
    /// <exception cref="MailException">SignInFailed, TooManySignIns, ProtocolNotAllowed, Unavailable.</exception>
    public async Task<ScramSignedIn> SignInAsync(ScramAttempt attempt, CancellationToken cancellationToken)
    {
        var revision = _sessions.Revision;
        var address = UserName.Canonicalize(attempt.UserName);
        var userName = UserName.Key(address, attempt.UserName);
        var ticket = TakeTicket(userName, attempt);
        ScramCandidate? found;
        AccountEntry? account;
        try
        {
            account = address is null ? null : await _stores.Accounts.FindAccountAsync(address, cancellationToken);
            found = ScramCheck.Find(await _stores.People.ScramCandidatesAsync(account?.Id ?? default, cancellationToken), attempt.Proof);
        }
        catch
        {
            _throttle.Refund(ticket);
            throw;
        }

        var claim = new SignInClaim(address, userName, null, default);
        if (found is null)
            throw Refused(claim, attempt, "unknown user or wrong proof", Refusal(account, null));
        _throttle.Refund(ticket);
        if (found.IsRetired || !found.Device.CanSignIn || account is not { State: AccountState.Active })
            throw Refused(claim, attempt, "a password that was taken away", Refusal(account, found.Device));
        var signedIn = await AdmitAsync(new DeviceSignIn(account.Address, found.Device), attempt, revision, cancellationToken);
        return new ScramSignedIn(signedIn, found.Key.Sign(attempt.Proof.AuthMessage));
    }

    /// <summary>
    /// Sign-in by a certificate that is trusted: which mailbox it says itself, which device its fingerprint. Nobody can
    /// guess one, so it costs no budget.
    /// </summary>
    /// <exception cref="MailException">SignInFailed, ProtocolNotAllowed, Unavailable.</exception>
    public async Task<SignedIn> SignInAsync(CertificateAttempt attempt, CancellationToken cancellationToken)
    {
        var revision = _sessions.Revision;
        var addresses = attempt.Certificate.Addresses.Select(UserName.Canonicalize).OfType<EmailAddress>().Distinct().ToList();
        var address = attempt.UserName.Length > 0 ? UserName.Canonicalize(attempt.UserName) : addresses.Count == 1 ? addresses[0] : null;
        var userName = UserName.Key(address, attempt.UserName);
        var claim = new SignInClaim(address, userName, null, default);
        if (address is null || !addresses.Contains(address))
            throw Refused(claim, attempt, "not an address of the certificate", Refusal(null, null));
        if (await _stores.Accounts.FindAccountAsync(address, cancellationToken) is not { State: AccountState.Active } account
            || await _stores.People.FindDeviceByCertificateAsync(account.Id, attempt.Certificate.Fingerprint, cancellationToken)
                is not { CanSignIn: true } device)
            throw Refused(claim, attempt, "unknown user, or no device with this certificate", Refusal(null, null));
        return await AdmitAsync(new DeviceSignIn(address, device), attempt, revision, cancellationToken);
    }

    /// <summary>
    /// Notes that somebody wanted to sign in without TLS, for who waits for the device; the password is not looked at.
    /// </summary>
    /// <param name="userName">As typed; null where the protocol had not come to it.</param>
    public void NoteWithoutTls(string? userName, AccessProtocol protocol, IPAddress remote) => _feed.Note(
        userName is null ? null : UserName.Canonicalize(userName), _feed.Trial(protocol, remote, SignInOutcome.WithoutTls), secretHash: null);

    /// <summary>Notes that somebody wanted to sign in where other servers bring mail, for who waits for the device.</summary>
    public void NoteWrongPort(AccessProtocol protocol, IPAddress remote) => _feed.NoteConnection(protocol, remote, SignInOutcome.WrongPort);

    /// <summary>
    /// Enters a session into the list of those that can be ended from outside: when the device is revoked, the person
    /// leaves, the account goes.
    /// </summary>
    /// <param name="end">Asks the session to end; never blocks or throws. May be called before this returns.</param>
    /// <param name="traffic">Asked when somebody looks; null where nobody counts.</param>
    /// <returns>To be disposed when the session ends.</returns>
    public LiveSession Enter(SignedIn signedIn, IPAddress remote, Action<SessionEnd> end, Func<SessionTraffic>? traffic = null) =>
        _sessions.Enter(signedIn, remote, end, traffic);

    /// <summary>Keeps what a signed-in program calls itself (IMAP ID).</summary>
    public async Task NoteClientAsync(SignedIn signedIn, IPAddress remote, string client, CancellationToken cancellationToken)
    {
        if (signedIn.Actor is not { Device: { } device, Protocol: var protocol })
            return;
        try
        {
            await _records.NoteClientAsync(device, protocol, remote, client, cancellationToken);
        }
        catch (MailException failure)
        {
            Log.SignInNotRecorded(_log, signedIn.Address, failure);
        }
    }

    /// <summary>Whoever gets here has the right password; what is left is what it is for, and the records.</summary>
    private async Task<SignedIn> AdmitAsync(DeviceSignIn device, SignInRequest attempt, long revision, CancellationToken cancellationToken)
    {
        RequireProtocol(device, attempt);
        _known.Learn(device.Address.ToString(), AddressGroup.Of(attempt.Remote));
        await KeepRecordsAsync(device, attempt, cancellationToken);
        Note(device.Address, attempt, SignInOutcome.Accepted, device.Device.Id);
        return device.SignedIn(attempt.Protocol, revision);
    }

    /// <summary>Whoever gets here knows the password, so it is no guess, and the person may know what is wrong.</summary>
    private void RequireProtocol(DeviceSignIn device, SignInRequest attempt)
    {
        if (device.Allows(attempt.Protocol))
            return;
        Log.SignInRefused(_log, device.Address.ToString(), attempt.Protocol, attempt.Remote, $"{device.Device.Name} is not for this protocol");
        Note(device.Address, attempt, SignInOutcome.ProtocolNotAllowed, device.Device.Id);
        throw new MailException(MailError.ProtocolNotAllowed, device.Device.Name);
    }

    private SignInClaim Claim(SignInAttempt attempt)
    {
        var address = UserName.Canonicalize(attempt.UserName);
        var userName = UserName.Key(address, attempt.UserName);
        var password = PasswordText.Prepare(attempt.Password);
        return new SignInClaim(address, userName, password, _memory.Fingerprint(userName, password ?? []))
        {
            DevicePassword = DevicePassword.Read(attempt.Password),
        };
    }

    // The budget is spent first and given back when the password was right: of a thousand guesses at once only the
    // budget's number is checked.
    private async Task<DeviceSignIn> CheckAsync(SignInClaim claim, SignInAttempt attempt, CancellationToken cancellationToken)
    {
        var ticket = TakeTicket(claim.UserName, attempt);
        var epoch = _memory.Epoch;
        SignInCheck check;
        try
        {
            check = await VerifyAsync(claim, cancellationToken);
        }
        catch
        {
            // Nobody has guessed anything when the store was busy or the client hung up.
            _throttle.Refund(ticket);
            throw;
        }
        _memory.Remember(claim.Fingerprint, claim.UserName, check, epoch);
        if (check.Device is not { } device)
            throw Refused(claim, attempt, "unknown user or wrong password", check.Refusal!);
        _throttle.Refund(ticket);
        await KeepScramKeysAsync(device, claim, attempt, cancellationToken);
        return device;
    }

    // A password from before there was SCRAM: here it is known, and right.
    private async Task KeepScramKeysAsync(DeviceSignIn device, SignInClaim claim, SignInAttempt attempt, CancellationToken cancellationToken)
    {
        if (device.Device.HasScramKeys || !_scram.IsWanted)
            return;
        var address = device.Address.ToString();
        try
        {
            var keys = claim.DevicePassword is { } typed && device.Device.Prefix is not null
                ? await _scram.KeysOfDeviceAsync(address, typed, cancellationToken)
                : await _scram.KeysOfCommonPasswordAsync(address, attempt.Password, cancellationToken);
            await _stores.People.AddScramKeysAsync(device.Device.Id, device.Device.SecretHash, keys, cancellationToken);
            await _scram.RefreshAsync(cancellationToken);
        }
        catch (MailException failure)
        {
            // Without the keys this password goes on as it did.
            Log.SignInNotRecorded(_log, device.Address, failure);
        }
    }

    private SignInTicket TakeTicket(string userName, SignInRequest attempt)
    {
        try
        {
            return _throttle.Take(userName, attempt.Remote);
        }
        catch (MailException)
        {
            Log.SignInThrottled(_log, userName, attempt.Protocol, attempt.Remote);
            Note(UserName.Canonicalize(attempt.UserName), attempt, SignInOutcome.TooManyTries, device: null);
            throw;
        }
    }

    /// <summary>
    /// A text that has the form of a device password and names a device is judged as that, right or wrong. Everything
    /// else costs exactly one Argon2id, whether or not there is such a user.
    /// </summary>
    private async Task<SignInCheck> VerifyAsync(SignInClaim claim, CancellationToken cancellationToken)
    {
        var account = claim.Address is null ? null : await _stores.Accounts.FindAccountAsync(claim.Address, cancellationToken);
        var id = account?.Id ?? default;
        var (device, isRight) = await FindAsync(claim, id, cancellationToken) is { } named
            ? (named, DevicePassword.Matches(claim.DevicePassword!, named.SecretHash))
            : await VerifyCommonAsync(claim, id, cancellationToken);
        return isRight && device is { CanSignIn: true } && account is { State: AccountState.Active }
            ? new SignInCheck(new DeviceSignIn(account.Address, device), null)
            : new SignInCheck(null, Refusal(account, device));
    }

    /// <param name="device">Which the password was meant for; the common one is tried with all that is none.</param>
    private static SignInRefusal Refusal(AccountEntry? account, DeviceEntry? device) => new(
        account is { State: AccountState.Active } ? SignInOutcome.WrongPassword : SignInOutcome.UnknownUser,
        device is { Prefix: not null } ? device.Id : null);

    private async Task<DeviceEntry?> FindAsync(SignInClaim claim, AccountId account, CancellationToken cancellationToken) =>
        claim.DevicePassword is { } typed
            ? await _stores.People.FindDeviceAsync(account, DevicePassword.Prefix(typed), cancellationToken)
            : null;

    private async Task<(DeviceEntry? Device, bool IsRight)> VerifyCommonAsync(SignInClaim claim, AccountId account, CancellationToken cancellationToken)
    {
        var device = await _stores.People.FindCommonPasswordAsync(account, cancellationToken);
        var isRight = await _hasher.VerifyAsync(claim.Password ?? [], device?.SecretHash, cancellationToken);
        return (device, isRight && claim.Password is not null);
    }

    private MailException Refused(SignInClaim claim, SignInRequest attempt, string why, SignInRefusal refusal)
    {
        Log.SignInRefused(_log, claim.UserName, attempt.Protocol, attempt.Remote, why);
        var trial = _feed.Trial(attempt.Protocol, attempt.Remote, refusal.Outcome) with { Device = refusal.Device };
        _feed.Note(claim.Address, trial, claim.DevicePassword is { } typed ? DevicePassword.Hash(typed) : null);
        return new MailException(MailError.SignInFailed, claim.UserName);
    }

    private void Note(EmailAddress? address, SignInRequest attempt, SignInOutcome outcome, DeviceId? device) =>
        _feed.Note(address, _feed.Trial(attempt.Protocol, attempt.Remote, outcome) with { Device = device }, secretHash: null);

    // "Last used" and known places are records for people, not conditions of signing in: a full disk must not lock the
    // owner out.
    private async Task KeepRecordsAsync(DeviceSignIn device, SignInRequest attempt, CancellationToken cancellationToken)
    {
        try
        {
            await _records.NoteUseAsync(device.Device.Id, attempt.Protocol, attempt.Remote, cancellationToken);
            await _known.SaveAsync(now: false, cancellationToken);
        }
        catch (MailException failure)
        {
            Log.SignInNotRecorded(_log, device.Address, failure);
        }
    }
}

/// <summary>Who wants to sign in, whatever the proof.</summary>
/// <param name="UserName">As typed: the mailbox address, any case.</param>
/// <param name="Remote">The peer's address, for the budget.</param>
public abstract record SignInRequest(string UserName, AccessProtocol Protocol, IPAddress Remote)
{
    /// <summary>Never shows a secret.</summary>
    public override string ToString() => $"{UserName} by {Protocol} from {Remote}";
}

/// <summary>A sign-in by password.</summary>
public sealed record SignInAttempt(string UserName, string Password, AccessProtocol Protocol, IPAddress Remote)
    : SignInRequest(UserName, Protocol, Remote)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => base.ToString();
}

/// <summary>A successful sign-in.</summary>
/// <param name="Account">Of the mailbox whose address is the user name.</param>
/// <param name="Actor">Person, device and protocol, with the person's rights in the mailbox.</param>
public sealed record SignedIn(AccountId Account, EmailAddress Address, Actor Actor)
{
    /// <summary>All for the common password.</summary>
    public MemberRights Rights => Actor.Rights;

    /// <summary>Name and language of the person; null for the common password.</summary>
    public DevicePerson? Person { get; init; }

    /// <summary><see cref="LiveSessions.Revision"/> before the password was checked.</summary>
    internal long Revision { get; init; }
}

/// <summary>The two stores of the directory.</summary>
internal sealed record DirectoryStores(IDirectoryStore Accounts, IPeopleStore People);

/// <summary>What sign-in and administration share: one of each in a process.</summary>
internal sealed record SignInGuards(
    PasswordHasher Hasher, SignInThrottle Throttle, KnownPlaces Known, SignInMemory Memory, LiveSessions Sessions, ScramSecrets Scram,
    SignInFeed Feed);

/// <summary>A sign-in attempt in canonical form.</summary>
/// <param name="UserName">Key in budgets and memory.</param>
/// <param name="Password">Prepared bytes; null for text that can be no password.</param>
internal readonly record struct SignInClaim(EmailAddress? Address, string UserName, byte[]? Password, UInt128 Fingerprint)
{
    /// <summary>Canonical form of a text that has the form of a device password; else null.</summary>
    public string? DevicePassword { get; init; }

    /// <summary>Never shows the password.</summary>
    public override string ToString() => UserName;
}
