using System.Collections.Concurrent;
using Casella.Core;
using Casella.Core.Directory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Web.Writing;

/// <summary>
/// What was sent a moment ago and can still be called back. It stands in Drafts all the while, so nothing is lost
/// whatever happens; when the server stops, what waits is sent. What could not be sent is told to its writer, on the page
/// that is open or on the next one.
/// </summary>
internal sealed class Outbox(DraftStore drafts, WebOptions options, TimeProvider time, ILogger<Outbox> logger) : IHostedService
{
    /// <summary>Failures that nobody has seen, of all writers; the oldest go.</summary>
    private const int FailuresAtMost = 500;

    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<UnsentMail> _failed = [];

#pragma warning disable MA0046 // pages listen: who tells them says nothing

    /// <summary>A mail could not be sent: pages look whether it is one of theirs.</summary>
    public event Action? Failed;

    /// <summary>A mail has begun to wait, or waits no longer.</summary>
    public event Action? Changed;

#pragma warning restore MA0046

    /// <summary>Takes a mail that is to be sent when the time to call it back is over.</summary>
    /// <returns>By which it can be called back.</returns>
    public string Hold(WebVisitor visitor, WrittenDraft draft)
    {
        var id = Guid.NewGuid().ToString("N");
        _waiting[id] = new Waiting(visitor, draft, time.GetUtcNow() + options.SendDelay);
        Changed?.Invoke();
        _ = SendLaterAsync(id);
        return id;
    }

    /// <summary>A time that can be kept: to come, and not after we are all gone.</summary>
    public bool MayWaitUntil(DateTimeOffset at) => at > time.GetUtcNow() && at < time.GetUtcNow() + options.LongestWait;

    /// <summary>What is about to leave in the name of a mailbox, the last one first: all its members see it.</summary>
    public IReadOnlyList<LeavingMail> Of(AccountId account) =>
    [
        .. from pair in _waiting
        where pair.Value.Draft.Account == account.Value
        orderby pair.Value.LeavesAt descending
        select new LeavingMail(pair.Key, pair.Value.Visitor, pair.Value.Draft, pair.Value.LeavesAt),
    ];

    /// <summary>By who has sent it, in whichever browser of theirs.</summary>
    /// <returns>Null when it has gone, or is another visitor's.</returns>
    public WrittenDraft? CallBack(WebVisitor visitor, string id)
    {
        if (!_waiting.TryGetValue(id, out var waiting) || !IsSame(waiting.Visitor, visitor) || !_waiting.TryRemove(id, out _))
            return null;
        Changed?.Invoke();
        return waiting.Draft;
    }

    /// <summary>What of this visitor's could not be sent and was not told yet; told once.</summary>
    public IReadOnlyList<UnsentMail> TakeFailed(WebVisitor visitor)
    {
        lock (_lock)
        {
            var mine = _failed.Where(one => IsSame(one.Writer, visitor)).ToList();
            _failed.RemoveAll(mine.Contains);
            return mine;
        }
    }

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
            Changed?.Invoke();
        }
        catch (MailException failure)
        {
            Log.NotSent(logger, waiting.Draft.Account.ToString(System.Globalization.CultureInfo.InvariantCulture), failure);
            Changed?.Invoke();
            Keep(new UnsentMail(waiting.Visitor, new AccountId(waiting.Draft.Account), waiting.Draft.Subject, waiting.Draft.Draft, failure));
        }
    }

    private void Keep(UnsentMail failed)
    {
        lock (_lock)
        {
            _failed.Add(failed);
            if (_failed.Count > FailuresAtMost)
                _failed.RemoveAt(0);
        }

        Failed?.Invoke();
    }

    /// <summary>A person on whatever page of theirs; who has no name, in the same browser.</summary>
    public static bool IsSame(WebVisitor writer, WebVisitor visitor) =>
        writer.Session == visitor.Session || (writer.Person is { } person && person.Id == visitor.Person?.Id);

    private sealed record Waiting(WebVisitor Visitor, WrittenDraft Draft, DateTimeOffset LeavesAt);
}

/// <param name="Draft">Its draft, which is still there.</param>
internal sealed record UnsentMail(WebVisitor Writer, AccountId Account, string Subject, string? Draft, MailException Why);

/// <summary>A mail in the moments in which it can be called back.</summary>
/// <param name="Id">By which it is called back.</param>
internal sealed record LeavingMail(string Id, WebVisitor Writer, WrittenDraft Draft, DateTimeOffset LeavesAt);
