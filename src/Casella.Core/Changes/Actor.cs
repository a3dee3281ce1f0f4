using Casella.Core.Directory;

namespace Casella.Core.Changes;

/// <summary>
/// Who does something: person, device, protocol. Every change carries one. The server itself is an actor too (delivery,
/// retention).
/// </summary>
/// <param name="Person">Null for the common password of a mailbox and for the server.</param>
/// <param name="Device">The named secret that signed in; null for the server.</param>
/// <param name="Protocol">How it came.</param>
/// <param name="Name">For people: "common password", "Anna's iPhone", "server".</param>
/// <param name="Client">What the program calls itself (IMAP ID, POP3 has none), or null.</param>
public sealed record Actor(PersonId? Person, DeviceId? Device, AccessProtocol Protocol, string Name, string? Client = null)
{
    /// <summary>
    /// What the actor may do in the account that it works in; every write is held to it. Not stored with changes.
    /// </summary>
    public MemberRights Rights { get; init; } = MemberRights.All;

    /// <summary>
    /// The session that it works in, in whichever account; null where nobody asks. Not stored with changes.
    /// </summary>
    public object? Session { get; init; }

    /// <summary>So a session knows its own changes when it hears of them.</summary>
    public bool IsOfSession(Actor other) => Session is not null && ReferenceEquals(Session, other.Session);

    /// <summary>
    /// The device, or the person without one, or the name of who is neither: the same in every session, whatever the
    /// protocol.
    /// </summary>
    internal string Identity => Device is { } device ? $"device {device.Value}" : Person is { } person ? $"person {person.Value}" : Name;

    /// <summary>Whoever may run the program's commands on its machine.</summary>
    public static Actor Administrator { get; } = new(null, null, AccessProtocol.CommandLine, "administrator");

    /// <summary>Delivery, retention and repairs.</summary>
    public static Actor Server { get; } = new(null, null, AccessProtocol.Server, "server");
}

/// <summary>The door by which an actor came. Stored as a number: never renumber.</summary>
public enum AccessProtocol : byte
{
    Server = 0,
    Imap = 1,
    Pop3 = 2,
    Smtp = 3,
    Submission = 4,
    Web = 5,
    Jmap = 6,
    ManageSieve = 7,
    CommandLine = 8,
}
