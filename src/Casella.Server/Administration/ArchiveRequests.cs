using Casella.Core.Archives;
using Casella.Core.Mailboxes;

namespace Casella.Server.Administration;

/// <param name="File">Whole path: the server runs in another folder.</param>
internal sealed record ExportMail(string Address, ArchiveFormat Format, string? Folder, string File) : AdminRequest<ExportOutcome>
{
    protected override async Task<ExportOutcome> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        await context.Office.Backups.ExportAsync(
            new ExportRequest(Address, Format, Folder is null ? null : MailboxName.Parse(Folder), File), null, context.Tell, cancellationToken);
}

/// <param name="Files">Whole paths.</param>
internal sealed record ImportMail(string Address, IReadOnlyList<string> Files, string? Folder, bool Again) : AdminRequest<ImportOutcome>
{
    protected override async Task<ImportOutcome> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        await context.Office.Backups.ImportAsync(
            new ImportRequest(Address, Files, Folder is null ? null : MailboxName.Parse(Folder), Again), context.Tell, cancellationToken);
}
