namespace Casella.Core.Office;

/// <summary>Hands a webhook's call over: implemented where HTTP is spoken.</summary>
public interface IHookTransport
{
    /// <returns>Null when it was taken; else what came in its way, in few words.</returns>
    Task<string?> SendAsync(SignedCall call, CancellationToken cancellationToken);
}

/// <param name="Id">The same at each attempt, so that who hears twice knows it.</param>
/// <param name="Signature">"t=1764150000,v1=5f…": HMAC-SHA256 of "t.body" with the hook's key.</param>
public sealed record SignedCall(string Url, string Id, string Event, string Body, string Signature);
