using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Casella.Core;
using Casella.Core.Directory;

namespace Casella.Net.Sasl;

/// <summary>
/// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): the client proves that it knows the password, the server
/// that it does too, and with PLUS both that they speak on the same TLS connection. Which device it is, Core finds by
/// the proof (docs/adr/0019).
/// </summary>
internal sealed class ScramExchange(SaslPeer peer, bool isPlus) : SaslExchange
{
    private const int NonceSize = 18;

    private ScramClientFirst? _first;
    private string _serverFirst = "";
    private string _nonce = "";
    private SignedIn? _signedIn;

    public override async ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellationToken)
    {
        if (response is not { } message)
            return SaslStep.Ask(default);
        if (_first is null)
            return SaslStep.Ask(Encoding.UTF8.GetBytes(await BeginAsync(ScramClientFirst.Read(message.Span), cancellationToken)));
        if (_signedIn is null)
            return SaslStep.Ask(Encoding.UTF8.GetBytes(await FinishAsync(ScramClientFinal.Read(message.Span), cancellationToken)));
        // None of the three protocols carries data with its success, so our signature was a challenge and this answers
        // it.
        return message.IsEmpty ? SaslStep.Done(_signedIn) : throw new SaslException("SCRAM ends with an empty response.");
    }

    private async Task<string> BeginAsync(ScramClientFirst first, CancellationToken cancellationToken)
    {
        RequireBinding(first);
        RequireSame(first.Authorization, first.UserName);
        var salt = await peer.Authenticator.ScramSaltAsync(first.UserName, cancellationToken);
        _first = first;
        _nonce = first.Nonce + Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceSize));
        _serverFirst = string.Create(CultureInfo.InvariantCulture, $"r={_nonce},s={Convert.ToBase64String(salt.Salt)},i={salt.Iterations}");
        return _serverFirst;
    }

    private async Task<string> FinishAsync(ScramClientFinal final, CancellationToken cancellationToken)
    {
        // RFC 5802 §6: "c=" is always looked at, also without channel binding: it repeats what the client said first.
        if (!CryptographicOperations.FixedTimeEquals(final.Binding, ExpectedBinding()))
            throw new MailException(MailError.SignInFailed, "SCRAM: another channel binding");
        if (!string.Equals(final.Nonce, _nonce, StringComparison.Ordinal))
            throw new SaslException("Another nonce.");
        var proof = new ScramProof(final.Proof, Encoding.UTF8.GetBytes($"{_first!.Bare},{_serverFirst},{final.WithoutProof}"));
        var result = await peer.Authenticator.SignInAsync(
            new ScramAttempt(_first.UserName, proof, peer.Protocol, peer.Connection.Remote.Address), cancellationToken);
        _signedIn = result.SignedIn;
        return $"v={Convert.ToBase64String(result.ServerSignature)}";
    }

    /// <summary>RFC 5802 §6.</summary>
    private void RequireBinding(ScramClientFirst first)
    {
        if (isPlus != (first.Flag == 'p'))
            throw new SaslException("The mechanism's name and its channel binding flag do not agree.");
        // It could bind, and believes that we cannot: somebody has taken PLUS out of the list that we sent.
        if (first.Flag == 'y' && peer.Connection.ChannelBindings is { AreSupported: true })
            throw new MailException(MailError.SignInFailed, "SCRAM: the client was not shown PLUS");
        if (first.Binding is { } name && peer.Connection.ChannelBindings?.Find(name) is null)
            throw new MailException(MailError.SignInFailed, $"SCRAM: no channel binding {name}");
    }

    private byte[] ExpectedBinding()
    {
        var header = Encoding.UTF8.GetBytes(_first!.Header);
        return _first.Binding is { } name ? [.. header, .. peer.Connection.ChannelBindings!.Find(name)!] : header;
    }
}
