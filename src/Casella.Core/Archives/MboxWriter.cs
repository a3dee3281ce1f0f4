using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>mbox (<see cref="MboxText"/>): one folder is a file; several are files in a folder.</summary>
/// <param name="isOne">One folder and no other.</param>
internal sealed class MboxWriter(ArchiveFile file, bool isOne) : IArchiveWriter
{
    private FileStream? _output;

    public async Task BeginFolderAsync(MailboxName folder, CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken);
        var path = isOne ? file.Beside : Path.Join(file.Beside, ArchivePaths.Of(folder) + ".mbox");
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!, ArchiveFile.FolderMode);
        _output = ArchiveFile.Create(path);
    }

    public Task WriteAsync(MessageContent content, FlagNames flags, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        MboxText.WriteAsync(_output!, content, flags, receivedAt, cancellationToken);

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken);
        file.Complete();
    }

    public async ValueTask DisposeAsync()
    {
        if (_output is not null)
            await _output.DisposeAsync();
        file.Dispose();
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_output is null)
            return;
        await _output.FlushAsync(cancellationToken);
        _output.Flush(flushToDisk: true);
        await _output.DisposeAsync();
        _output = null;
    }
}
