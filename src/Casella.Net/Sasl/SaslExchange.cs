using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Casella.Core.Directory;

namespace Casella.Net.Sasl;

/// <summary>
/// The server side of one SASL exchange (RFC 4422), the same for IMAP, POP3 and SMTP. A session begins it and holds the
/// conversation by <see cref="RunAsync"/>; mechanisms see bytes and ask Core's Authenticator.
/// </summary>
public abstract class SaslExchange
{
    /// <summary>Octets of one response: enough for any password, far below what hurts.</summary>
    private const int MaxResponse = 8 * 1024;

    private const string External = "EXTERNAL";
    private static readonly string[] Plain = ["PLAIN", "LOGIN"];
    private static readonly string[] Scram = ["SCRAM-SHA-256", .. Plain];
    private static readonly string[] ScramPlus = ["SCRAM-SHA-256-PLUS", .. Scram];

    /// <summary>Mechanism names for the capability lines, strongest first.</summary>
    public static IReadOnlyList<string> Mechanisms(SaslPeer peer) =>
        peer.Connection.ClientCertificate is null ? OfPasswords(peer) : [External, .. OfPasswords(peer)];

    private static string[] OfPasswords(SaslPeer peer)
    {
        if (!peer.Authenticator.OffersScram)
            return Plain;
        // RFC 5802 §6: with channel binding both are told.
        return peer.Connection.ChannelBindings is { AreSupported: true } ? ScramPlus : Scram;
    }

    /// <summary>
    /// Begins an exchange, or null for a mechanism that is not offered. Names compare without case (RFC 4422 §3.1).
    /// </summary>
    public static SaslExchange? Begin(string mechanism, SaslPeer peer)
    {
        var name = mechanism.ToUpperInvariant();
        if (!Mechanisms(peer).Contains(name, StringComparer.Ordinal))
            return null;
        return name switch
        {
            "SCRAM-SHA-256-PLUS" => new ScramExchange(peer, isPlus: true),
            "SCRAM-SHA-256" => new ScramExchange(peer, isPlus: false),
            "PLAIN" => new PlainExchange(peer),
            External => new ExternalExchange(peer, peer.Connection.ClientCertificate!),
            _ => new LoginExchange(peer),
        };
    }

    /// <summary>
    /// Takes the client's next response (the initial response first when it was sent with the command; null asks for
    /// the first challenge) and says what follows.
    /// </summary>
    /// <exception cref="SaslException">Malformed response: 501 / BAD.</exception>
    /// <exception cref="SaslAuthorizationException"/>
    /// <exception cref="Core.MailException">SignInFailed, TooManySignIns, ProtocolNotAllowed, Unavailable.</exception>
    public abstract ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellationToken);

    /// <summary>The whole exchange, in the base64 of all three protocols.</summary>
    /// <param name="initial">As it was sent with the command, or null. "=" is a response of no octets (RFC 4959 §3,
    /// RFC 4954 §4).</param>
    /// <param name="ask">Sends a challenge in base64 and reads the client's line; null when there is none any
    /// more.</param>
    /// <returns>Null when the client gave up: "*" (RFC 4954 §4, RFC 9051 §6.2.2).</returns>
    /// <exception cref="SaslException"/>
    /// <exception cref="SaslAuthorizationException"/>
    /// <exception cref="EndOfStreamException">The connection ended within.</exception>
    /// <exception cref="Core.MailException">As <see cref="NextAsync"/>.</exception>
    public async Task<SignedIn?> RunAsync(
        ReadOnlyMemory<byte>? initial, Func<string, ValueTask<ReadOnlyMemory<byte>?>> ask, CancellationToken cancellationToken)
    {
        var response = initial is { } sent ? DecodeBase64(sent.Span) : default(ReadOnlyMemory<byte>?);
        while (true)
        {
            var step = await NextAsync(response, cancellationToken);
            if (step.SignedIn is { } signedIn)
                return signedIn;
            if (await ask(Convert.ToBase64String(step.Challenge.Span)) is not { } line)
                throw new EndOfStreamException("The connection ended within a SASL exchange.");
            if (line.Span.SequenceEqual("*"u8))
                return null;
            response = DecodeBase64(line.Span);
        }
    }

    /// <summary>Decodes base64 strictly (no spaces, correct padding; "=" is the empty response, RFC 4954 §4).</summary>
    /// <exception cref="SaslException"/>
    public static byte[] DecodeBase64(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("="u8))
            return [];
        if (text.Length > MaxResponse)
            throw new SaslException("The response is too long.");
        if (text.IndexOfAny(" \t\r\n"u8) >= 0)
            throw new SaslException("White space in base64.");
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, bytes, out var used, out var written) == OperationStatus.Done && used == text.Length
            ? bytes[..written]
            : throw new SaslException("Not base64.");
    }

    /// <summary>
    /// A user name or password: UTF-8, not empty, without control characters (what SASLprep and PRECIS both refuse,
    /// RFC 4013 §2.3, RFC 8265 §4).
    /// </summary>
    private protected static string Prepared(ReadOnlySpan<byte> bytes, string what)
    {
        if (bytes.IsEmpty || !Utf8.IsValid(bytes))
            throw new SaslException($"The {what} is empty or not UTF-8.");
        var text = Encoding.UTF8.GetString(bytes);
        return text.Any(char.IsControl) ? throw new SaslException($"Control characters in the {what}.") : text;
    }

    /// <summary>
    /// An authorization identity (RFC 4422 §2) other than who signs in: acting as somebody else is not offered, to
    /// nobody.
    /// </summary>
    /// <exception cref="SaslAuthorizationException"/>
    private protected static void RequireSame(string? authorization, string authentication)
    {
        if (authorization is { Length: > 0 } other && !string.Equals(other, authentication, StringComparison.OrdinalIgnoreCase))
            throw new SaslAuthorizationException();
    }
}

/// <summary>Either a challenge to send or who has signed in.</summary>
public readonly record struct SaslStep(ReadOnlyMemory<byte> Challenge, SignedIn? SignedIn)
{
    public static SaslStep Ask(ReadOnlyMemory<byte> challenge) => new(challenge, null);
    public static SaslStep Done(SignedIn signedIn) => new(default, signedIn);
}

/// <summary>A response that does not fit the mechanism.</summary>
public sealed class SaslException(string message) : Exception(message);

/// <summary>The client asks to act as somebody else than who signs in, which nobody may.</summary>
public sealed class SaslAuthorizationException() : Exception("The authorization identity is another than who signs in.");
