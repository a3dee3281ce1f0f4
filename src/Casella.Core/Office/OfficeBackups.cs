using Casella.Core.Archives;
using Casella.Core.Backups;
using Casella.Core.Directory;

namespace Casella.Core.Office;

/// <summary>Mail that comes back from a backup, goes out into files, or comes in from them.</summary>
public sealed class OfficeBackups
{
    private readonly OfficeWork _work;

    internal OfficeBackups(OfficeWork work) => _work = work;

    private bool IsOnMachine => _work.Caller.Way is OfficeWay.CommandLine;

    /// <summary>Those in the folder of the last backup, the newest first; none when there never was one.</summary>
    public async Task<IReadOnlyList<BackupInfo>> ListAsync(CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.SeeBackups, cancellationToken);
        if (_work.Parts.Backups.Last() is not { } last)
            return [];
        try
        {
            return [.. _work.Parts.Backups.List(last.Folder).OrderByDescending(backup => backup.Name, StringComparer.Ordinal)];
        }
        catch (BackupException gone)
        {
            throw new MailException(MailError.Unavailable, gone.Message);
        }
    }

    /// <summary>Brings one mailbox or folder back while the service runs.</summary>
    /// <param name="request">Its folder of backups counts on the machine only; for everybody else it is the last backup's.</param>
    /// <exception cref="BackupException">On the machine; for everybody else it is <see cref="MailError.Unavailable"/>.</exception>
    public async Task<MailboxRestored> RestoreAsync(MailboxToRestore request, Action<string> tell, CancellationToken cancellationToken)
    {
        var subject = OfficeSubject.OfAddress(request.As ?? request.Mailbox) with { Detail = Words(request) };
        // Mail of a mailbox that is not the caller's does not come into one that is.
        var source = OfficeSubject.OfAddress(request.Mailbox);
        return await _work.ChangeAsync(
            OfficeAct.RestoreMailbox,
            subject,
            async reach =>
            {
                if (!reach.Covers(source.Domain))
                    throw source.IsAbsent();
                var from = IsOnMachine ? request.Backups : _work.Parts.Backups.Last()?.Folder ?? throw new MailException(MailError.Unavailable, "there is no backup");
                try
                {
                    return await _work.Parts.Restores.RunAsync(request with { Backups = from }, tell, cancellationToken);
                }
                catch (BackupException failure) when (!IsOnMachine)
                {
                    throw new MailException(MailError.Unavailable, failure.Message);
                }
            },
            cancellationToken);
    }

    /// <summary>Writes a mailbox into files. It is as good as reading it, so it needs a reason, which its members see.</summary>
    /// <param name="reason">Null on the machine only.</param>
    /// <exception cref="ArchiveException"/>
    /// <exception cref="DirectoryRuleException">No reason.</exception>
    public Task<ExportOutcome> ExportAsync(ExportRequest request, string? reason, Action<string> tell, CancellationToken cancellationToken)
    {
        var why = reason is null ? null : OfficeMailboxes.Reason(reason);
        return _work.ChangeAsync(
            OfficeAct.ExportMailbox,
            OfficeSubject.OfAddress(request.Mailbox) with { Detail = $"format={request.Format.ToString().ToLowerInvariant()}{(request.Folder is { } folder ? $" folder={folder.Value}" : "")}", Reason = why },
            async _ =>
            {
                if (why is not null || !IsOnMachine)
                {
                    var mail = await _work.OpenAsync(request.Mailbox, cancellationToken);
                    await mail.LogVisitAsync(OfficeMailboxes.RequireReason(why), cancellationToken);
                }

                return await _work.Parts.Archives.ExportAsync(request, tell, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>The same as a file to send, which is gone when it is closed.</summary>
    /// <exception cref="ArchiveException"/>
    public async Task<Stream> ExportToSendAsync(string address, ArchiveFormat format, string reason, CancellationToken cancellationToken)
    {
        var file = Path.Join(_work.Parts.Staging.Options.Folder, $"export-{Guid.NewGuid():N}.stage");
        await ExportAsync(new ExportRequest(address, format, null, file), reason, _ => { }, cancellationToken);
        return new FileStream(file, new FileStreamOptions { Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous | FileOptions.SequentialScan });
    }

    /// <exception cref="ArchiveException"/>
    public Task<ImportOutcome> ImportAsync(ImportRequest request, Action<string> tell, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.ImportMail,
        OfficeSubject.OfAddress(request.Mailbox) with { Detail = OfficeWords.Short(string.Join(' ', request.Files.Select(Path.GetFileName))) },
        _ => _work.Parts.Archives.ImportAsync(request, tell, cancellationToken),
        cancellationToken);

    private static string Words(MailboxToRestore request) => string.Join(' ', ((string?[])
    [
        request.As is null ? null : $"from={request.Mailbox}",
        request.Folder is { } folder ? $"folder={folder.Value}" : null,
        request.At is { } at ? $"at={at.ToString("u", System.Globalization.CultureInfo.InvariantCulture)}" : null,
    ]).OfType<string>());
}
