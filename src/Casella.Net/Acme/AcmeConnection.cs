using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Casella.Net.Acme;

/// <summary>
/// Requests to a certificate authority (RFC 8555 §6): each signed, each with a nonce of the answer before. One account,
/// one request at a time. Used by <see cref="AcmeClient"/>.
/// </summary>
internal sealed class AcmeConnection(HttpClient http, Uri directory, TimeProvider time)
{
    /// <summary>An authority may refuse a nonce for its own reasons (§6.5); one that always does is broken.</summary>
    private const int NonceAttempts = 12;

    private JsonObject? _directory;
    private string? _nonce;

    /// <summary>The key that signs.</summary>
    public required AcmeKey Key { get; set; }

    /// <summary>The account's URL; null until there is one, then the key itself is in each request.</summary>
    public string? AccountUrl { get; set; }

    /// <summary>RFC 8555 §7.1.1.</summary>
    public async Task<Uri> ResourceAsync(string name, CancellationToken cancellationToken)
    {
        var url = (await DirectoryAsync(cancellationToken))[name]?.GetValue<string>()
            ?? throw new AcmeException($"{directory} is no directory of a certificate authority: it has no {name}");
        return new Uri(url);
    }

    /// <summary>Where the conditions are that come with an account; null where there are none.</summary>
    public async Task<string?> TermsAsync(CancellationToken cancellationToken) =>
        (await DirectoryAsync(cancellationToken))["meta"]?["termsOfService"]?.GetValue<string>();

    /// <summary>RFC 8555 §6.3: reads a resource.</summary>
    public Task<AcmeAnswer> ReadAsync(Uri url, CancellationToken cancellationToken) => PostAsync(url, payload: null, cancellationToken);

    /// <exception cref="AcmeException">The authority says no.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached.</exception>
    public async Task<AcmeAnswer> PostAsync(Uri url, JsonNode? payload, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var header = new JsonObject { ["nonce"] = await NonceAsync(cancellationToken), ["url"] = url.AbsoluteUri };
            if (AccountUrl is null)
                header["jwk"] = Key.PublicKey();
            else
                header["kid"] = AccountUrl;
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new StringContent(Key.Sign(header, payload?.DeepClone()).ToJsonString(), new MediaTypeHeaderValue("application/jose+json")),
            };
            using var response = await http.SendAsync(request, cancellationToken);
            KeepNonce(response);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
                return new AcmeAnswer(body, response.Headers.Location, RetryAfter(response));
            var problem = Problem(response, body);
            // RFC 8555 §6.5: the refusal brings the nonce to go on with.
            if (problem.Type is not "badNonce" || attempt == NonceAttempts)
                throw problem;
        }
    }

    private async Task<JsonObject> DirectoryAsync(CancellationToken cancellationToken) =>
        _directory ??= AcmeAnswer.Parse(await http.GetStringAsync(directory, cancellationToken));

    private async Task<string> NonceAsync(CancellationToken cancellationToken)
    {
        if (_nonce is null)
        {
            // RFC 8555 §7.2.
            using var request = new HttpRequestMessage(HttpMethod.Head, await ResourceAsync("newNonce", cancellationToken));
            using var response = await http.SendAsync(request, cancellationToken);
            KeepNonce(response);
        }

        var nonce = _nonce ?? throw new AcmeException("The authority gives no nonces");
        _nonce = null;
        return nonce;
    }

    private void KeepNonce(HttpResponseMessage response) =>
        _nonce = response.Headers.TryGetValues("Replay-Nonce", out var values) ? values.First() : _nonce;

    private AcmeException Problem(HttpResponseMessage response, string body)
    {
        var problem = response.Content.Headers.ContentType?.MediaType is "application/problem+json" ? AcmeAnswer.Parse(body) : [];
        var type = problem["type"]?.GetValue<string>() ?? "";
        var detail = AcmeAnswer.Words(problem) ?? $"HTTP {(int)response.StatusCode}";
        var name = type[(type.LastIndexOf(':') + 1)..];
        return new AcmeException($"{directory.Host}: {detail}", name, RetryAfter(response) ?? (response.StatusCode is HttpStatusCode.TooManyRequests ? TimeSpan.FromHours(1) : null));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}

/// <param name="Location">Where what was made is.</param>
/// <param name="RetryAfter">When to look again.</param>
internal sealed record AcmeAnswer(string Body, Uri? Location, TimeSpan? RetryAfter)
{
    public JsonObject Json => Parse(Body);

    /// <summary>RFC 8555 §7.1.6: pending, ready, processing, valid, invalid, …</summary>
    public string Status => Json["status"]?.GetValue<string>() ?? "";

    /// <exception cref="AcmeException">It is none.</exception>
    public static JsonObject Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject ?? throw new AcmeException("The authority's answer is no JSON object");
        }
        catch (JsonException)
        {
            throw new AcmeException("The authority's answer is no JSON");
        }
    }

    /// <summary>RFC 8555 §6.7: what a problem says, with its parts (§6.7.1).</summary>
    public static string? Words(JsonObject problem)
    {
        if (problem["detail"]?.GetValue<string>() is not { } detail)
            return null;
        var words = new StringBuilder(detail);
        foreach (var part in problem["subproblems"] as JsonArray ?? [])
            words.Append("; ").Append(part?["identifier"]?["value"]?.GetValue<string>()).Append(": ").Append(part?["detail"]?.GetValue<string>());
        return words.ToString();
    }
}
