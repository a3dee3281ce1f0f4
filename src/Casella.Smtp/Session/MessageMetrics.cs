using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Casella.Smtp.Session;

/// <summary>Messages whose content has come, by what was replied: the sender's program believes it.</summary>
internal static class MessageMetrics
{
    private static readonly Meter Meter = new("Casella.Smtp.Messages");
    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("casella.smtp.messages", description: "Messages by role and reply.");

    public static ActivitySource Source { get; } = new("Casella.Smtp");

    public static void Replied(SmtpRole role, int code)
    {
        if (Messages.Enabled)
            Messages.Add(1, new("role", role is SmtpRole.Mx ? "mx" : "submission"), new("result", code switch { < 400 => "accepted", < 500 => "deferred", _ => "refused" }));
    }
}
