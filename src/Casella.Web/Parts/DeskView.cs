using Casella.Core;
using Casella.Web.Desk;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>A part of the mail page: shows the desk, and is drawn again when something on it changes.</summary>
public abstract class DeskView : ComponentBase, IDisposable
{
    [Inject] internal MailDesk Desk { get; set; } = null!;
    [Inject] internal Visit Visit { get; set; } = null!;
    [Inject] internal Acts Acts { get; set; } = null!;
    [Inject] internal FolderActs FolderActs { get; set; } = null!;

    internal Words Words => Visit.Words;

    protected override void OnInitialized() => Desk.Changed += Draw;

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing) => Desk.Changed -= Draw;

    /// <summary>What cannot be done is said, and the page goes on.</summary>
    internal async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (MailException failure) when (Desk.Box is { } box)
        {
            Desk.Notices.Fail(box, failure);
        }
    }

    private void Draw() => _ = InvokeAsync(StateHasChanged);
}
