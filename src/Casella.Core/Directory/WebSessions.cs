using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Casella.Core.Changes;
using Casella.Core.Policies;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>
/// Browsers that are signed in. A person signs in as themselves and sees all their mailboxes; a mailbox's address with
/// the password of a device (or the common one) opens that mailbox. The cookie has a random token of which only the
/// hash is kept, so a session can be listed and ended, outlives a restart, and nothing that is stored opens one. Used
/// by the web room.
/// </summary>
public sealed class WebSessions
{
    private const int TokenOctets = 32;

    private readonly IWebSessionStore _store;
    private readonly DirectoryStores _directory;
    private readonly IOfficeStore _office;
    private readonly Authenticator _authenticator;
    private readonly SignInGuards _guards;
    private readonly SecondFactors _factors;
    private readonly WaitingSignIns _waiting;
    private readonly SignInOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WebSessions> _log;
    private readonly ConcurrentDictionary<Follower, bool> _followers = new();
    private readonly ConcurrentDictionary<WebSessionId, DateTimeOffset> _touched = new();

    internal WebSessions(WebSessionParts parts, SignInOptions options, TimeProvider time, ILogger<WebSessions> log)
    {
        (_store, _directory, _office, _authenticator, _guards, _factors, _waiting) = parts;
        (_options, _time, _log) = (options, time, log);
    }

    /// <summary>
    /// Begins a session for who knows the password; where the person wants a code too, what is returned waits for it.
    /// </summary>
    /// <exception cref="MailException">SignInFailed, TooManySignIns, ProtocolNotAllowed, Unavailable.</exception>
    public async Task<StartedWebSession> SignInAsync(WebSignIn attempt, CancellationToken cancellationToken)
    {
        var login = DirectoryRules.Login(attempt.UserName);
        var secret = await _store.FindSecretAsync(login, cancellationToken);
        // Who is no person costs the authenticator's one check, a person costs one here: nobody can tell them apart.
        var owner = secret is null
            ? new WebSessionOwner(null, (await _authenticator.SignInAsync(
                new SignInAttempt(attempt.UserName, attempt.Password, AccessProtocol.Web, attempt.Remote), cancellationToken)).Actor.Device)
            : new WebSessionOwner(await CheckAsync(secret, attempt, cancellationToken), null);
        if (secret is not null && await _factors.NeedsCodeAsync(secret.Person.Id, cancellationToken))
            return new StartedWebSession(default, _waiting.Add(secret, attempt.Browser)) { NeedsCode = true };
        return await BeginAsync(new WebSessionBeginning(owner, secret?.SecretHash, attempt.Browser, attempt.Remote), cancellationToken);
    }

    /// <summary>The code that was asked for.</summary>
    /// <param name="waiting">Token of what waits.</param>
    /// <exception cref="MailException">SignInFailed: a wrong code; TooManySignIns; NoSuchDevice: nothing waits (any more), the password is
    /// asked for again.</exception>
    public async Task<StartedWebSession> FinishAsync(string waiting, string code, IPAddress remote, CancellationToken cancellationToken)
    {
        var attempt = _waiting.Try(waiting) ?? throw new MailException(MailError.NoSuchDevice, "nothing waits");
        // Guessing codes costs the same budget as guessing passwords.
        var ticket = _guards.Throttle.Take(attempt.Person.Login, remote);
        if (!await _factors.TakeCodeAsync(attempt.Person.Id, code, cancellationToken))
        {
            Log.SignInRefused(_log, attempt.Person.Login, AccessProtocol.Web, remote, "wrong code");
            throw new MailException(MailError.SignInFailed, "wrong code");
        }

        _guards.Throttle.Refund(ticket);
        _waiting.Remove(waiting);
        return await BeginAsync(new WebSessionBeginning(new WebSessionOwner(attempt.Person.Id, null), attempt.SecretHash, attempt.Browser, remote), cancellationToken);
    }

    /// <summary>For who has shown a passkey of this person: it is both factors in one.</summary>
    public Task<StartedWebSession> SignInWithPasskeyAsync(Passkey passkey, string browser, IPAddress remote, CancellationToken cancellationToken) =>
        BeginAsync(new WebSessionBeginning(new WebSessionOwner(passkey.Person, null), null, browser, remote), cancellationToken);

