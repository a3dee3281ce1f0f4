using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Casella.Net.Acme;

/// <summary>
/// An account at a certificate authority that speaks ACME (RFC 8555), such as Let's Encrypt: has certificates made for
/// names that are ours. One order at a time. Used by the server's CertificateOrders.
/// </summary>
public sealed class AcmeClient
{
    /// <summary>An authority that still thinks after this long has forgotten us.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly AcmeConnection _connection;
    private readonly TimeProvider _time;

    /// <param name="http">Trusts the authority's own certificate.</param>
    /// <param name="directory">Where the authority says what it can.</param>
    /// <param name="accountUrl">Of an account that the key has already; null for none yet.</param>
    public AcmeClient(HttpClient http, Uri directory, AcmeKey key, string? accountUrl, TimeProvider time)
    {
        _time = time;
        _connection = new AcmeConnection(http, directory, time) { Key = key, AccountUrl = accountUrl };
    }

    /// <summary>The account's, now.</summary>
    public AcmeKey Key => _connection.Key;

    /// <summary>Null until <see cref="RegisterAsync"/>.</summary>
    public string? AccountUrl => _connection.AccountUrl;

    /// <summary>Where the authority's conditions are; null where it has none.</summary>
    public Task<string?> TermsAsync(CancellationToken cancellationToken) => _connection.TermsAsync(cancellationToken);

    /// <summary>RFC 8555 §7.3: makes the key's account, or finds it. Agrees to the conditions.</summary>
    /// <param name="contact">Address that the authority may write to; empty for none.</param>
    public async Task RegisterAsync(string contact, CancellationToken cancellationToken)
    {
        _connection.AccountUrl = null;
        var payload = new JsonObject { ["termsOfServiceAgreed"] = true };
        if (contact.Length > 0)
            payload["contact"] = new JsonArray($"mailto:{contact}");
        var answer = await _connection.PostAsync(await _connection.ResourceAsync("newAccount", cancellationToken), payload, cancellationToken);
        _connection.AccountUrl = answer.Location?.AbsoluteUri ?? throw new AcmeException("The authority does not say where the account is");
    }

    /// <summary>RFC 8555 §7.3.1: whether the key has an account; makes none.</summary>
    public async Task<bool> FindAccountAsync(CancellationToken cancellationToken)
    {
        try
        {
            _connection.AccountUrl = null;
            var answer = await _connection.PostAsync(
                await _connection.ResourceAsync("newAccount", cancellationToken), new JsonObject { ["onlyReturnExisting"] = true }, cancellationToken);
            _connection.AccountUrl = answer.Location?.AbsoluteUri;
            return AccountUrl is not null;
        }
        catch (AcmeException unknown) when (unknown.Type is "accountDoesNotExist")
        {
            return false;
        }
    }

    /// <summary>RFC 8555 §7.3.5: from now on the account is the new key's; the old one is worth nothing.</summary>
    public async Task ChangeKeyAsync(AcmeKey key, CancellationToken cancellationToken)
    {
        var url = await _connection.ResourceAsync("keyChange", cancellationToken);
        // The new key signs that it wants the account, the old one signs that it may.
        var header = new JsonObject { ["jwk"] = key.PublicKey(), ["url"] = url.AbsoluteUri };
        var wish = new JsonObject { ["account"] = AccountUrl, ["oldKey"] = _connection.Key.PublicKey() };
        await _connection.PostAsync(url, key.Sign(header, wish), cancellationToken);
        _connection.Key = key;
    }

