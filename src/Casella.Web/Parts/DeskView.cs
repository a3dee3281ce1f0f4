using Casella.Core;
using Casella.Web.Desk;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>
/// A part of the mail page: shows the desk, and is drawn again when something on it changes. The page listens for all its
/// parts and hands them the number of the drawing, so that a change is one message to the browser: ten that are under way
/// make the server wait for a far browser to say that it has them. It is handed from part to part, since Blazor keeps a
/// copy of all parameters, 1.3 KB, for each part that takes a cascading one.
/// </summary>
public abstract class DeskView : ComponentBase, IDisposable
{
    /// <summary>A part that is given none listens for itself.</summary>
    [Parameter] public Drawing? Drawing { get; set; }

    [Inject] internal MailDesk Desk { get; set; } = null!;
    [Inject] internal Visit Visit { get; set; } = null!;
    [Inject] internal Acts Acts { get; set; } = null!;
    [Inject] internal FolderActs FolderActs { get; set; } = null!;

    internal Words Words => Visit.Words;

    protected override void OnInitialized()
    {
        if (Drawing is null)
            Desk.Changed += OnChanged;
    }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing) => Desk.Changed -= OnChanged;

    /// <summary>Something on the desk has changed.</summary>
    protected virtual void Draw() => StateHasChanged();

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

    private void OnChanged() => _ = InvokeAsync(Draw);
}

/// <summary>Which drawing of the page this is; each change has the next number.</summary>
public sealed record Drawing(int Number);
