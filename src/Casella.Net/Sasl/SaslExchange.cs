using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Casella.Net.Sasl;

/// <summary>
/// The server side of one SASL exchange (RFC 4422). Sessions do the base64 and the framing of their protocol;
/// mechanisms see bytes.
/// </summary>
public abstract class SaslExchange
{
    /// <summary>Octets of one response: enough for any password, far below what hurts.</summary>
    private const int MaxResponse = 8 * 1024;

    /// <summary>Mechanism names for the capability lines, strongest first.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = ["PLAIN", "LOGIN"];

    /// <summary>
    /// Begins an exchange, or null for an unknown mechanism. Names compare without case (RFC 4422 §3.1).
    /// </summary>
    public static SaslExchange? Begin(string mechanism) => mechanism.ToUpperInvariant() switch
    {
        "PLAIN" => new PlainExchange(),
        "LOGIN" => new LoginExchange(),
        _ => null,
    };

    /// <summary>
    /// Takes the client's next response (the initial response first when it was sent with the command; null asks for
    /// the first challenge) and says what follows.
    /// </summary>
    /// <exception cref="SaslException">Malformed response: 501 / BAD.</exception>
    public abstract SaslStep Next(ReadOnlyMemory<byte>? response);

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
}

/// <summary>Either a challenge to send or the credentials to check with Core's Authenticator.</summary>
public readonly record struct SaslStep(ReadOnlyMemory<byte>? Challenge, SaslCredentials? Credentials);

/// <summary>
/// What PLAIN and LOGIN yield (RFC 4616 §2). An authorization identity other than the authentication identity is
/// refused by the session.
/// </summary>
public sealed record SaslCredentials(string? AuthorizationId, string AuthenticationId, string Password)
{
    /// <summary>True when the client asks to act as somebody else than who signs in, which nobody may.</summary>
    public bool AsksForAnother =>
        AuthorizationId is { Length: > 0 } other && !string.Equals(other, AuthenticationId, StringComparison.OrdinalIgnoreCase);

    /// <summary>Never shows the password.</summary>
    public override string ToString() => AuthenticationId;
}

/// <summary>A response that does not fit the mechanism.</summary>
public sealed class SaslException(string message) : Exception(message);
