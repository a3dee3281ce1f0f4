using System.Net;
using Casella.Core.Changes;
using Casella.Core.Office;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>
/// A person changes what they sign in with, by themselves: they show the old password, and a code where codes are asked
/// for at the door. Every other browser of theirs is out, and so is a copy of this one's cookie; devices have passwords of
/// their own and go on. Used by the web room; where the password is lost, the office sets one (<see cref="People"/>).
/// </summary>
public sealed class OwnPassword
{
    /// <summary>In the office's journal. It is no right of the office's table: everybody has it over themselves alone.</summary>
    public const string Act = "person.change-password";

    private readonly WebSessionParts _parts;
    private readonly WebSessions _sessions;
    private readonly TimeProvider _time;
    private readonly ILogger<OwnPassword> _log;

    internal OwnPassword(WebSessionParts parts, WebSessions sessions, TimeProvider time, ILogger<OwnPassword> log) =>
        (_parts, _sessions, _time, _log) = (parts, sessions, time, log);

    /// <returns>Null when the code is wrong or missing; nothing is changed then.</returns>
    /// <exception cref="MailException">SignInFailed: the old password is wrong; TooManySignIns; NoPermission: who has signed in
    /// has no password of their own; Unavailable.</exception>
    /// <exception cref="DirectoryRuleException">The new password breaks its rule; no code is used up.</exception>
    public async Task<ChangedPassword?> ChangeAsync(WebVisitor visitor, PasswordChange change, CancellationToken cancellationToken)
    {
        if (visitor is not { Person: { } person, Device: null } || await _parts.Store.FindSecretAsync(person.Login, cancellationToken) is not { } secret)
            throw new MailException(MailError.NoPermission, "no password of their own");
        DirectoryRules.CheckPassword(change.New);
        // An open browser that somebody has left is no free guess: it costs what a guess at the door costs.
        var ticket = _parts.Guards.Throttle.Take(person.Login, change.Remote);
        if (!await IsOldAsync(secret, change.Old, ticket, cancellationToken))
        {
            Log.SignInRefused(_log, person.Login, AccessProtocol.Web, change.Remote, "wrong old password");
            throw new MailException(MailError.SignInFailed, person.Login);
        }

        if (await _parts.Factors.NeedsCodeAsync(person.Id, cancellationToken) && !await _parts.Factors.TakeCodeAsync(person.Id, change.Code, cancellationToken))
        {
            Log.SignInRefused(_log, person.Login, AccessProtocol.Web, change.Remote, "wrong code");
            return null;
        }

        _parts.Guards.Throttle.Refund(ticket);
        return await StoreAsync(visitor, secret, change, cancellationToken);
    }

    private async Task<bool> IsOldAsync(PersonSecret secret, string typed, SignInTicket ticket, CancellationToken cancellationToken)
    {
        try
        {
            var password = PasswordText.Prepare(typed);
            return await _parts.Guards.Hasher.VerifyAsync(password ?? [], secret.SecretHash, cancellationToken) && password is not null;
        }
        catch
        {
            _parts.Guards.Throttle.Refund(ticket);
            throw;
        }
    }

    private async Task<ChangedPassword> StoreAsync(WebVisitor visitor, PersonSecret secret, PasswordChange change, CancellationToken cancellationToken)
    {
        var (person, token) = (secret.Person, WebSessions.NewToken());
        var hash = await _parts.Guards.Hasher.HashAsync(PasswordText.Prepare(change.New)!, cancellationToken);
        var row = new SecretChange(person.Id, secret.SecretHash, hash, visitor.Session, WebSessions.Hash(token));
        var ended = await _parts.Store.ChangeSecretAsync(row, cancellationToken)
            ?? throw new MailException(MailError.Unavailable, "the password was changed by somebody else meanwhile");
        // Begun is done: whoever waits for a code has shown what is no password any more.
        _parts.Waiting.RemoveOf(person.Id);
        _sessions.Tell(ended);
        Log.OwnPasswordChanged(_log, person.Login, change.Remote, ended.Count);
        await WriteAsync(person, change.Remote);
        return new ChangedPassword(token, ended.Count);
    }

    /// <summary>The password is changed, whatever becomes of the line about it.</summary>
    private async Task WriteAsync(DevicePerson person, IPAddress remote)
    {
        try
        {
            await _parts.Office.WriteAsync(
                new JournalEntry(0, _time.GetUtcNow(), person.Id, person.Name, OfficeWay.Page, remote.ToString(), Act, person.Login, "", null, JournalOutcome.Done),
                CancellationToken.None);
        }
        catch (MailException unwritten)
        {
            Log.OwnPasswordNotInJournal(_log, person.Login, unwritten);
        }
    }
}

/// <param name="Code">Of the telephone, or one that was kept on paper; empty where none is asked for.</param>
public sealed record PasswordChange(string Old, string New, string Code, IPAddress Remote)
{
    /// <summary>Never shows the passwords.</summary>
    public override string ToString() => $"change from {Remote}";
}

/// <param name="Token">For the cookie of this browser, in place of the one before.</param>
/// <param name="Ended">Other browsers that are out now.</param>
public sealed record ChangedPassword(string Token, int Ended)
{
    /// <summary>Never shows the token.</summary>
    public override string ToString() => $"{Ended} ended";
}
