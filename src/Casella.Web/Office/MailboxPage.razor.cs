using System.Globalization;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Policies;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Office;

/// <summary>Everything about one mailbox but its mail, and what the office does with it.</summary>
public sealed partial class MailboxPage
{
    private readonly Dictionary<string, string> _policy = new(StringComparer.Ordinal);
    private MemberChoice _newMember = new();
    private IReadOnlyList<Person> _people = [];
    private MailboxFacts? _facts;
    private long? _quota;
    private string? _password;
    private string _reason = "";
    private string _confirm = "";
    private string _undoWho = "";
    private DateTime? _undoSince;
    private UndoResult? _undoable;

    [Parameter] public string Address { get; set; } = "";

    /// <summary>Name of what came in the way of an export.</summary>
    [SupplyParameterFromQuery(Name = "why")] private string? Why { get; set; }

    protected override OfficeAct Purpose => OfficeAct.SeeMailboxes;

    private IReadOnlyList<DeviceInfo> Devices => [.. _facts!.Devices.Where(device => !device.IsCommonPassword && !device.IsRevoked)];

    protected override async Task LoadAsync()
    {
        var facts = await Door.Mailboxes.ShowAsync(Address, Closing);
        if (May(OfficeAct.SetMember) && _people.Count == 0)
            _people = [.. (await Door.People.ListAsync(Closing)).Where(person => person.LeftAt is null)];
        foreach (var row in PolicyTable.Rows)
            _policy[row.Name] = row.Get(facts.Policy);
        if (_facts is null)
        {
            _undoSince = TimeZoneInfo.ConvertTime(Now, Zone).Date;
            if (ExportEndpoint.IsReason(Why))
                Say(Words[Why!], isError: true);
        }

        (_facts, _quota) = (facts, facts.Details.Quota.Limit);
    }

    private Task<bool> SaveQuotaAsync() => ActAsync(async () =>
    {
        await Door.Mailboxes.SetQuotaAsync(Address, _quota, Closing);
        return Words["SavedNow"];
    });

    private Task<bool> SetMemberAsync(string login, MemberRights rights) => ActAsync(async () =>
    {
        await Door.People.SetMemberAsync(Address, login, rights, Closing);
        return Words["SavedNow"];
    });

    private async Task AddMemberAsync()
    {
        if (await ActAsync(async () =>
            {
                await Door.People.SetMemberAsync(Address, _newMember.Login, _newMember.Rights, Closing);
                return Words["SavedNow"];
            }))
            _newMember = new MemberChoice();
    }

    private Task<bool> RemoveMemberAsync(Member member) => ActAsync(async () =>
    {
        await Door.People.RemoveMemberAsync(Address, member.Login, Closing);
        return Words["OfficeMemberOut", member.Name];
    });

    private Task<bool> SetPasswordAsync() => ActAsync(async () =>
    {
        _password = await Door.Mailboxes.SetCommonPasswordAsync(Address, null, Closing);
        return Words["SavedNow"];
    });

    private Task<bool> DropPasswordAsync() => ActAsync(async () =>
    {
        await Door.Mailboxes.DropCommonPasswordAsync(Address, Closing);
        _password = null;
        return Words["SavedNow"];
    });

    private Task<bool> RevokeAsync(DeviceInfo device) => ActAsync(async () =>
    {
        await Door.People.RevokeDeviceAsync(Address, device.Id.Value.ToString(CultureInfo.InvariantCulture), Closing);
        return Words["Revoked", device.Name];
    });

    /// <summary>Only what was changed: the others may have been set elsewhere meanwhile.</summary>
    private Task<bool> SavePolicyAsync() => ActAsync(async () =>
    {
        var changed = PolicyTable.Rows.Where(row => !string.Equals(_policy[row.Name], row.Get(_facts!.Policy), StringComparison.Ordinal))
            .ToDictionary(row => row.Name, row => _policy[row.Name].Trim(), StringComparer.Ordinal);
        if (changed.Count > 0)
            await Door.Mailboxes.SetPolicyAsync(Address, changed, Closing);
        return Words["SavedNow"];
    });

    private Task<bool> TryUndoAsync() => TryAsync(async () => _undoable = await UndoAsync(isTrial: true));

    private Task<bool> UndoAsync() => ActAsync(async () =>
    {
        var undone = await UndoAsync(isTrial: false);
        _undoable = null;
        return Words.Count("Undone", undone.Restored);
    });

    private Task<UndoResult> UndoAsync(bool isTrial)
    {
        var who = _undoWho[1..];
        var since = _undoSince is { } typed ? new DateTimeOffset(typed, Zone.GetUtcOffset(typed)) : DateTimeOffset.MinValue;
        return Door.Care.UndoAsync(
            Address, _undoWho[0] is 'd' ? who : null, _undoWho[0] is 'p' ? who : null, new UndoRequest { Since = since, IsTrial = isTrial }, Closing);
    }

    private Task<bool> HealAsync() => ActAsync(async () =>
    {
        await Door.Care.HealAsync(Address, Closing);
        return Words["SavedNow"];
    });

    private async Task VisitAsync()
    {
        if (await TryAsync(() => Door.Mailboxes.VisitAsync(Address, _reason, Closing)))
            // A page of its own: it must know the visitor anew.
            Navigation.NavigateTo("/", forceLoad: true);
    }

    private async Task RemoveAsync()
    {
        if (await TryAsync(() => Door.Mailboxes.RemoveAsync(Address, Closing)))
            Navigation.NavigateTo("/office/mailboxes");
    }
}
