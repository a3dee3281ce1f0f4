using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Net.Connections;

namespace Casella.Net.Sasl;

/// <summary>Who wants to sign in, to what, and who decides.</summary>
public sealed record SaslPeer(MailConnection Connection, Authenticator Authenticator, AccessProtocol Protocol)
{
    internal Task<SignedIn> SignInAsync(string userName, string password, CancellationToken cancellationToken) =>
        Authenticator.SignInAsync(new SignInAttempt(userName, password, Protocol, Connection.Remote.Address), cancellationToken);
}
