using System.Net.WebSockets;
using AwesomeAssertions;

namespace Casella.Server.Tests.Web;

/// <summary>The connection of an open page.</summary>
public sealed class PageConnectionTests(WebHouse house) : IClassFixture<WebHouse>
{
    /// <summary>RFC 7692 §7.1.1.1: what zlib would keep from one drawing to the next is more than all else of an idle page.</summary>
    [Fact]
    public async Task Keeps_nothing_of_what_was_compressed()
    {
        using var browser = house.Open();
        await browser.SignInAsync(await house.AddPersonAsync());
        using var connection = new ClientWebSocket();
        connection.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        connection.Options.CollectHttpResponseDetails = true;
        connection.Options.SetRequestHeader("Origin", house.Site);
        connection.Options.SetRequestHeader("Cookie", $"casella={browser.Session}");

        await connection.ConnectAsync(new Uri($"{house.Site.Replace("http", "ws", StringComparison.Ordinal)}/_blazor"), TestContext.Current.CancellationToken);

        connection.HttpResponseHeaders!["Sec-WebSocket-Extensions"].Should().ContainSingle()
            .Which.Should().Contain("permessage-deflate").And.Contain("server_no_context_takeover");
    }
}
