using MimeKit;

namespace Casella.Formats.Reports;

/// <summary>Does a report say that a message will never arrive (RFC 3464 §2.3.3)?</summary>
public static class BounceReading
{
    private static readonly ParserOptions Lenient = new() { MaxMimeDepth = 8 };

    /// <summary>A delay is none; a mail that is no report of the RFC, but has come as one, is taken for a failure.</summary>
    public static bool IsFailure(Stream mail)
    {
        try
        {
            using var message = MimeMessage.Load(Lenient, mail);
            var actions = message.BodyParts.OfType<MessageDeliveryStatus>().SelectMany(part => part.StatusGroups)
                .Select(group => group["Action"]?.Trim()).OfType<string>().ToList();
            return actions.Count == 0 || actions.Exists(action => action.StartsWith("failed", StringComparison.OrdinalIgnoreCase));
        }
        catch (FormatException)
        {
            return true;
        }
    }
}
