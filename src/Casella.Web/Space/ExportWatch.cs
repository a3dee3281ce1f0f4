using System.Collections.Concurrent;
using Casella.Core.Directory;

namespace Casella.Web.Space;

/// <summary>
/// How far an archive is that a browser is taking. The browser itself cannot tell: nobody knows how long a zip will be
/// before it is written. The page from which it was asked for waits here, under a name of its own.
/// </summary>
internal sealed class ExportWatch
{
    private readonly ConcurrentDictionary<(WebSessionId, string), Action<ExportProgress>> _pages = new();

    /// <summary>The callback comes from the export's own thread; it never blocks or throws.</summary>
    public IDisposable Follow(WebSessionId session, string name, Action<ExportProgress> tell)
    {
        _pages[(session, name)] = tell;
        return new Following(this, (session, name));
    }

    /// <summary>To nobody where no page of that session waits under the name.</summary>
    public void Tell(WebSessionId session, string? name, ExportProgress progress)
    {
        if (name is not null && _pages.TryGetValue((session, name), out var tell))
            tell(progress);
    }

    private sealed class Following(ExportWatch watch, (WebSessionId, string) page) : IDisposable
    {
        public void Dispose() => watch._pages.TryRemove(page, out _);
    }
}

/// <param name="Size">Octets of the messages that are in the archive already.</param>
/// <param name="Total">Octets of all that are to be in it; those of other senders are passed over and count as done.</param>
/// <param name="IsOver">It is whole, or was broken off.</param>
internal sealed record ExportProgress(int Messages, long Size, long Total, bool IsOver, bool IsWhole);
