using Casella.Core.Directory;
using Casella.Core.Policies;

namespace Casella.Core.Storage;

/// <summary>
/// Persons, members, devices: in the same database as <see cref="IDirectoryStore"/>. Every method is one transaction;
/// writes return after fsync. No id is ever given twice.
/// </summary>
internal interface IPeopleStore
{
    /// <summary>All persons, also those who have left, by name.</summary>
    Task<IReadOnlyList<Person>> PersonsAsync(CancellationToken cancellationToken);

    /// <param name="login">Canonical.</param>
    Task<Person?> FindPersonAsync(string login, CancellationToken cancellationToken);

    /// <exception cref="MailException">PersonExists.</exception>
    Task<PersonId> AddPersonAsync(NewPerson person, CancellationToken cancellationToken);

    /// <summary>Also ends the person's browser sessions.</summary>
    Task SetPersonSecretAsync(PersonId person, string secretHash, CancellationToken cancellationToken);

    /// <summary>Revokes the person's devices, ends the memberships and notes the day, all in one transaction.</summary>
    Task LeaveAsync(PersonId person, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Where a person is a member, by address.</summary>
    Task<IReadOnlyList<Membership>> MembershipsAsync(PersonId person, CancellationToken cancellationToken);

    /// <summary>Who works in an account, by name.</summary>
    Task<IReadOnlyList<Member>> MembersAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Makes a person a member, or gives a member other rights.</summary>
    Task SetMemberAsync(AccountId account, PersonId person, MemberRights rights, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Ends a membership and revokes the person's devices for the account.</summary>
    Task RemoveMemberAsync(AccountId account, PersonId person, DateTimeOffset at, CancellationToken cancellationToken);

    Task SetOneLoginAsync(AccountId account, PersonId person, OneLogin choice, CancellationToken cancellationToken);

    /// <summary>
    /// The accounts that a person may read and sees beside <paramref name="home"/>, by address: those chosen, and those
    /// with no choice for which the person has no device for IMAP.
    /// </summary>
    Task<IReadOnlyList<Membership>> VisibleAsync(PersonId person, AccountId home, CancellationToken cancellationToken);

    /// <summary>Where a person's subscriptions in an account differ from everybody's: name, and whether subscribed.</summary>
    Task<IReadOnlyList<(string Name, bool Subscribed)>> SubscriptionsAsync(PersonId person, AccountId account, CancellationToken cancellationToken);

    /// <summary>Nothing happens when the person is no member (any more).</summary>
    Task SetSubscriptionAsync(PersonId person, AccountId account, string name, bool subscribed, CancellationToken cancellationToken);

    /// <summary>The devices of an account, also revoked ones, oldest first.</summary>
    Task<IReadOnlyList<DeviceEntry>> DevicesAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>The devices of a person, also revoked ones, oldest first.</summary>
    Task<IReadOnlyList<DeviceEntry>> DevicesAsync(PersonId person, CancellationToken cancellationToken);

    /// <summary>What a password with this prefix can be; also revoked.</summary>
    Task<DeviceEntry?> FindDeviceAsync(AccountId account, string prefix, CancellationToken cancellationToken);

    /// <summary>The device with this certificate; a revoked one only when no other has it.</summary>
    /// <param name="fingerprint">As in <see cref="ClientCertificate"/>.</param>
    Task<DeviceEntry?> FindDeviceByCertificateAsync(AccountId account, string fingerprint, CancellationToken cancellationToken);

    /// <summary>The common password of an account, or null when it has none (any more).</summary>
    Task<DeviceEntry?> FindCommonPasswordAsync(AccountId account, CancellationToken cancellationToken);

    /// <returns>Null when the account has a device with that prefix; the caller makes another password.</returns>
    Task<DeviceId?> AddDeviceAsync(NewDevice device, CancellationToken cancellationToken);

    /// <summary>Another password for the same device; the SCRAM keys of the last few are kept as retired.</summary>
    Task SetDeviceSecretAsync(DeviceId device, NewSecret secret, CancellationToken cancellationToken);

    /// <summary>Adds the SCRAM keys of a password, when it is still the device's.</summary>
    Task AddScramKeysAsync(DeviceId device, string secretHash, IReadOnlyList<ScramKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// What a SCRAM proof for the account is tried against: first the keys that open it, then those of passwords that
    /// were taken away, the last first. At most <see cref="ScramCheck.MaxKeys"/>.
    /// </summary>
    Task<IReadOnlyList<ScramCandidate>> ScramCandidatesAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Whether a device that is not revoked has no SCRAM keys.</summary>
    Task<bool> HasDevicesWithoutScramAsync(CancellationToken cancellationToken);
    Task RevokeDeviceAsync(DeviceId device, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Notes a use; a client's name that is not known (null) leaves the last one known.</summary>
    Task TouchDeviceAsync(DeviceId device, DeviceUse use, CancellationToken cancellationToken);
}

/// <param name="Login">Canonical.</param>
/// <param name="SecretHash">Argon2id in PHC form, or null while the person has no sign-in of their own.</param>
internal sealed record NewPerson(string Name, string Login, string? SecretHash, Language Language, DateTimeOffset CreatedAt);

/// <param name="Person">Null for the common password.</param>
/// <param name="Prefix">Null for the common password, and where a certificate signs in.</param>
/// <param name="SecretHash">As in <see cref="DeviceEntry"/>.</param>
internal sealed record NewDevice(
    AccountId Account, PersonId? Person, string Name, string? Prefix, string SecretHash, DeviceProtocols Protocols, DateTimeOffset CreatedAt)
{
    public IReadOnlyList<ScramKey> ScramKeys { get; init; } = [];

    /// <summary>Fingerprint of the certificate that it signs in with; null where a password does.</summary>
    public string? Certificate { get; init; }
}

/// <summary>A password that takes the place of another.</summary>
/// <param name="Hash">As in <see cref="DeviceEntry"/>.</param>
internal sealed record NewSecret(string Hash, IReadOnlyList<ScramKey> ScramKeys, DateTimeOffset At);

/// <summary>A key with the device that it opens.</summary>
/// <param name="IsRetired">It opened the device until it got another password.</param>
internal sealed record ScramCandidate(DeviceEntry Device, ScramKey Key, bool IsRetired);

/// <summary>A device with the person whose it is and what that person may do in the account now.</summary>
/// <param name="Person">Null for the common password.</param>
/// <param name="Rights">All for the common password; None when the person is no member any more.</param>
/// <param name="Prefix">First group of a device password; null for the common password and with a certificate.</param>
/// <param name="SecretHash">Argon2id in PHC form for the common password, which people choose; SHA-256 in hexadecimal
/// for device passwords, which are random.</param>
/// <param name="LastUse">Null when it was never used.</param>
internal sealed record DeviceEntry(
    DeviceId Id, AccountId Account, DevicePerson? Person, MemberRights Rights, string Name, string? Prefix, string SecretHash,
    DeviceProtocols Protocols, DateTimeOffset CreatedAt, DeviceUse? LastUse, DateTimeOffset? RevokedAt)
{
    public bool HasScramKeys { get; init; }

    /// <summary>Fingerprint of the certificate that it signs in with; it has no password then.</summary>
    public string? Certificate { get; init; }

    /// <summary>Its password or certificate opens something.</summary>
    public bool CanSignIn => RevokedAt is null && Rights is not MemberRights.None;
}
