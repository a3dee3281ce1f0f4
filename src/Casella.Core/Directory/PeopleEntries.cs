using Casella.Core.Changes;
using Casella.Core.Policies;
using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>A human who works in mailboxes. Names may repeat, logins do not.</summary>
/// <param name="Login">For signing in as oneself; canonical.</param>
/// <param name="HasPassword">Has a sign-in of their own.</param>
/// <param name="LeftAt">Null while the person is with us.</param>
public sealed record Person(
    PersonId Id, string Name, string Login, Language Language, bool HasPassword, DateTimeOffset CreatedAt, DateTimeOffset? LeftAt);

/// <summary>A person to add.</summary>
/// <param name="Password">Null for none yet.</param>
public sealed record PersonToAdd(string Name, string Login, Language Language, string? Password)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => Login;
}

/// <summary>A mailbox account in which a person may work.</summary>
public sealed record Membership(AccountId Account, EmailAddress Address, MemberRights Rights, DateTimeOffset AddedAt);

/// <summary>A person who may work in a mailbox account.</summary>
public sealed record Member(PersonId Person, string Name, string Login, MemberRights Rights, DateTimeOffset AddedAt)
{
    public OneLogin OneLogin { get; init; }
}

/// <summary>
/// Whether a member sees the account below their other ones, under one login (ADR 0017). Stored as a number: never
/// renumber.
/// </summary>
public enum OneLogin : byte
{
    /// <summary>
    /// As long as no mail program of theirs has this account set up by itself: nobody has the same mail twice.
    /// </summary>
    Auto = 0,
    On = 1,
    Off = 2,
}

/// <summary>Whose a device is.</summary>
public sealed record DevicePerson(PersonId Id, string Name, string Login, Language Language);

/// <summary>Ports that a device's password opens. Stored as a number: never renumber.</summary>
[Flags]
public enum DeviceProtocols : byte
{
    None = 0,
    Imap = 1,
    Pop3 = 2,
    /// <summary>Sending: 465 and 587.</summary>
    Smtp = 4,
    All = Imap | Pop3 | Smtp,
}

/// <summary>When a device was last there, and how.</summary>
/// <param name="Address">Address on the network; null for uses before it was kept.</param>
/// <param name="Client">What the program calls itself (IMAP ID), or null.</param>
public sealed record DeviceUse(DateTimeOffset At, AccessProtocol Protocol, string? Address, string? Client);

/// <summary>A device as administration lists it; never its secret.</summary>
/// <param name="Account">Address of the mailbox that it opens.</param>
/// <param name="Person">Null for the common password.</param>
/// <param name="LastUse">Null when it was never used.</param>
public sealed record DeviceInfo(
    DeviceId Id, EmailAddress Account, DevicePerson? Person, string Name, DeviceProtocols Protocols, DateTimeOffset CreatedAt,
    DeviceUse? LastUse, DateTimeOffset? RevokedAt)
{
    public bool IsRevoked => RevokedAt is not null;

    /// <summary>It signs in with a certificate and has no password.</summary>
    public bool HasCertificate { get; init; }

    /// <summary>Sessions it has open at this moment.</summary>
    public int Sessions { get; init; }

    /// <summary>The password that everybody knows, by which nobody can be told from anybody.</summary>
    public bool IsCommonPassword => Person is null;
}

/// <summary>A device to add.</summary>
/// <param name="Address">The mailbox.</param>
/// <param name="Login">Whose it is; a member of the mailbox.</param>
/// <param name="Name">For people: "Anna's iPhone".</param>
public sealed record DeviceToAdd(string Address, string Login, string Name, DeviceProtocols Protocols);

/// <summary>A new device with its password, which can be read this once.</summary>
public sealed record AddedDevice(DeviceInfo Device, string Password)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => Device.Name;
}
