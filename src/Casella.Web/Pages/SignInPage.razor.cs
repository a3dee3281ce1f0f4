using Casella.Web.Http;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Pages;

/// <summary>The door: name and password, and why somebody stands before it again.</summary>
public sealed partial class SignInPage
{
    [Inject] private Visit Visit { get; set; } = null!;

    /// <summary>Name of a text, as <see cref="SignInEndpoints"/> and the open page send it.</summary>
    [SupplyParameterFromQuery(Name = "why")] private string? Reason { get; set; }

    [SupplyParameterFromQuery(Name = "user")] private string? User { get; set; }

    [SupplyParameterFromQuery(Name = WantedPage.Field)] private string? To { get; set; }

    private Words Words => Visit.Words;

    /// <summary>Null for the start.</summary>
    private string? Wanted => WantedPage.Of(To) is var to and not "/" ? to : null;

    /// <summary>Only texts of this page: what stands in an address is written by anybody.</summary>
    private string? TextOf(string reason) => SignInEndpoints.Reasons.Contains(reason) ? Words[reason] : null;
}
