using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>
/// Reads the .eml files of a zip: with what the index of our own exports says of them, else by the folders they are in.
/// Nothing is unpacked onto the disk under a name of the zip's.
/// </summary>
internal sealed class ZipReader(string path, MailboxName? folder, MessageStaging staging, long messageSize)
{
    /// <summary>A bomb is not read to its end: one message may be a little larger than it will be allowed.</summary>
    private const long Slack = 1024 * 1024;

    /// <summary>Mail becomes a fifth when it is packed, at best a fiftieth; what becomes more was made to fill disks.</summary>
    private const int GrowsAtMost = 100;
    private const long GrowsAlways = 64 * 1024 * 1024;

    /// <summary>Of the list of our own exports, which is read as a whole: some 300,000 messages.</summary>
    private const long IndexAtMost = 64 * 1024 * 1024;

    public async IAsyncEnumerable<ArchivedMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var zip = Open(file);
        var index = await ReadIndexAsync(zip, cancellationToken);
        var left = (file.Length * GrowsAtMost) + GrowsAlways;
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.EndsWith(".eml", StringComparison.OrdinalIgnoreCase)))
        {
            var known = index.GetValueOrDefault(entry.FullName);
            var content = await EmlFile.StageAsync(await entry.OpenAsync(cancellationToken), staging, Math.Min(messageSize + Slack, left), cancellationToken);
            left -= content.Size;
            yield return known is null
                ? new ArchivedMessage(FolderOf(entry), FlagNames.None, null, content)
                : new ArchivedMessage(Named(known.Folder) ?? folder, Flags(known), known.ReceivedAt, content);
        }
    }

    private ZipArchive Open(FileStream file)
    {
        try
        {
            return new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException damaged)
        {
            throw new ArchiveException($"{path} is no zip, or is damaged: {damaged.Message}", damaged);
        }
    }

    private static async Task<Dictionary<string, ZipIndexEntry>> ReadIndexAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        if (zip.GetEntry(ZipWriter.IndexName) is not { } entry)
            return [];
        // What is unpacked of an entry is no more than it says.
        if (entry.Length > IndexAtMost)
            throw new ArchiveException($"{ZipWriter.IndexName} in the zip is larger than any that we write.");
        try
        {
            await using var text = await entry.OpenAsync(cancellationToken);
            var index = await JsonSerializer.DeserializeAsync<ZipIndex>(text, ZipIndex.Json, cancellationToken);
            return index!.Messages.ToDictionary(message => message.File, StringComparer.Ordinal);
        }
        catch (JsonException damaged)
        {
            throw new ArchiveException($"{ZipWriter.IndexName} in the zip is damaged: {damaged.Message}", damaged);
        }
    }

    private MailboxName? FolderOf(ZipArchiveEntry entry) =>
        entry.FullName.LastIndexOf('/') is > 0 and var end ? ArchivePaths.Folder(entry.FullName[..end]) ?? folder : folder;

    private static MailboxName? Named(string text) => MailboxName.TryParse(text, out var name) ? name : null;

    private static FlagNames Flags(ZipIndexEntry entry) => new(
        MaildirFlags.Letters.Where(pair => entry.Flags.Contains(pair.Letter, StringComparison.Ordinal))
            .Aggregate(MessageFlags.None, (flags, pair) => flags | pair.Flag),
        [.. ArchiveKeywords.Read(entry.Keywords)]);
}
