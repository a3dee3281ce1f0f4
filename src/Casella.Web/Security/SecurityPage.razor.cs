using Casella.Core.Directory;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Casella.Web.Security;

/// <summary>What a person shows at the door beside or instead of the password.</summary>
public sealed partial class SecurityPage : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private DevicePerson? _person;
    private CodesStatus? _status;
    private IReadOnlyList<Passkey> _passkeys = [];
    private IReadOnlyList<string>? _paper;
    private byte[]? _secret;
    private string _code = "";
    private string? _said;
    private bool _isError;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private SecondFactors Factors { get; set; } = null!;

    private Words Words => Visit.Words;

    protected override async Task OnInitializedAsync()
    {
        if (await Visit.EnterAsync(States) is not { Person: { } person, Device: null })
            return;
        _person = person;
        await LoadAsync();
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task LoadAsync()
    {
        _status = await Factors.StatusAsync(_person!, _closing.Token);
        _passkeys = await Factors.PasskeysAsync(_person!.Id, _closing.Token);
    }

    private async Task TurnOnAsync()
    {
        _paper = await Factors.TurnOnAsync(_person!, _secret!, _code, _closing.Token);
        (_said, _isError, _code) = _paper is null ? (Words["CodeWrong"], true, "") : (Words["CodesAreOn"], false, "");
        if (_paper is null)
            return;
        _secret = null;
        await LoadAsync();
    }

    private async Task TurnOffAsync()
    {
        await Factors.TurnOffAsync(_person!, _closing.Token);
        (_said, _isError) = (Words["CodesAreOff"], false);
        await LoadAsync();
    }

    private async Task RemoveAsync(Passkey passkey)
    {
        await Factors.RemovePasskeyAsync(_person!, passkey.Credential, _closing.Token);
        await LoadAsync();
    }
}