    /// <summary>RFC 8555 §7.4: a certificate for these names, with a key of its own.</summary>
    /// <param name="proof">How to prove that they are ours.</param>
    /// <exception cref="AcmeException"/>
    /// <exception cref="HttpRequestException">The authority cannot be reached.</exception>
    public async Task<IssuedCertificate> OrderAsync(IReadOnlyList<string> names, IChallengeProof proof, CancellationToken cancellationToken)
    {
        var identifiers = new JsonArray([.. names.Select(name => new JsonObject { ["type"] = "dns", ["value"] = name })]);
        var order = await _connection.PostAsync(
            await _connection.ResourceAsync("newOrder", cancellationToken), new JsonObject { ["identifiers"] = identifiers }, cancellationToken);
        var url = order.Location ?? throw new AcmeException("The authority does not say where the order is");
        foreach (var authorization in order.Json["authorizations"] as JsonArray ?? [])
            await ProveAsync(Link(authorization), proof, cancellationToken);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ready = await UntilAsync(url, "pending", cancellationToken);
        if (ready.Status is "ready")
            await _connection.PostAsync(
                Link(ready.Json["finalize"]), new JsonObject { ["csr"] = Base64Url.EncodeToString(Request(names, key)) }, cancellationToken);
        var done = await UntilAsync(url, "processing", cancellationToken);
        if (done.Status is not "valid")
            throw Refused("The order", done.Json["error"] as JsonObject, done.Status);
        var chain = await _connection.ReadAsync(Link(done.Json["certificate"]), cancellationToken);
        return new IssuedCertificate(chain.Body, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>RFC 8555 §7.5: one name.</summary>
    private async Task ProveAsync(Uri url, IChallengeProof proof, CancellationToken cancellationToken)
    {
        var authorization = await _connection.ReadAsync(url, cancellationToken);
        if (authorization.Status is "valid")
            return;   // proved not long ago
        var name = authorization.Json["identifier"]?["value"]?.GetValue<string>() ?? "";
        var challenge = (authorization.Json["challenges"] as JsonArray ?? [])
            .FirstOrDefault(offered => string.Equals(offered?["type"]?.GetValue<string>(), proof.Type, StringComparison.Ordinal))
            ?? throw new AcmeException($"The authority does not take {proof.Type} for {name}");
        var token = challenge["token"]?.GetValue<string>() ?? throw new AcmeException("The authority's challenge has no token");
        await using var shown = await proof.ShowAsync(name, token, _connection.Key.KeyAuthorization(token), cancellationToken);
        await _connection.PostAsync(Link(challenge["url"]), new JsonObject(), cancellationToken);
        var judged = await UntilAsync(url, "pending", cancellationToken);
        if (judged.Status is "valid")
            return;
        var failed = (judged.Json["challenges"] as JsonArray ?? []).Select(tried => tried?["error"] as JsonObject).FirstOrDefault(error => error is not null);
        throw Refused(name, failed, judged.Status);
    }

    /// <summary>Looks at a resource, as often as the authority likes, until it leaves a state.</summary>
    private async Task<AcmeAnswer> UntilAsync(Uri url, string left, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        for (var pause = FirstPause; ; pause = Shorter(pause * 1.5, LongestPause))
        {
            var answer = await _connection.ReadAsync(url, cancellationToken);
            // An order that is "ready" when it is finalized may be seen so for a moment longer.
            if (!string.Equals(answer.Status, left, StringComparison.Ordinal) && !(left is "processing" && answer.Status is "ready"))
                return answer;
            if (_time.GetElapsedTime(start) > Patience)
                throw new AcmeException($"The authority has not decided within {Patience.TotalMinutes:0} minutes");
            await Task.Delay(Shorter(answer.RetryAfter ?? pause, LongestPause), _time, cancellationToken);
        }
    }

    /// <summary>RFC 2986; the names stand in the extension alone, as authorities want it now.</summary>
    private static byte[] Request(IReadOnlyList<string> names, ECDsa key)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternative.AddDnsName(name);
        request.CertificateExtensions.Add(alternative.Build());
        return request.CreateSigningRequest();
    }

    private static Uri Link(JsonNode? node) => node?.GetValue<string>() is { } url ? new Uri(url) : throw new AcmeException("The authority's answer has a link less than it should");

    private static AcmeException Refused(string what, JsonObject? error, string status)
    {
        var type = error?["type"]?.GetValue<string>() ?? "";
        return new AcmeException($"{what}: {(error is null ? null : AcmeAnswer.Words(error)) ?? status}", type[(type.LastIndexOf(':') + 1)..]);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <param name="Chain">PEM: the certificate, then what leads to the authority.</param>
/// <param name="Key">PEM, PKCS #8.</param>
public sealed record IssuedCertificate(string Chain, string Key);
