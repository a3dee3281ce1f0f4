using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering;

/// <summary>What filtering logs. Event ids 1350–1369.</summary>
internal static partial class Log
{
    [LoggerMessage(1350, LogLevel.Information, "The script {Script} of {Account} failed: {Failure}; the message is kept")]
    public static partial void ScriptFailed(ILogger logger, string script, EmailAddress account, string failure);

    [LoggerMessage(1351, LogLevel.Error, "The script {Script} of {Account} met a defect; the message is kept")]
    public static partial void ScriptBroke(ILogger logger, string script, EmailAddress account, Exception bug);

    [LoggerMessage(1352, LogLevel.Warning, "What the script of {Account} has written could not be sent")]
    public static partial void MailNotSent(ILogger logger, EmailAddress account, Exception failure);

    [LoggerMessage(1354, LogLevel.Error, "Mail of {Sender} could not be judged; it is taken as it is")]
    public static partial void SpamNotJudged(ILogger logger, string sender, Exception failure);

    [LoggerMessage(1355, LogLevel.Warning, "Account {Account} could not learn about spam now; it goes on later")]
    public static partial void LearningFailed(ILogger logger, long account, Exception failure);

    [LoggerMessage(1356, LogLevel.Information, "The script {Script} of {Account} failed for an event: {Failure}; nothing is changed")]
    public static partial void EventFailed(ILogger logger, string script, EmailAddress account, string failure);

    [LoggerMessage(1357, LogLevel.Warning, "The scripts of account {Account} could not run for events now; they run later")]
    public static partial void EventsStopped(ILogger logger, long account, Exception failure);

    [LoggerMessage(1353, LogLevel.Information, "The script of {Account} would send mail round in circles; the message is kept")]
    public static partial void RedirectLoop(ILogger logger, EmailAddress account);
}
