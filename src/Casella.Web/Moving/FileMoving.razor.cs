using Casella.Core;
using Casella.Core.Archives;
using Casella.Core.Directory;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Casella.Web.Moving;

/// <summary>
/// Takes an mbox, a zip of .eml or a single .eml from the member's computer and brings its mail into the mailbox. The
/// page must stay open until it is there; what came before it was closed stays, and the same file again doubles nothing.
/// </summary>
public sealed partial class FileMoving : IDisposable
{
    private const int Piece = 64 * 1024;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(300);

    private CancellationTokenSource? _stopping;
    private ImportOutcome? _outcome;
    private long? _size;
    private long _here;
    private string? _taken;
    private string? _said;

    /// <summary>Whose mailbox it comes into.</summary>
    [Parameter, EditorRequired] public SignedIn Who { get; set; } = null!;

    [Inject] private MailArchives Archives { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    private Words Words => Visit.Words;

    public void Dispose() => _stopping?.Cancel();

    private async Task TakeAsync(InputFileChangeEventArgs chosen)
    {
        (_said, _outcome, _taken, _here) = (null, null, null, 0);
        if (chosen.File.Size > ArchiveUpload.SizeAtMost)
        {
            _said = Words["MovingFileTooLarge", Words.Size(ArchiveUpload.SizeAtMost)];
            return;
        }

        using var stopping = _stopping = new CancellationTokenSource();
        _size = chosen.File.Size;
        try
        {
            await using var upload = Archives.BeginUpload(chosen.File.Name);
            await ReceiveAsync(chosen.File, upload, stopping.Token);
            _taken = Words["MovingFileReads"];
            StateHasChanged();
            _outcome = await Archives.ImportAsync(Who, upload, _ => { }, stopping.Token);
        }
        catch (ArchiveException unreadable)
        {
            _said = Words["MovingFileUnreadable", chosen.File.Name, unreadable.Message];
        }
        catch (MailException failure)
        {
            _said = Words.Of(failure);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or JSException or JSDisconnectedException)
        {
            _said = Words["MovingFileStopped"];
        }
        finally
        {
            (_size, _stopping) = (null, null);
        }
    }

    private async Task ReceiveAsync(IBrowserFile file, ArchiveUpload upload, CancellationToken cancellationToken)
    {
        await using var content = file.OpenReadStream(ArchiveUpload.SizeAtMost, cancellationToken);
        var buffer = new byte[Piece];
        var shown = Time.GetTimestamp();
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await upload.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            _here += read;
            if (Time.GetElapsedTime(shown) < Beat)
                continue;
            shown = Time.GetTimestamp();
            StateHasChanged();
        }
    }

    private string Summary(ImportOutcome outcome) => string.Join(
        ' ',
        (string[])
        [
            Words.Count("MovingCame", outcome.Imported),
            .. outcome.Present > 0 ? [Words.Count("MovingPresent", outcome.Present)] : Array.Empty<string>(),
            .. outcome.TooLarge > 0 ? [Words.Count("MovingFileLarge", outcome.TooLarge)] : Array.Empty<string>(),
            .. outcome.IsFull ? [Words["MovingFull"]] : Array.Empty<string>(),
        ]);
}
