using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>
/// A zip of .eml files in folders, which any computer opens, and an index with what .eml files do not have: flags,
/// keywords, dates of arrival, the folders' names.
/// </summary>
internal sealed class ZipWriter : IArchiveWriter
{
    public const string IndexName = "casella-export.json";

    /// <summary>A zip knows no time before.</summary>
    private static readonly DateTimeOffset FirstTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ArchiveFile _file;
    private readonly FileStream _output;
    private readonly ZipArchive _zip;
    private readonly List<string> _folders = [];
    private readonly List<ZipIndexEntry> _messages = [];
    private bool _isClosed;

    public ZipWriter(ArchiveFile file)
    {
        _file = file;
        _output = ArchiveFile.Create(file.Beside);
        _zip = new ZipArchive(_output, ZipArchiveMode.Create, leaveOpen: true);
    }

    public Task BeginFolderAsync(MailboxName folder, CancellationToken cancellationToken)
    {
        _folders.Add(folder.Value);
        return Task.CompletedTask;
    }

    public async Task WriteAsync(MessageContent content, FlagNames flags, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        const int Piece = 128 * 1024;
        var name = string.Create(CultureInfo.InvariantCulture, $"{ArchivePaths.Of(MailboxName.Parse(_folders[^1]))}/{_messages.Count + 1:000000}.eml");
        var entry = _zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = receivedAt < FirstTime ? FirstTime : receivedAt;
        await using (var output = await entry.OpenAsync(cancellationToken))
            for (long at = 0; at < content.Size; at += Piece)
                await output.WriteAsync(await content.ReadAsync(at, Piece, cancellationToken), cancellationToken);
        var system = MaildirFlags.Letters.Where(pair => flags.System.Has(pair.Flag)).Select(pair => pair.Letter);
        _messages.Add(new ZipIndexEntry(name, _folders[^1], string.Concat(system), flags.Keywords, receivedAt));
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await using (var index = await _zip.CreateEntry(IndexName).OpenAsync(cancellationToken))
            await JsonSerializer.SerializeAsync(index, new ZipIndex(_folders, _messages), ZipIndex.Json, cancellationToken);
        Close();
        _file.Complete();
    }

    public ValueTask DisposeAsync()
    {
        Close();
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _zip.Dispose();
        _output.Flush(flushToDisk: true);
        _output.Dispose();
    }
}

/// <summary>What the index of an exported zip says.</summary>
internal sealed record ZipIndex(IReadOnlyList<string> Folders, IReadOnlyList<ZipIndexEntry> Messages)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}

/// <param name="Flags">Letters as in Maildir.</param>
internal sealed record ZipIndexEntry(string File, string Folder, string Flags, IReadOnlyList<string> Keywords, DateTimeOffset ReceivedAt);
