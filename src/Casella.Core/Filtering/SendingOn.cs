using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Sieve;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering;

/// <summary>Sends on what a script wants sent on, but never round in a circle.</summary>
internal sealed class SendingOn(Forwarding forwarding, ILogger<SendingOn> logger)
{
    /// <summary>RFC 5228 §10: who has passed it on already; a second time would be a circle.</summary>
    private const string PassedOnBy = "X-Sieve-Redirected-From";

    /// <summary>Servers a message may have passed before nobody sends it on any more.</summary>
    private const int MaxHops = 50;

    /// <summary>In the queue for good when it returns.</summary>
    /// <returns>False when it was here before: then nothing is sent.</returns>
    public async Task<bool> SendAsync(SieveOutcome outcome, EmailAddress owner, DeliveryRequest request, EditedContents edited)
    {
        var redirects = outcome.Actions.OfType<SieveAction.Redirect>().ToList();
        if (redirects.Count == 0)
            return true;
        var fields = HeaderSection.Fields(request.Content.ReadHeader()).ToList();
        if (fields.Exists(field => Is(field, PassedOnBy) && IsOf(field, owner)) || fields.Count(field => Is(field, "Received")) > MaxHops)
        {
            Log.RedirectLoop(logger, owner);
            return false;
        }

        foreach (var redirect in redirects)
            await forwarding.PassOnAsync(request, owner, redirect.Address, edited.Of(redirect.Content), $"{PassedOnBy}: {owner}\r\n");
        return true;
    }

    private static bool Is(HeaderField field, string name) => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsOf(HeaderField field, EmailAddress address) =>
        string.Equals(Encoding.UTF8.GetString(field.Value.Span).Trim(), address.ToString(), StringComparison.OrdinalIgnoreCase);
}

/// <summary>A message with what a run has made of it: one content is one message, in however many places it is to be.</summary>
internal sealed class EditedContents(StagedMessage original)
{
    private readonly Dictionary<SieveContent, StagedMessage> _made = new(ReferenceEqualityComparer.Instance);

    public StagedMessage Of(SieveContent? changed)
    {
        if (changed is null)
            return original;
        if (!_made.TryGetValue(changed, out var content))
            _made[changed] = content = original.Made(changed.Pieces);
        return content;
    }
}
