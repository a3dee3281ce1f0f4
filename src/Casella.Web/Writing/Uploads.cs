using System.Collections.Concurrent;
using Casella.Core.Directory;
using Casella.Core.Messages;

namespace Casella.Web.Writing;

/// <summary>
/// Files that browsers have sent for mails that are being written: staged like every incoming message, small ones in
/// memory and large ones in the data folder, until their time is over. What a draft holds is in the draft.
/// </summary>
internal sealed class Uploads(MessageStaging staging, WebOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Upload> _all = new(StringComparer.Ordinal);

    /// <summary>Octets of the files of one mail: in it they grow by a third and a bit.</summary>
    public static long LargestOf(MessageOptions messages) => messages.MessageSize / 4 * 3;

    public async Task<AttachedFile> TakeAsync(WebSessionId owner, string name, string mediaType, Stream content, CancellationToken cancellationToken)
    {
        await ForgetAsync();
        await using var stage = staging.Begin();
        await content.CopyToAsync(stage, cancellationToken);
        var file = await stage.CompleteAsync(cancellationToken);
        var id = $"u:{Guid.NewGuid():N}";
        _all[id] = new Upload(owner, name, mediaType, file, time.GetUtcNow());
        return new AttachedFile(id, name, file.Size);
    }

    /// <summary>Null for one that is gone, or another visitor's.</summary>
    public Upload? Find(WebSessionId owner, string id) => _all.TryGetValue(id, out var upload) && upload.Owner == owner ? upload : null;

    private async Task ForgetAsync()
    {
        var before = time.GetUtcNow() - options.UploadTime;
        foreach (var (id, upload) in _all)
            if (upload.At < before && _all.TryRemove(id, out _))
                await upload.File.DisposeAsync();
    }
}

internal sealed record Upload(WebSessionId Owner, string Name, string MediaType, StagedMessage File, DateTimeOffset At);
