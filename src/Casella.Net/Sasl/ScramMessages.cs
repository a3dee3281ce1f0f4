using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Casella.Net.Sasl;

/// <summary>
/// client-first-message (RFC 5802 §7): gs2-header, then "n=name,r=nonce" and extensions.
/// </summary>
/// <param name="Header">The gs2-header as it came, with its last comma: it comes back in "c=".</param>
/// <param name="Flag">'n', 'y' or 'p'.</param>
/// <param name="Binding">Name of the channel binding; null without one.</param>
/// <param name="Bare">client-first-message-bare as it came.</param>
internal sealed record ScramClientFirst(string Header, char Flag, string? Binding, string? Authorization, string UserName, string Nonce, string Bare)
{
    /// <exception cref="SaslException"/>
    public static ScramClientFirst Read(ReadOnlySpan<byte> message)
    {
        var parts = ScramText.Split(message);
        if (parts.Length < 4)
            throw new SaslException("SCRAM begins with a header, a user name and a nonce.");
        var (flag, binding) = ReadFlag(parts[0]);
        var authorization = parts[1].Length == 0 ? null : ScramText.Name(ScramText.Value(parts[1], 'a'));
        var bare = parts[2..];
        // RFC 5802 §5.1: an extension that we must understand and do not.
        if (bare[0].StartsWith("m=", StringComparison.Ordinal))
            throw new SaslException("SCRAM extensions are not supported.");
        return new ScramClientFirst(
            $"{parts[0]},{parts[1]},", flag, binding, authorization,
            ScramText.Name(ScramText.Value(bare[0], 'n')), ScramText.Nonce(bare[1]), string.Join(',', bare));
    }

    private static (char Flag, string? Binding) ReadFlag(string text) => text switch
    {
        "n" => ('n', null),
        "y" => ('y', null),
        // cb-name = 1*(ALPHA / DIGIT / "." / "-")
        ['p', '=', _, ..] when text.AsSpan(2).IndexOfAnyExcept(ScramText.BindingName) < 0 => ('p', text[2..]),
        _ => throw new SaslException("SCRAM begins with n, y or p=."),
    };
}

/// <summary>client-final-message (RFC 5802 §7): "c=header and binding,r=nonce,…,p=proof".</summary>
/// <param name="Binding">What "c=" holds, decoded.</param>
/// <param name="WithoutProof">client-final-message-without-proof as it came.</param>
internal sealed record ScramClientFinal(byte[] Binding, string Nonce, byte[] Proof, string WithoutProof)
{
    /// <exception cref="SaslException"/>
    public static ScramClientFinal Read(ReadOnlySpan<byte> message)
    {
        var parts = ScramText.Split(message);
        if (parts.Length < 3)
            throw new SaslException("SCRAM ends with a channel binding, a nonce and a proof.");
        var proof = ScramText.Bytes(ScramText.Value(parts[^1], 'p'));
        if (proof.Length != ScramText.ProofSize)
            throw new SaslException("A proof of SHA-256 has 32 octets.");
        return new ScramClientFinal(
            ScramText.Bytes(ScramText.Value(parts[0], 'c')), ScramText.Nonce(parts[1]), proof, string.Join(',', parts[..^1]));
    }
}

/// <summary>The words of SCRAM's grammar (RFC 5802 §7).</summary>
internal static class ScramText
{
    public const int ProofSize = 32;

    /// <summary>A header, a binding, a name, a nonce: nobody needs more attributes than this.</summary>
    private const int MaxParts = 16;
    private const int MaxNonce = 512;

    public static SearchValues<char> BindingName { get; } =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");

    /// <exception cref="SaslException"/>
    public static string[] Split(ReadOnlySpan<byte> message)
    {
        if (!Utf8.IsValid(message) || message.Contains((byte)0))
            throw new SaslException("SCRAM is UTF-8 without NUL.");
        var parts = Encoding.UTF8.GetString(message).Split(',', MaxParts + 1);
        return parts.Length <= MaxParts ? parts : throw new SaslException("Too many attributes.");
    }

    public static string Value(string part, char attribute) => part.Length > 2 && part[0] == attribute && part[1] == '='
        ? part[2..]
        : throw new SaslException($"SCRAM needs {attribute}= here.");

    /// <summary>saslname: "=2C" is a comma, "=3D" an equals sign, and no other "=" may be.</summary>
    public static string Name(string text)
    {
        var name = text.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "\0", StringComparison.Ordinal);
        if (name.Contains('=', StringComparison.Ordinal))
            throw new SaslException("A name with = that is not =2C or =3D.");
        name = name.Replace('\0', '=');
        return name.Any(char.IsControl) ? throw new SaslException("Control characters in the user name.") : name;
    }

    /// <summary>Printable US-ASCII.</summary>
    public static string Nonce(string part)
    {
        var nonce = Value(part, 'r');
        return nonce.Length <= MaxNonce && nonce.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? nonce
            : throw new SaslException("A nonce is printable, and not that long.");
    }

    public static byte[] Bytes(string base64)
    {
        var text = Encoding.ASCII.GetBytes(base64);
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return !base64.Any(char.IsWhiteSpace)
            && Base64.DecodeFromUtf8(text, bytes, out var used, out var written) is OperationStatus.Done && used == text.Length
            ? bytes[..written]
            : throw new SaslException("Not base64.");
    }
}
