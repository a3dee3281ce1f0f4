using System.Net;

namespace Casella.Web.Http;

/// <summary>HTTP to addresses that somebody else has named: no redirect, no cookie, no proxy, and an end to every wait.</summary>
internal static class StrangersClient
{
    /// <param name="connect">Decides where it may go at all.</param>
    public static HttpClient Make(
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect, TimeSpan patience, int connectionsPerServer)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = connectionsPerServer,
            ConnectTimeout = patience,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = connect,
        })
        { Timeout = patience };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Casella");
        return client;
    }
}
