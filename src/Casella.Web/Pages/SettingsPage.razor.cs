using System.Globalization;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Push;
using Casella.Web.Desk;
using Casella.Web.Http;
using Casella.Web.Reading;
using Casella.Web.Writing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Casella.Web.Pages;

/// <summary>What a visitor sets and sees of their own: language, signature, space, devices, browsers.</summary>
public sealed partial class SettingsPage : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly List<BoxSettings> _boxes = [];
    private IReadOnlyList<DeviceInfo> _devices = [];
    private IReadOnlyList<WebSession> _sessions = [];
    private DeviceId? _revoking;
    private string? _said;
    private bool _isError;
    private bool _isRead;
    private PushWish? _push;
    private IDisposable? _following;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private MailAccounts Accounts { get; set; } = null!;
    [Inject] private Identities Identities { get; set; } = null!;
    [Inject] private Devices Devices { get; set; } = null!;
    [Inject] private WebSessions Sessions { get; set; } = null!;
    [Inject] private PushSubscriptions Push { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private Words Words => Visit.Words;

    protected override async Task OnInitializedAsync()
    {
        if (await Visit.EnterAsync(States) is not { } visitor)
        {
            Navigation.NavigateTo(SessionAuthentication.SignInPath, forceLoad: true);
            return;
        }

        if (RendererInfo.IsInteractive)
            _following = Sessions.Follow(visitor.Session, () => _ = InvokeAsync(() => Navigation.NavigateTo("/", forceLoad: true)));
        foreach (var who in visitor.Mailboxes)
        {
            var box = new Box(await Accounts.OpenAsync(who, _closing.Token), who);
            await box.RefreshAsync(_closing.Token);
            _boxes.Add(await BoxSettings.LoadAsync(box, await Identities.AddressesAsync(box, _closing.Token), _closing.Token));
        }

        await ReadAsync(visitor);
    }

    public void Dispose()
    {
        _following?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task ReadAsync(WebVisitor visitor)
    {
        _sessions = await Sessions.ListAsync(visitor, _closing.Token);
        (_push, _isRead) = (await Push.FindAsync(visitor, _closing.Token), true);
        if (visitor.Person is { } person)
            _devices = [.. (await Devices.ListAsync(person.Id, _closing.Token)).Where(device => !device.IsRevoked)];
    }

    private Task SaveSignaturesAsync(BoxSettings box) => SayAsync(async () =>
    {
        await Signatures.WriteAsync(box.Box.Account, null, box.Signature, _closing.Token);
        foreach (var one in box.Signatures)
            await Signatures.WriteAsync(box.Box.Account, one.Address, one.Text, _closing.Token);
        return Words["SavedNow"];
    });

    private Task SavePicturesAsync(BoxSettings box, TrustedPictures pictures) => SayAsync(async () =>
    {
        await pictures.WriteAsync(box.Box.Account, _closing.Token);
        box.Pictures = pictures;
        return Words["SavedNow"];
    });

    private Task SaveAnswerAsync(BoxSettings box) => SayAsync(async () =>
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["answer"] = string.IsNullOrWhiteSpace(box.Answer) ? "off" : box.Answer.ReplaceLineEndings("\\n"),
            ["answer-from"] = box.AnswerFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "now",
            ["answer-until"] = box.AnswerUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "never",
        };
        await box.Box.Account.SetPolicyAsync(values, _closing.Token);
        return Words["SavedNow"];
    });

    private Task RevokeAsync(DeviceInfo device) => SayAsync(async () =>
    {
        _revoking = null;
        await Devices.RevokeAsync(device.Account.ToString(), device.Id.Value.ToString(CultureInfo.InvariantCulture), _closing.Token);
        await ReadAsync(Visit.Visitor!);
        return Words["Revoked", device.Name];
    });

    private Task SignOutAsync(WebSession session) => SayAsync(async () =>
    {
        await Sessions.EndAsync(Visit.Visitor!, session.Id, _closing.Token);
        await ReadAsync(Visit.Visitor!);
        return Words["SavedNow"];
    });

    private async Task SayAsync(Func<Task<string>> act)
    {
        try
        {
            (_said, _isError) = (await act(), false);
        }
        catch (MailException failure)
        {
            (_said, _isError) = (Words.Of(failure), true);
        }
        catch (DirectoryRuleException)
        {
            (_said, _isError) = (Words["ErrorUnavailable"], true);
        }
    }

    /// <summary>What is set for one mailbox.</summary>
    private sealed class BoxSettings(Box box)
    {
        public Box Box => box;
        public int? FullInDays { get; private init; }
        public string Signature { get; set; } = "";

        /// <summary>Of the other addresses of the mailbox.</summary>
        public IReadOnlyList<AddressSignature> Signatures { get; private init; } = [];
        public TrustedPictures Pictures { get; set; } = new(All: false, []);
        public string Answer { get; set; } = "";
        public DateOnly? AnswerFrom { get; set; }
        public DateOnly? AnswerUntil { get; set; }

        public static async Task<BoxSettings> LoadAsync(Box box, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
        {
            var signatures = await Writing.Signatures.ReadAsync(box.Account, cancellationToken);
            return new(box)
            {
                FullInDays = await box.Account.Care.ForecastAsync(cancellationToken),
                Signature = signatures.Common,
                Signatures = [.. addresses.Skip(1).Select(address => new AddressSignature(address) { Text = signatures.OwnOf(address) })],
                Pictures = await TrustedPictures.ReadAsync(box.Account, cancellationToken),
                Answer = box.Account.Policy.Answer ?? "",
                AnswerFrom = box.Account.Policy.AnswerFrom,
                AnswerUntil = box.Account.Policy.AnswerUntil,
            };
        }
    }

    /// <summary>The signature of one address of a mailbox.</summary>
    private sealed class AddressSignature(string address)
    {
        public string Address => address;
        public string Text { get; set; } = "";
    }
}
