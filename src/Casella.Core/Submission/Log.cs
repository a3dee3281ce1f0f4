using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Submission;

/// <summary>What submission logs. Event ids 1400–1449.</summary>
internal static partial class Log
{
    [LoggerMessage(1401, LogLevel.Warning, "{Account} is full to the end of its reserve: {MessageId} was sent without a copy in Sent")]
    public static partial void SentCopyNotFiled(ILogger logger, EmailAddress account, string messageId);
}
