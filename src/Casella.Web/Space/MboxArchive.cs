using System.IO.Compression;
using System.IO.Pipelines;
using Casella.Core.Archives;
using Casella.Web.Http;

namespace Casella.Web.Space;

/// <summary>
/// mbox, which mail programs read: of one folder the file itself, of several a zip with a file for each, for an mbox knows
/// no folders.
/// </summary>
internal static class MboxArchive
{
    private const int Gathered = 64 * 1024;

    public static async Task WriteOneAsync(ArchivePart? part, PipeWriter writer, ArchiveMeter meter, CancellationToken cancellationToken)
    {
        await using var output = new BufferedStream(new ArchiveOutput(writer), Gathered);
        // A folder in which there is nothing is a file in which there is nothing.
        if (part is not null)
            await WriteAsync(part, output, meter, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    public static async Task WriteAllAsync(IReadOnlyList<ArchivePart> parts, PipeWriter writer, ArchiveMeter meter, CancellationToken cancellationToken)
    {
        await using var zip = await ZipArchive.CreateAsync(new ArchiveOutput(writer), ZipArchiveMode.Create, leaveOpen: true, null, cancellationToken);
        foreach (var part in parts)
        {
            await using var entry = await zip.CreateEntry($"{part.Path}.mbox", CompressionLevel.Fastest).OpenAsync(cancellationToken);
            await using var output = new BufferedStream(entry, Gathered);
            await WriteAsync(part, output, meter, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
    }

    private static async Task WriteAsync(ArchivePart part, Stream output, ArchiveMeter meter, CancellationToken cancellationToken)
    {
        await foreach (var mail in part.ReadAsync(meter, cancellationToken))
        {
            await using var content = await part.Mail.OpenAsync(mail.Placement.Email, cancellationToken);
            await MboxText.WriteAsync(output, content, part.Keywords.NamesOf(mail.Placement.Flags), mail.ReceivedAt, cancellationToken);
        }
    }
}
