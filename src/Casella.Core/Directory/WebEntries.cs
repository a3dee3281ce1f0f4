using System.Net;

namespace Casella.Core.Directory;

/// <summary>A browser's sign-in. Never re-used.</summary>
public readonly record struct WebSessionId(long Value);

/// <summary>A browser that is signed in, as its owner sees it in a list.</summary>
/// <param name="Browser">What the browser calls itself, in few words: "Firefox, Windows".</param>
/// <param name="Address">From where it was last seen.</param>
public sealed record WebSession(WebSessionId Id, string Browser, string Address, DateTimeOffset SignedInAt, DateTimeOffset LastSeenAt);

/// <summary>Who is behind a browser, as it is now: rights and memberships are read anew each time.</summary>
/// <param name="Person">Null for who signed in with the common password of a mailbox.</param>
/// <param name="Mailboxes">Where this visitor may read, by address; one for a device password.</param>
public sealed record WebVisitor(WebSessionId Session, DevicePerson? Person, IReadOnlyList<SignedIn> Mailboxes)
{
    /// <summary>The device whose password it was; null for a person's own.</summary>
    public DeviceId? Device { get; init; }

    public string Browser { get; init; } = "";

    /// <summary>Name of the time zone that the person wants to read times in; null for the one of each device.</summary>
    public string? Zone { get; init; }
}

/// <param name="UserName">A person's login, or the address of a mailbox.</param>
/// <param name="Browser">In few words.</param>
public sealed record WebSignIn(string UserName, string Password, string Browser, IPAddress Remote)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{UserName} by {Browser} from {Remote}";
}

/// <summary>A session that has begun.</summary>
/// <param name="Token">For the cookie; kept nowhere else.</param>
public sealed record StartedWebSession(WebSessionId Id, string Token)
{
    /// <summary>It has not begun: the token is for <see cref="WebSessions.FinishAsync"/>.</summary>
    public bool NeedsCode { get; init; }

    /// <summary>Never shows the token.</summary>
    public override string ToString() => $"session {Id.Value}";
}
