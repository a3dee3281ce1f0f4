using System.Collections.Concurrent;
using Casella.Core;
using Casella.Core.Directory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Web.Writing;

/// <summary>
/// What was sent a moment ago and can still be called back. It stands in Drafts all the while, so nothing is lost
/// whatever happens; when the server stops, what waits is sent.
/// </summary>
internal sealed class Outbox(DraftStore drafts, WebOptions options, TimeProvider time, ILogger<Outbox> logger) : IHostedService
{
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);

    /// <summary>Takes a mail that is to be sent when the time to call it back is over.</summary>
    /// <returns>By which it can be called back.</returns>
    public string Hold(WebVisitor visitor, WrittenDraft draft)
    {
        var id = Guid.NewGuid().ToString("N");
        var waiting = new Waiting(visitor, draft);
        _waiting[id] = waiting;
        _ = SendLaterAsync(id);
        return id;
    }

    /// <summary>False when it has gone, or is another visitor's.</summary>
    public bool CallBack(WebVisitor visitor, string id) =>
        _waiting.TryGetValue(id, out var waiting) && waiting.Visitor.Session == visitor.Session && _waiting.TryRemove(id, out _);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_waiting.Keys.Select(SendAsync));

    private async Task SendLaterAsync(string id)
    {
        await Task.Delay(options.SendDelay, time);
        await SendAsync(id);
    }

    private async Task SendAsync(string id)
    {
        if (!_waiting.TryRemove(id, out var waiting))
            return;
        try
        {
            await drafts.SendAsync(waiting.Visitor, waiting.Draft, CancellationToken.None);
        }
        catch (MailException failure)
        {
            Log.NotSent(logger, waiting.Draft.Account.ToString(System.Globalization.CultureInfo.InvariantCulture), failure);
        }
    }

    private sealed record Waiting(WebVisitor Visitor, WrittenDraft Draft);
}
