using System.Runtime.CompilerServices;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>
/// Finds out what a file or folder is, and reads it: an mbox, a folder of them (also Thunderbird's, "A.sbd/B"), a
/// Maildir, a zip or a single .eml.
/// </summary>
internal sealed class ArchiveReader(MessageStaging staging, long messageSize)
{
    private const string MboxEnding = ".mbox";
    private const string ThunderbirdEnding = ".sbd";

    /// <exception cref="ArchiveException">It is none of these.</exception>
    public IAsyncEnumerable<ArchivedMessage> ReadAsync(string path, CancellationToken cancellationToken) => ReadAsync(path, path, cancellationToken);

    /// <param name="name">What it was called where it comes from.</param>
    /// <exception cref="ArchiveException">It is none of these.</exception>
    public IAsyncEnumerable<ArchivedMessage> ReadAsync(string path, string name, CancellationToken cancellationToken)
    {
        if (MaildirReader.IsMaildir(path))
            return new MaildirReader(path, staging).ReadAsync(cancellationToken);
        if (System.IO.Directory.Exists(path))
            return ReadFolderAsync(path, cancellationToken);
        if (!File.Exists(path))
            throw new ArchiveException($"{path} does not exist, or may not be read by the user who runs the server.");
        var folder = FolderOf(Path.GetFileName(name));
        return Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".ZIP" => new ZipReader(path, null, staging, messageSize).ReadAsync(cancellationToken),
            ".EML" => ReadOneAsync(path, cancellationToken),
            _ when MboxReader.IsMbox(path) => new MboxReader(path, folder, staging).ReadAsync(cancellationToken),
            _ => throw new ArchiveException($"{path} is no mbox, Maildir, .zip or .eml."),
        };
    }

    private async IAsyncEnumerable<ArchivedMessage> ReadFolderAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = false;
        foreach (var file in System.IO.Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!MboxReader.IsMbox(file))
                continue;
            found = true;
            await foreach (var message in new MboxReader(file, FolderOf(Path.GetRelativePath(path, file)), staging).ReadAsync(cancellationToken))
                yield return message;
        }

        if (!found)
            throw new ArchiveException($"{path} has no mbox files and is no Maildir.");
    }

    private async IAsyncEnumerable<ArchivedMessage> ReadOneAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var content = await EmlFile.StageAsync(File.OpenRead(path), staging, long.MaxValue, cancellationToken);
        yield return new ArchivedMessage(null, FlagNames.None, null, content);
    }

    private static MailboxName? FolderOf(string path)
    {
        var levels = path.Split('/').Select(level => Without(Without(level, ThunderbirdEnding), MboxEnding));
        return ArchivePaths.Folder(string.Join('/', levels));
    }

    private static string Without(string level, string ending) =>
        level.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && level.Length > ending.Length ? level[..^ending.Length] : level;
}
