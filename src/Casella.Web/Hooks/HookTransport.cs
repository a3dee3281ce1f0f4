using System.Text;
using Casella.Core.Office;
using Casella.Web.Http;

namespace Casella.Web.Hooks;

/// <summary>
/// Makes a webhook's call: only by HTTPS, only to public places, without following anybody elsewhere; of the answer only
/// its number counts.
/// </summary>
/// <param name="connect">How to connect; <see cref="PublicConnection"/> but in tests.</param>
internal sealed class HookTransport(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect) : IHookTransport, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Made with the first call: most servers have no hook.</summary>
    private readonly Lazy<HttpClient> _client = new(() => StrangersClient.Make(connect, Patience, connectionsPerServer: 2));

    public HookTransport()
        : this(PublicConnection.OpenAsync)
    {
    }

    public async Task<string?> SendAsync(SignedCall call, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, call.Url) { Content = new StringContent(call.Body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Casella-Event", call.Event);
            request.Headers.Add("Casella-Call", call.Id);
            request.Headers.Add("Casella-Signature", call.Signature);
            using var response = await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException || (failed is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return failed is TaskCanceledException ? "no answer in time" : failed.InnerException is IOException inner ? inner.Message : failed.Message;
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }
}
