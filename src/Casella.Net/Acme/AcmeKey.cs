using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Casella.Net.Acme;

/// <summary>
/// The key of an account at an authority: ECDSA P-256. Whoever has it may have certificates made for our names, so its
/// file is its owner's alone.
/// </summary>
public sealed class AcmeKey : IDisposable
{
    private readonly ECDsa _key;

    private AcmeKey(ECDsa key) => _key = key;

    public static AcmeKey Make() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">No such key.</exception>
    public static AcmeKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new AcmeKey(key);
    }

    public string ToPem() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>RFC 7517: the public half, with its members in the order that the thumbprint wants.</summary>
    public JsonObject PublicKey()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["crv"] = "P-256",
            ["kty"] = "EC",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    /// <summary>RFC 8555 §8.1: what a challenge's token becomes in the hands of the account.</summary>
    // RFC 7638 §3: the thumbprint is taken over the members in their order, without a space.
    public string KeyAuthorization(string token) =>
        $"{token}.{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(PublicKey().ToJsonString())))}";

    /// <summary>RFC 8555 §6.2: a signed request, as JWS in its flattened form.</summary>
    /// <param name="header">Takes "alg".</param>
    /// <param name="payload">Null for the empty one of a POST-as-GET (§6.3).</param>
    public JsonObject Sign(JsonObject header, JsonNode? payload)
    {
        header["alg"] = "ES256";
        var head = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()));
        var body = payload is null ? "" : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload.ToJsonString()));
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new JsonObject { ["protected"] = head, ["payload"] = body, ["signature"] = Base64Url.EncodeToString(signature) };
    }

    public void Dispose() => _key.Dispose();
}
