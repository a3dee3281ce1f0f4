using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Lists;

/// <summary>What lists log. Event ids 1750–1799.</summary>
internal static partial class Log
{
    [LoggerMessage(1750, LogLevel.Information, "Mail for the list {List} goes to {Members} members")]
    public static partial void Posted(ILogger logger, EmailAddress list, int members);

    [LoggerMessage(1751, LogLevel.Information, "{Member} has left the list {List}")]
    public static partial void Left(ILogger logger, EmailAddress list, EmailAddress member);

    [LoggerMessage(1752, LogLevel.Information, "{Member} gets no more mail of the list {List}: it came back on {Days} days")]
    public static partial void Suspended(ILogger logger, EmailAddress list, EmailAddress member, int days);
}
