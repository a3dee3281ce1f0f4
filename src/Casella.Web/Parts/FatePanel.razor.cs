using Casella.Core.Tracing;
using Casella.Formats.Mime;
using Casella.Web.Desk;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>What became of the open message, if it was sent from this mailbox: recipient by recipient, as it happens.</summary>
public sealed partial class FatePanel
{
    /// <summary>While somebody waits, it is looked again so often: a message that has just been sent is gone in seconds.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _closing = new();
    private IReadOnlyList<TracedRecipient> _fates = [];
    private MailKey? _shown;

    [Inject] private MailTraces Traces { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    private string Level => _fates.Any(one => one.State is TraceState.Failed or TraceState.Removed) ? "warning"
        : _fates.All(one => one.State is TraceState.HandedOver or TraceState.Stored) ? "done"
        : "info";

    private string Summary => Level switch
    {
        "warning" => Words.Count("FatesFailed", _fates.Count(one => one.State is TraceState.Failed or TraceState.Removed)),
        "done" => Words.Count("FatesArrived", _fates.Count),
        _ => Words.Count("FatesWaiting", _fates.Count(one => one.State is TraceState.Waiting)),
    };

    protected override async Task OnParametersSetAsync()
    {
        if (Desk.Open is not { } open || open.Key == _shown)
            return;
        (_shown, _fates) = (open.Key, []);
        await LookAsync(open);
        _ = WatchAsync(open);
    }

    protected override void Dispose(bool isDisposing)
    {
        _closing.Cancel();
        _closing.Dispose();
        base.Dispose(isDisposing);
    }

    private async Task LookAsync(OpenMail open)
    {
        if (open.Mail.Envelope.MessageId is { } field && MessageIds.First(field.Span) is { } id)
            await TryAsync(async () => _fates = await Traces.OfMessageAsync(open.Mail.Account.Id, id, _closing.Token));
    }

    private async Task WatchAsync(OpenMail open)
    {
        try
        {
            while (open.Key == _shown && _fates.Any(one => one.State is TraceState.Waiting))
            {
                await Task.Delay(LookAgain, Time, _closing.Token);
                await LookAsync(open);
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page, or its connection, is gone.
            return;
        }
    }
}
