namespace Casella.Net.Sasl;

/// <summary>
/// The server side of one SASL exchange (RFC 4422). Sessions do the base64 and the framing of their protocol; mechanisms see bytes.
/// </summary>
public abstract class SaslExchange
{
    /// <summary>Mechanism names for the capability lines, strongest first: "PLAIN", "LOGIN".</summary>
    public static IReadOnlyList<string> Mechanisms => throw new NotImplementedException();

    /// <summary>Begins an exchange, or null for an unknown mechanism. Names compare without case.</summary>
    public static SaslExchange? Begin(string mechanism) => throw new NotImplementedException();

    /// <summary>Takes the client's next response (the initial response first when it was sent with the command; null asks for the
    /// first challenge) and says what follows.</summary>
    /// <exception cref="SaslException">Malformed response: 501 / BAD.</exception>
    public abstract SaslStep Next(ReadOnlyMemory<byte>? response);

    /// <summary>Decodes base64 strictly (no spaces, correct padding; "=" is the empty response, RFC 4954 §4).</summary>
    /// <exception cref="SaslException"/>
    public static byte[] DecodeBase64(ReadOnlySpan<byte> text) => throw new NotImplementedException();
}

/// <summary>Either a challenge to send or the credentials to check with Core's Authenticator.</summary>
public readonly record struct SaslStep(ReadOnlyMemory<byte>? Challenge, SaslCredentials? Credentials);

/// <summary>What PLAIN and LOGIN yield (RFC 4616 §2). An authorization identity other than the authentication identity is refused by the session.</summary>
public sealed record SaslCredentials(string? AuthorizationId, string AuthenticationId, string Password)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => AuthenticationId;
}

/// <summary>A response that does not fit the mechanism.</summary>
public sealed class SaslException(string message) : Exception(message);
