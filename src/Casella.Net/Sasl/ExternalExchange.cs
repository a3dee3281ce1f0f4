using Casella.Core.Directory;

namespace Casella.Net.Sasl;

/// <summary>
/// EXTERNAL (RFC 4422 appendix A): who signs in is known already, by the certificate that the client has shown in TLS.
/// The response names the mailbox, or nothing where the certificate is of only one.
/// </summary>
internal sealed class ExternalExchange(SaslPeer peer, ClientCertificate certificate) : SaslExchange
{
    public override async ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellationToken)
    {
        if (response is not { } message)
            return SaslStep.Ask(default);
        var name = message.IsEmpty ? "" : Prepared(message.Span, "authorization identity");
        var attempt = new CertificateAttempt(name, certificate, peer.Protocol, peer.Connection.Remote.Address);
        return SaslStep.Done(await peer.Authenticator.SignInAsync(attempt, cancellationToken));
    }
}
