using System.Net;
using Casella.Core.Changes;
using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>
/// Checks user name and password for every protocol, with one budget of failures over all of them. User name is always the plain mailbox address; the
/// password tells device and person. Unknown users cost the same work as wrong passwords.
/// </summary>
public sealed class Authenticator
{
    /// <exception cref="MailException">SignInFailed, TooManySignIns, Unavailable.</exception>
    public Task<SignedIn> SignInAsync(SignInAttempt attempt, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <param name="UserName">As typed: the mailbox address, any case.</param>
/// <param name="Remote">The peer's address, for the budget.</param>
public sealed record SignInAttempt(string UserName, string Password, AccessProtocol Protocol, IPAddress Remote)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{UserName} by {Protocol} from {Remote}";
}

/// <summary>A successful sign-in.</summary>
public sealed record SignedIn(AccountId Account, EmailAddress Address, Actor Actor);
