using System.Text.Json;
using Casella.Core.Backups;

namespace Casella.Storage.Backups;

/// <summary>
/// The list of one backup: what it consists of, by hashes. Written last; as long as it is not there, neither is the
/// backup. The contents of a mailbox are a list of their own, so that one that has not changed costs a line.
/// </summary>
internal sealed record BackupList(
    string Name, string Program, DateTimeOffset StartedAt, DateTimeOffset FinishedAt,
    IReadOnlyList<ListedMailbox> Mailboxes, IReadOnlyList<ListedFile> Files, IReadOnlyList<ListedBlob> QueueBlobs)
{
    public const int Format = 1;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    public BackupInfo Info => new(
        Name, StartedAt, FinishedAt, Program, Mailboxes.Count,
        Mailboxes.Sum(mailbox => mailbox.Bytes) + Files.Sum(file => file.Size) + QueueBlobs.Sum(blob => blob.Size));
}

/// <param name="Content">Hash of its <see cref="MailboxList"/>.</param>
internal sealed record ListedMailbox(long Account, string Address, string Content, long Bytes);

/// <summary>What one mailbox account consisted of at one moment.</summary>
/// <param name="Stamp">Of its files before they were copied; null when it could not be trusted to show a change.</param>
internal sealed record MailboxList(
    DateTimeOffset CopiedAt, string? Stamp, IReadOnlyList<ListedFile> Databases, IReadOnlyList<ListedBlob> Blobs)
{
    public long Bytes => Databases.Sum(file => file.Size) + Blobs.Sum(blob => blob.Size);
}

/// <summary>A file in pieces of equal size, so that of a database that has grown only what is new is kept again.</summary>
/// <param name="Path">Below the data folder, or below the mailbox's.</param>
internal sealed record ListedFile(string Path, long Size, IReadOnlyList<string> Pieces);

/// <summary>A large body; never changes, so its name tells whether it has been copied.</summary>
internal sealed record ListedBlob(string Name, string Sha256, long Size);

/// <summary>What a backup that has not come to its end has copied already.</summary>
internal sealed record UnfinishedList(IReadOnlyDictionary<long, string> Mailboxes);
