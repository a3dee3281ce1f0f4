using System.Globalization;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>
/// Takes a mailbox out into files that other programs read, and brings such files in: casella export and import. Flags,
/// keywords, dates of arrival and folders go both ways.
/// </summary>
public sealed class MailArchives
{
    private readonly MailDirectory _directory;
    private readonly MailAccounts _accounts;
    private readonly MessageStaging _staging;
    private readonly MessageOptions _options;

    internal MailArchives(MailDirectory directory, MailAccounts accounts, MessageStaging staging, MessageOptions options) =>
        (_directory, _accounts, _staging, _options) = (directory, accounts, staging, options);

    /// <exception cref="ArchiveException">The file exists, or cannot be written.</exception>
    /// <exception cref="MailException">NoSuchAddress, NoSuchMailbox, Damaged.</exception>
    public async Task<ExportOutcome> ExportAsync(ExportRequest request, Action<string> tell, CancellationToken cancellationToken)
    {
        var mail = await OpenAsync(request.Mailbox, cancellationToken);
        var folders = (await mail.GetTreeAsync(cancellationToken)).Mailboxes
            .Where(info => info.IsSelectable && (request.Folder is null || info.Name == request.Folder || info.Name.IsBelow(request.Folder))).ToList();
        if (folders.Count == 0)
            throw new MailException(MailError.NoSuchMailbox, request.Folder?.Value);
        try
        {
            await using var writer = WriterOf(request, folders.Count == 1 && request.Folder is not null);
            var (messages, bytes) = (0, 0L);
            foreach (var folder in folders)
            {
                await writer.BeginFolderAsync(folder.Name, cancellationToken);
                var snapshot = await mail.GetSnapshotAsync(folder.Id, cancellationToken);
                for (var i = 0; i < snapshot.Count; i++, messages++)
                    bytes += await ExportAsync(mail, (snapshot[i], snapshot.Keywords), writer, cancellationToken);
                tell(string.Create(CultureInfo.InvariantCulture, $"{folder.Name}: {snapshot.Count} messages"));
            }

            await writer.CompleteAsync(cancellationToken);
            return new ExportOutcome(mail.Address.ToString(), request.File, folders.Count, messages, bytes);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveException($"{request.File} cannot be written: {failed.Message}", failed);
        }
    }

    /// <exception cref="ArchiveException">A file cannot be read; what was imported before stays.</exception>
    /// <exception cref="MailException">NoSuchAddress.</exception>
    public async Task<ImportOutcome> ImportAsync(ImportRequest request, Action<string> tell, CancellationToken cancellationToken)
    {
        var mail = await OpenAsync(request.Mailbox, cancellationToken);
        var import = new MailImport(mail, _options, request, tell);
        await import.BeginAsync(cancellationToken);
        try
        {
            foreach (var file in request.Files)
                if (!await import.TakeAsync(new ArchiveReader(_staging, _options.MessageSize).ReadAsync(file, cancellationToken), cancellationToken))
                    break;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ArchiveException($"{failed.Message} What was imported before stays; the same command goes on.", failed);
        }

        return import.Outcome;
    }

    /// <summary>A place for a file that a member is about to send; what is in it is gone when it is closed.</summary>
    /// <exception cref="MailException">DiskFull.</exception>
    public ArchiveUpload BeginUpload(string name)
    {
        _accounts.Room.Check();
        return new ArchiveUpload(Path.Join(_staging.Options.Folder, $"upload-{Guid.NewGuid():N}.stage"), Path.GetFileName(name));
    }

    /// <summary>A member brings the mail of a file into a mailbox that is theirs; the changes are the member's.</summary>
    /// <exception cref="ArchiveException">It cannot be read; what was imported before stays.</exception>
    /// <exception cref="MailException">NoPermission: who fills a mailbox must be one who manages it.</exception>
    public async Task<ImportOutcome> ImportAsync(SignedIn who, ArchiveUpload upload, Action<string> tell, CancellationToken cancellationToken)
    {
        if (!who.Rights.HasFlag(MemberRights.Manage | MemberRights.Work))
            throw new MailException(MailError.NoPermission, who.Address.ToString());
        await upload.CompleteAsync(cancellationToken);
        var mail = await _accounts.OpenAsync(who, cancellationToken);
        var import = new MailImport(mail, _options, new ImportRequest(who.Address.ToString(), [upload.File], null, Again: false), tell);
        await import.BeginAsync(cancellationToken);
        try
        {
            await import.TakeAsync(new ArchiveReader(_staging, _options.MessageSize).ReadAsync(upload.File, upload.Name, cancellationToken), cancellationToken);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ArchiveException($"{failed.Message} What was imported before stays.", failed);
        }

        return import.Outcome;
    }

    private async Task<MailAccount> OpenAsync(string address, CancellationToken cancellationToken) =>
        await _accounts.OpenAsync((await _directory.AccountAsync(address, cancellationToken)).Id, Actor.Administrator, cancellationToken);

    private static async Task<long> ExportAsync(
        MailAccount mail, (Placement Placement, KeywordList Keywords) what, IArchiveWriter writer, CancellationToken cancellationToken)
    {
        await using var content = await mail.OpenAsync(what.Placement.Email, cancellationToken);
        var receivedAt = DateTimeOffset.FromUnixTimeSeconds(what.Placement.ReceivedAt);
        await writer.WriteAsync(content, what.Keywords.NamesOf(what.Placement.Flags), receivedAt, cancellationToken);
        return content.Size;
    }

    private static IArchiveWriter WriterOf(ExportRequest request, bool isOne)
    {
        var file = new ArchiveFile(request.File);
        return request.Format switch
        {
            ArchiveFormat.Mbox => new MboxWriter(file, isOne),
            ArchiveFormat.Maildir => new MaildirWriter(file, "casella"),
            ArchiveFormat.Zip => new ZipWriter(file),
        };
    }
}

/// <param name="Folder">Only this one and those below it.</param>
/// <param name="File">Whole path of what is made: a file, or a folder for Maildir and for several mbox files.</param>
public sealed record ExportRequest(string Mailbox, ArchiveFormat Format, MailboxName? Folder, string File);

public sealed record ExportOutcome(string Address, string File, int Folders, int Messages, long Bytes);

/// <param name="Files">Whole paths.</param>
/// <param name="Folder">Everything goes into this one, whatever the files say.</param>
/// <param name="Again">Also what the mailbox has already.</param>
public sealed record ImportRequest(string Mailbox, IReadOnlyList<string> Files, MailboxName? Folder, bool Again);

/// <param name="Present">Left out, for the mailbox has them.</param>
/// <param name="TooLarge">Left out, for no message may be so large.</param>
/// <param name="IsFull">It ended because the mailbox is full.</param>
public sealed record ImportOutcome(
    string Address, int Imported, int Present, int TooLarge, bool IsFull, IReadOnlyList<string> NewFolders);