    private async Task<StartedWebSession> BeginAsync(WebSessionBeginning beginning, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        await _store.ForgetAsync(now - _options.BrowserTime, cancellationToken);
        var token = NewToken();
        var row = new NewWebSession(Hash(token), beginning.Owner, beginning.Browser, Text(beginning.Remote), now) { SecretHash = beginning.SecretHash };
        return await _store.AddAsync(row, cancellationToken) is { } id
            ? new StartedWebSession(id, token)
            : throw new MailException(MailError.SignInFailed, "the password was changed meanwhile");
    }

    /// <summary>Who is behind a token now; null when the session has ended.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<WebVisitor?> FindAsync(string token, IPAddress remote, CancellationToken cancellationToken)
    {
        // Before anything is read: what is taken from now on is found when the visit enters the live sessions.
        var revision = _guards.Sessions.Revision;
        if (token.Length != 2 * TokenOctets || await _store.FindAsync(Hash(token), cancellationToken) is not { } row)
            return null;
        var now = _time.GetUtcNow();
        if (row.Session.LastSeenAt < now - _options.BrowserTime)
            return null;
        await TouchAsync(row.Session, remote, now, cancellationToken);
        var mailboxes = row.Device is { } device
            ? await OfDeviceAsync(device, row.Session.Browser, revision, cancellationToken)
            : await OfPersonAsync(row.Person!, row.Session.Browser, revision, cancellationToken);
        return mailboxes.Count == 0 && row.Device is not null
            ? null
            : new WebVisitor(row.Session.Id, row.Person ?? row.Device?.Person, mailboxes) { Device = row.Device?.Id, Browser = row.Session.Browser, Zone = row.Zone };
    }

    /// <summary>The browsers of a visitor, the last seen first.</summary>
    public async Task<IReadOnlyList<WebSession>> ListAsync(WebVisitor visitor, CancellationToken cancellationToken) =>
        [.. (await _store.ListAsync(OwnerOf(visitor), cancellationToken)).Select(row => row.Session)];

    /// <summary>Signs out one of the visitor's own browsers; it is out within a moment, wherever it is.</summary>
    public async Task EndAsync(WebVisitor visitor, WebSessionId session, CancellationToken cancellationToken)
    {
        if (!(await _store.ListAsync(OwnerOf(visitor), cancellationToken)).Any(row => row.Session.Id == session))
            return;
        await _store.EndAsync(session, cancellationToken);
        Tell([session]);
    }

    /// <summary>Pages that are open in sessions which have ended.</summary>
    internal void Tell(IReadOnlyCollection<WebSessionId> ended)
    {
        foreach (var follower in _followers.Keys.Where(follower => ended.Contains(follower.Session)))
            follower.End();
    }

    /// <summary>The language that a person wants to read.</summary>
    public Task SetLanguageAsync(DevicePerson person, Language language, CancellationToken cancellationToken) =>
        _store.SetLanguageAsync(person.Id, language, cancellationToken);

    /// <summary>The time zone that a person wants to read times in, in every browser; null for the one of each device.</summary>
    public Task SetZoneAsync(DevicePerson person, string? zone, CancellationToken cancellationToken) =>
        _store.SetZoneAsync(person.Id, zone, cancellationToken);

    /// <summary>Calls back when the session is signed out elsewhere. The callback never blocks or throws.</summary>
    public IDisposable Follow(WebSessionId session, Action end)
    {
        var follower = new Follower(this, session, end);
        _followers[follower] = true;
        return follower;
    }

    private static WebSessionOwner OwnerOf(WebVisitor visitor) => visitor.Device is { } device
        ? new WebSessionOwner(null, device)
        : new WebSessionOwner(visitor.Person!.Id, null);

