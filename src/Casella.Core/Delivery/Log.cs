using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Delivery;

/// <summary>What delivery logs. Event ids 1300–1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1301, LogLevel.Warning, "Mail for {Recipient} could not be stored now; the sender is asked to try again")]
    public static partial void DeliveryDeferred(ILogger logger, EmailAddress recipient, Exception failure);

    [LoggerMessage(1303, LogLevel.Warning, "The automatic answer of {Account} could not be sent")]
    public static partial void AnswerNotSent(ILogger logger, EmailAddress account, Exception failure);

    [LoggerMessage(1304, LogLevel.Information, "Spam for {Recipient} was refused: {Text}")]
    public static partial void SpamRefused(ILogger logger, EmailAddress recipient, string text);

    [LoggerMessage(1302, LogLevel.Error, "Mail for {Recipient} could not be stored because of a defect; the sender is asked to try again")]
    public static partial void DeliveryFailed(ILogger logger, EmailAddress recipient, Exception failure);
}
