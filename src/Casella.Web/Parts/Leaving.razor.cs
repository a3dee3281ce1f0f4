using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Queue;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>What is about to leave from the mailbox whose Sent is shown, as the queue has it: for all members.</summary>
public sealed partial class Leaving
{
    /// <summary>The queue keeps whole seconds.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    private IReadOnlyList<LeavingMail> _mails = [];
    private AccountId? _shown;

    [Inject] private MailQueue Queue { get; set; } = null!;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Queue.HeldChanged += OnHeld;
    }

    /// <summary>With each drawing; the queue is asked when another folder is shown.</summary>
    protected override async Task OnParametersSetAsync()
    {
        AccountId? shown = Desk is { Box: { } box, List.Folder.SpecialUse: SpecialUse.Sent } ? box.Account.Id : null;
        if (shown == _shown)
            return;
        (_shown, _mails) = (shown, []);
        await TryAsync(LookAsync);
    }

    protected override void Dispose(bool isDisposing)
    {
        Queue.HeldChanged -= OnHeld;
        base.Dispose(isDisposing);
    }

    private async Task LookAsync() =>
        _mails = _shown is { } account ? await Queue.LeavingAsync(account, Visit.Now + Desk.Options.SendDelay + Rounding, Desk.Closing) : [];

    private void OnHeld(AccountId account)
    {
        if (account == _shown)
            _ = LookAgainAsync();
    }

    private async Task LookAgainAsync()
    {
        try
        {
            await InvokeAsync(() => TryAsync(LookAsync));
            await InvokeAsync(StateHasChanged);
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
        {
            // The page was closed in between.
            return;
        }
    }
}
