using Casella.Core.Directory;
using Casella.Core.Policies;

namespace Casella.Core.Storage;

/// <summary>
/// The sign-ins of browsers: in the same database as <see cref="IPeopleStore"/>, so that they end with the person, the
/// device or the password. Every method is one transaction; writes return after fsync.
/// </summary>
internal interface IWebSessionStore
{
    /// <summary>A person who has a sign-in of their own and has not left.</summary>
    /// <param name="login">Canonical.</param>
    Task<PersonSecret?> FindSecretAsync(string login, CancellationToken cancellationToken);

    Task SetLanguageAsync(PersonId person, Language language, CancellationToken cancellationToken);

    /// <param name="zone">Null: by the clock of each device.</param>
    Task SetZoneAsync(PersonId person, string? zone, CancellationToken cancellationToken);

    /// <returns>Null when the password that was shown is none any more: it was changed while it was checked.</returns>
    Task<WebSessionId?> AddAsync(NewWebSession session, CancellationToken cancellationToken);

    /// <summary>Null also when the person has left or the device was revoked since.</summary>
    Task<WebSessionRow?> FindAsync(string tokenHash, CancellationToken cancellationToken);

    /// <summary>Of a person, or else of a device, the last seen first.</summary>
    Task<IReadOnlyList<WebSessionRow>> ListAsync(WebSessionOwner owner, CancellationToken cancellationToken);

    Task TouchAsync(WebSessionId session, DateTimeOffset at, string address, CancellationToken cancellationToken);

    /// <summary>
    /// Another password by the person themselves: all their sessions end but one, which goes on under another token. Codes
    /// and passkeys stay: who knew the old password has not lost them.
    /// </summary>
    /// <returns>The sessions that have ended; null, and nothing is changed, where that session or the old password is none
    /// any more.</returns>
    Task<IReadOnlyList<WebSessionId>?> ChangeSecretAsync(SecretChange change, CancellationToken cancellationToken);

    Task EndAsync(WebSessionId session, CancellationToken cancellationToken);

    /// <summary>Ends those that were last seen before a moment.</summary>
    Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <param name="SecretHash">Argon2id in PHC form.</param>
internal sealed record PersonSecret(DevicePerson Person, string SecretHash);

/// <param name="OldHash">As it was read when the old password was checked.</param>
/// <param name="Session">In which the password is changed.</param>
/// <param name="TokenHash">By which that session is known from now on.</param>
internal sealed record SecretChange(PersonId Person, string OldHash, string NewHash, WebSessionId Session, string TokenHash);

/// <summary>Whose a session is: a person's who signed in as themselves, or a device's.</summary>
internal sealed record WebSessionOwner(PersonId? Person, DeviceId? Device);

/// <param name="TokenHash">SHA-256 in hexadecimal: who reads the database has no session by it.</param>
internal sealed record NewWebSession(string TokenHash, WebSessionOwner Owner, string Browser, string Address, DateTimeOffset At)
{
    /// <summary>Of the password by which a person begins it; null where something else was shown.</summary>
    public string? SecretHash { get; init; }
}

/// <param name="Person">Of <see cref="WebSessionOwner.Person"/>; null for a device's session.</param>
/// <param name="Device">Null for a person's session.</param>
internal sealed record WebSessionRow(WebSession Session, DevicePerson? Person, DeviceEntry? Device)
{
    /// <summary>Name of the time zone that the person has chosen.</summary>
    public string? Zone { get; init; }
}