    private async Task<PersonId> CheckAsync(PersonSecret secret, WebSignIn attempt, CancellationToken cancellationToken)
    {
        var login = secret.Person.Login;
        var ticket = _guards.Throttle.Take(login, attempt.Remote);
        bool isRight;
        try
        {
            var password = PasswordText.Prepare(attempt.Password);
            isRight = await _guards.Hasher.VerifyAsync(password ?? [], secret.SecretHash, cancellationToken) && password is not null;
        }
        catch
        {
            _guards.Throttle.Refund(ticket);
            throw;
        }

        if (!isRight)
        {
            Log.SignInRefused(_log, login, AccessProtocol.Web, attempt.Remote, "wrong password");
            throw new MailException(MailError.SignInFailed, login);
        }

        _guards.Throttle.Refund(ticket);
        _guards.Known.Learn(login, AddressGroup.Of(attempt.Remote));
        return secret.Person.Id;
    }

    private async Task<IReadOnlyList<SignedIn>> OfPersonAsync(
        DevicePerson person, string browser, long revision, CancellationToken cancellationToken) =>
    [
        .. from membership in await _directory.People.MembershipsAsync(person.Id, cancellationToken)
        where membership.Rights.HasFlag(MemberRights.Read)
        let actor = new Actor(person.Id, null, AccessProtocol.Web, person.Name, browser) { Rights = membership.Rights }
        select new SignedIn(membership.Account, membership.Address, actor) { Person = person, Revision = revision },
        .. await VisitedAsync(person, browser, revision, cancellationToken),
    ];

    /// <summary>Mailboxes that the office has opened to the person for a reason, for a while; to read and no more.</summary>
    private async Task<IReadOnlyList<SignedIn>> VisitedAsync(
        DevicePerson person, string browser, long revision, CancellationToken cancellationToken)
    {
        var visits = await _office.VisitsAsync(person.Id, _time.GetUtcNow(), cancellationToken);
        if (visits.Count == 0)
            return [];
        var own = (await _directory.People.MembershipsAsync(person.Id, cancellationToken)).Where(one => one.Rights.HasFlag(MemberRights.Read)).Select(one => one.Account).ToHashSet();
        var actor = new Actor(person.Id, null, AccessProtocol.Web, person.Name, browser) { Rights = MemberRights.Read };
        return [.. visits.Where(visit => !own.Contains(visit.Account)).Select(visit => new SignedIn(visit.Account, visit.Address, actor) { Person = person, Revision = revision })];
    }

    private async Task<IReadOnlyList<SignedIn>> OfDeviceAsync(
        DeviceEntry device, string browser, long revision, CancellationToken cancellationToken)
    {
        if (!device.Rights.HasFlag(MemberRights.Read)
            || await _directory.Accounts.FindAccountAsync(device.Account, cancellationToken) is not { State: AccountState.Active } account)
            return [];
        var actor = new Actor(device.Person?.Id, device.Id, AccessProtocol.Web, device.Name, browser) { Rights = device.Rights };
        return [new SignedIn(account.Id, account.Address, actor) { Person = device.Person, Revision = revision }];
    }

    /// <summary>For the list only, so not at every request; and a full disk keeps nobody out.</summary>
    private async Task TouchAsync(WebSession session, IPAddress remote, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now - _touched.GetValueOrDefault(session.Id, session.LastSeenAt) < _options.TouchEvery)
            return;
        _touched[session.Id] = now;
        try
        {
            await _store.TouchAsync(session.Id, now, Text(remote), cancellationToken);
        }
        catch (MailException failure)
        {
            Log.BrowserNotRecorded(_log, session.Id.Value, failure);
        }
    }

    internal static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenOctets));

    internal static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)));

    private static string Text(IPAddress remote) => (remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote).ToString();

    private sealed class Follower(WebSessions sessions, WebSessionId session, Action end) : IDisposable
    {
        public WebSessionId Session => session;
        public void End() => end();
        public void Dispose() => sessions._followers.TryRemove(this, out _);
    }
}

/// <param name="SecretHash">Of the password that was shown; null for a device's, which ends its sessions itself, and for a passkey.</param>
internal sealed record WebSessionBeginning(WebSessionOwner Owner, string? SecretHash, string Browser, IPAddress Remote);

/// <summary>What <see cref="WebSessions"/> stands on.</summary>
internal sealed record WebSessionParts(
    IWebSessionStore Store, DirectoryStores Directory, IOfficeStore Office, Authenticator Authenticator, SignInGuards Guards,
    SecondFactors Factors, WaitingSignIns Waiting);
