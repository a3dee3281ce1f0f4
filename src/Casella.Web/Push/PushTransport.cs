using System.Globalization;
using System.Text.Json;
using Casella.Core.Push;
using Casella.Formats.Mime;
using Casella.Formats.Push;
using Casella.Web.Http;
using Casella.Web.Reading;

namespace Casella.Web.Push;

/// <summary>
/// Hands a notice to a push service (RFC 8030 §5): encrypted for the browser, only by HTTPS and only to public places,
/// for the address comes from a browser.
/// </summary>
/// <param name="connect">How to connect; <see cref="PublicConnection"/> but in tests.</param>
internal sealed class PushTransport(WebSite site, TimeProvider time, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect)
    : IPushTransport, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>RFC 8030 §5.2: who opens the laptop after the weekend finds the mail by itself.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private const int TextAtMost = 200;

    private readonly Lazy<HttpClient> _client = new(() => StrangersClient.Make(connect, Patience, connectionsPerServer: 4));

    public PushTransport(WebSite site, TimeProvider time)
        : this(site, time, PublicConnection.OpenAsync)
    {
    }

    public async Task<PushOutcome> SendAsync(PushSubscription to, PushNotice notice, PushSigner signer, CancellationToken cancellationToken)
    {
        try
        {
            var endpoint = new Uri(to.Wish.Endpoint);
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(PushEncryption.Encrypt(Text(to, notice), to.Wish.Keys)) };
            request.Content.Headers.ContentEncoding.Add("aes128gcm");
            request.Headers.TryAddWithoutValidation("Authorization", signer.Authorization(endpoint, site.AddressOf("/") ?? $"https://{site.HostName}/", time.GetUtcNow()));
            request.Headers.Add("TTL", ((int)Life.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("Urgency", "normal");
            // RFC 8030 §5.4: for a browser that was away the newest takes the place of the others.
            request.Headers.Add("Topic", string.Create(CultureInfo.InvariantCulture, $"mailbox{notice.Account.Value}"));
            using var response = await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)response.StatusCode switch
            {
                >= 200 and < 300 => PushOutcome.Sent,
                404 or 410 => PushOutcome.Gone,
                429 or >= 500 => PushOutcome.Later,
                _ => PushOutcome.Refused,
            };
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException || (failed is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return PushOutcome.Later;
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    /// <summary>What the service worker shows.</summary>
    private static byte[] Text(PushSubscription to, PushNotice notice)
    {
        var words = Words.Of(to.Language);
        var body = words.Count("PushNew", notice.Count);
        if (notice.Newest is { } newest)
        {
            var subject = newest.Subject is { } field ? DecodedText.Header(field.Span).Trim() : "";
            body = $"{Correspondent.FirstOf(newest.From)?.Short ?? words["NoSender"]}: {(subject.Length > 0 ? subject : words["NoSubject"])}";
            body = notice.Count > 1 ? $"{body}\n{words.Count("PushMore", notice.Count - 1)}" : body;
        }

        return JsonSerializer.SerializeToUtf8Bytes(new { title = notice.Address, body = Short(body), tag = $"mailbox{notice.Account.Value.ToString(CultureInfo.InvariantCulture)}" });
    }

    private static string Short(string text)
    {
        if (text.Length <= TextAtMost)
            return text;
        var end = char.IsHighSurrogate(text[TextAtMost - 1]) ? TextAtMost - 1 : TextAtMost;
        return $"{text[..end]}…";
    }
}
