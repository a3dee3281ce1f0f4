using System.Collections.Concurrent;
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
    private readonly IDirectoryStore _store;
    private readonly PasswordHasher _hasher;
    private readonly SignInThrottle _throttle;
    private readonly KnownPlaces _known;
    private readonly SignInMemory _memory;
    private readonly SignInOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Authenticator> _log;
    private readonly ConcurrentDictionary<DeviceId, DateTimeOffset> _touched = new();

    internal Authenticator(
        IDirectoryStore store, SignInGuards guards, SignInOptions options, TimeProvider time, ILogger<Authenticator> log)
    {
        (_store, _options, _time, _log) = (store, options, time, log);
        (_hasher, _throttle, _known, _memory) = (guards.Hasher, guards.Throttle, guards.Known, guards.Memory);
    }

    /// <exception cref="MailException">SignInFailed, TooManySignIns, Unavailable.</exception>
    public async Task<SignedIn> SignInAsync(SignInAttempt attempt, CancellationToken cancellationToken)
    {
        var claim = Claim(attempt);
        var device = _memory.Accepted(claim.Fingerprint);
        if (device is null)
        {
            if (_memory.WasRefused(claim.Fingerprint))
                throw Refused(claim, attempt, "the same wrong password again");
            device = await CheckAsync(claim, attempt, cancellationToken);
        }
        _known.Learn(claim.UserName, AddressGroup.Of(attempt.Remote));
        await KeepRecordsAsync(device, attempt.Protocol, cancellationToken);
        return new SignedIn(device.Account, device.Address, new Actor(device.Person, device.Device, attempt.Protocol, device.Name));
    }

    private SignInClaim Claim(SignInAttempt attempt)
    {
        var address = UserName.Canonicalize(attempt.UserName);
        var userName = UserName.Key(address, attempt.UserName);
        var password = PasswordText.Prepare(attempt.Password);
        return new SignInClaim(address, userName, password, _memory.Fingerprint(userName, password ?? []));
    }

    // The budget is spent first and given back when the password was right: of a thousand guesses at once only the
    // budget's number is checked.
    private async Task<DeviceSignIn> CheckAsync(SignInClaim claim, SignInAttempt attempt, CancellationToken cancellationToken)
    {
        var ticket = TakeTicket(claim, attempt);
        var epoch = _memory.Epoch;
        DeviceSignIn? device;
        try
        {
            device = await VerifyAsync(claim, cancellationToken);
        }
        catch
        {
            // Nobody has guessed anything when the store was busy or the client hung up.
            _throttle.Refund(ticket);
            throw;
        }
        _memory.Remember(claim.Fingerprint, claim.UserName, device, epoch);
        if (device is null)
            throw Refused(claim, attempt, "unknown user or wrong password");
        _throttle.Refund(ticket);
        return device;
    }

    private SignInTicket TakeTicket(SignInClaim claim, SignInAttempt attempt)
    {
        try
        {
            return _throttle.Take(claim.UserName, attempt.Remote);
        }
        catch (MailException)
        {
            Log.SignInThrottled(_log, claim.UserName, attempt.Protocol, attempt.Remote);
            throw;
        }
    }

    // The same questions and exactly one Argon2id, whether or not there is such a user.
    private async Task<DeviceSignIn?> VerifyAsync(SignInClaim claim, CancellationToken cancellationToken)
    {
        var account = claim.Address is null ? null : await _store.FindAccountAsync(claim.Address, cancellationToken);
        var devices = await _store.DevicesAsync(account?.Id ?? default, cancellationToken);
        var device = devices.FirstOrDefault(d => d.RevokedAt is null);
        var isRight = await _hasher.VerifyAsync(claim.Password ?? [], device?.SecretHash, cancellationToken);
        return isRight && claim.Password is not null && device is not null && account is { State: AccountState.Active }
            ? new DeviceSignIn(account.Id, account.Address, device.Person, device.Id, device.Name)
            : null;
    }

    private MailException Refused(SignInClaim claim, SignInAttempt attempt, string why)
    {
        Log.SignInRefused(_log, claim.UserName, attempt.Protocol, attempt.Remote, why);
        return new MailException(MailError.SignInFailed, claim.UserName);
    }

    // "Last used" and known places are records for people, not conditions of signing in: a full disk must not lock the
    // owner out.
    private async Task KeepRecordsAsync(DeviceSignIn device, AccessProtocol protocol, CancellationToken cancellationToken)
    {
        try
        {
            var now = _time.GetUtcNow();
            if (!_touched.TryGetValue(device.Device, out var last) || now - last >= _options.TouchEvery)
            {
                _touched[device.Device] = now;
                await _store.TouchDeviceAsync(device.Device, now, protocol.ToString(), cancellationToken);
            }
            await _known.SaveAsync(now: false, cancellationToken);
        }
        catch (MailException failure)
        {
            Log.SignInNotRecorded(_log, device.Address, failure);
        }
    }
}

/// <param name="UserName">As typed: the mailbox address, any case.</param>
/// <param name="Remote">The peer's address, for the budget.</param>
public sealed record SignInAttempt(string UserName, string Password, AccessProtocol Protocol, IPAddress Remote)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{UserName} by {Protocol} from {Remote}";
}

/// <summary>A successful sign-in.</summary>
public sealed record SignedIn(AccountId Account, EmailAddress Address, Actor Actor)
{
    /// <summary>Name and language of the person; null for the common password.</summary>
    public DevicePerson? Person { get; init; }
}

/// <summary>What sign-in and administration share: one of each in a process.</summary>
internal sealed record SignInGuards(PasswordHasher Hasher, SignInThrottle Throttle, KnownPlaces Known, SignInMemory Memory);

/// <summary>A sign-in attempt in canonical form.</summary>
/// <param name="UserName">Key in budgets and memory.</param>
/// <param name="Password">Prepared bytes; null for text that can be no password.</param>
internal readonly record struct SignInClaim(EmailAddress? Address, string UserName, byte[]? Password, UInt128 Fingerprint)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => UserName;
}
