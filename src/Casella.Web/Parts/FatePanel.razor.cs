using Casella.Core.Mailboxes;
using Casella.Core.Queue;
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

    /// <summary>What leaves sooner is counted down.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [Inject] private HeldMail Held { get; set; } = null!;
    [Inject] private Casella.Web.Writing.ComposeDesk Compose { get; set; } = null!;
    [Inject] private MailTraces Traces { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    private string Level => _fates.Any(IsWarning) ? "warning"
        : _fates.All(one => one.State is TraceState.HandedOver or TraceState.Stored) ? "done"
        : "info";

    /// <summary>
    /// It is to leave later: who may send from here may think better of it. What was called back and still stands in Sent
    /// was cut off on its way into Drafts.
    /// </summary>
    private bool CanCallBack => Desk is { Open.Folder.SpecialUse: SpecialUse.Sent, Box: { MayWork: true, MaySend: true } }
        && (HeldMail.IsHeld(_fates) || HeldMail.IsCalledBack(_fates));

    private string Summary => Level switch
    {
        "warning" => Words.Count("FatesFailed", _fates.Count(IsWarning)),
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

    /// <summary>Out of the queue, back into Drafts, and open to be written on.</summary>
    private async Task CallBackAsync()
    {
        var (box, open) = (Desk.Box!, Desk.Open!);
        if (open.Mail.Envelope.MessageId is not { } field || MessageIds.First(field.Span) is not { } id)
            return;
        var result = await Held.CallBackAsync(box.Account, id, Desk.Closing);
        if (result.Outcome is not CallBackOutcome.Done)
        {
            Desk.Notices.Say(box, Words[result.Outcome is CallBackOutcome.CalledBack ? "HeldTaken" : "HeldGone"], []);
            return;
        }

        Desk.CloseMail();
        Desk.Notices.Say(box, Words["DoneHeld"], []);
        await box.RefreshAsync(Desk.Closing);
        if (await OpenMail.LoadAsync(box, new MailKey(result.Drafts, result.Uid), Desk.Closing) is { } draft)
            await Compose.ContinueAsync(box, draft, result.WantsReport);
    }

    private static bool IsWarning(TracedRecipient one) => one.State is TraceState.Failed or TraceState.Removed or TraceState.CalledBack;

    private bool LeavesSoon(TracedRecipient one) => one is { State: TraceState.Waiting, Attempts: 0 } && one.At < Visit.Now + Soon;

    private async Task LookAsync(OpenMail open)
    {
        // A draft that was called back has a story, but no fate.
        if (open.Folder?.SpecialUse is not SpecialUse.Drafts && open.Mail.Envelope.MessageId is { } field && MessageIds.First(field.Span) is { } id)
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
