using Casella.Core.Directory;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Security;

/// <summary>The form with which a person changes what they sign in with; <see cref="PasswordEndpoints"/> does it.</summary>
public sealed partial class PasswordPage
{
    private DevicePerson? _person;
    private bool _asksCode;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private SecondFactors Factors { get; set; } = null!;
    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>Why it was not changed, as <see cref="PasswordEndpoints"/> sends it.</summary>
    [SupplyParameterFromQuery(Name = "why")] private string? Reason { get; set; }

    /// <summary>How many other browsers are out, after it was changed.</summary>
    [SupplyParameterFromQuery(Name = "ended")] private int? Ended { get; set; }

    private Words Words => Visit.Words;

    protected override async Task OnInitializedAsync()
    {
        if (await Visit.EnterAsync(States) is not { Person: { } person, Device: null })
            return;
        _person = person;
        _asksCode = await Factors.StatusAsync(person, Http?.RequestAborted ?? CancellationToken.None) is not null;
    }
}
