using Casella.Core.Office;
using Casella.Formats.Addresses;

namespace Casella.Core.Delivery;

/// <summary>Tells who listens (webhooks) that mail has come in, or was refused. Told once it is durable.</summary>
internal sealed class Arrivals(OfficeFeed feed, TimeProvider time)
{
    public void Tell(EmailAddress? reversePath, DeliveryOutcome outcome)
    {
        var name = outcome switch
        {
            DeliveryOutcome.Delivered => "mail.received",
            DeliveryOutcome.Refused => "mail.refused",
            _ => null,
        };
        if (name is null)
            return;
        feed.Tell(new OfficeEvent(name, time.GetUtcNow(), outcome.Recipient.ToString(), outcome.Recipient.Domain, "server")
        {
            Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["sender"] = reversePath?.ToString() ?? "" },
        });
    }
}
