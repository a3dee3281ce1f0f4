using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Casella.Formats.Push;

/// <summary>
/// The server's own key towards push services (VAPID, RFC 8292): a subscription that was made with it can be used by
/// nobody else.
/// </summary>
public sealed class PushSigner : IDisposable
{
    /// <summary>RFC 8292 §2: at most a day; half of one leaves room for clocks.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromHours(12);

    private readonly ECDsa _key = ECDsa.Create();

    /// <param name="privateKey">PKCS #8, as <see cref="NewKey"/> makes it.</param>
    public PushSigner(ReadOnlySpan<byte> privateKey)
    {
        _key.ImportPkcs8PrivateKey(privateKey, out _);
        PublicKey = Base64Url.EncodeToString(PushKeys.PointOf(_key.ExportParameters(includePrivateParameters: false)));
    }

    /// <summary>What a browser is given when it subscribes (applicationServerKey).</summary>
    public string PublicKey { get; }

    public static byte[] NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    /// <summary>Value of the Authorization field for a request to this address: "vapid t=…, k=…".</summary>
    /// <param name="contact">A URL under which the server's people can be reached, RFC 8292 §2.1.</param>
    public string Authorization(Uri endpoint, string contact, DateTimeOffset now)
    {
        var header = """{"typ":"JWT","alg":"ES256"}"""u8;
        var claims = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["aud"] = endpoint.GetLeftPart(UriPartial.Authority),
            ["exp"] = (now + Validity).ToUnixTimeSeconds(),
            ["sub"] = contact,
        });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"vapid t={signed}.{Base64Url.EncodeToString(signature)}, k={PublicKey}";
    }

    public void Dispose() => _key.Dispose();
}
