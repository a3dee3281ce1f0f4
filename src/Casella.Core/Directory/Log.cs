using System.Net;
using Casella.Core.Changes;
using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>What the directory logs. Event ids 1100–1199.</summary>
internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Information, "Sign-in refused for {UserName} by {Protocol} from {Remote}: {Reason}")]
    public static partial void SignInRefused(ILogger logger, string userName, AccessProtocol protocol, IPAddress remote, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "Sign-in throttled for {UserName} by {Protocol} from {Remote}")]
    public static partial void SignInThrottled(ILogger logger, string userName, AccessProtocol protocol, IPAddress remote);

    [LoggerMessage(1103, LogLevel.Warning, "Last use of {Address} could not be recorded")]
    public static partial void SignInNotRecorded(ILogger logger, EmailAddress address, Exception failure);

    [LoggerMessage(1104, LogLevel.Warning, "What sign-ins have taught (known addresses, devices that fail) could not be saved; it is learnt anew")]
    public static partial void SignInsNotKept(ILogger logger, Exception failure);

    [LoggerMessage(1110, LogLevel.Information, "Account {Address} added")]
    public static partial void AccountAdded(ILogger logger, EmailAddress address);

    [LoggerMessage(1111, LogLevel.Information, "Account {Address} removed")]
    public static partial void AccountRemoved(ILogger logger, EmailAddress address);

    [LoggerMessage(1112, LogLevel.Information, "Password of {Address} changed")]
    public static partial void PasswordChanged(ILogger logger, EmailAddress address);

    [LoggerMessage(1113, LogLevel.Information, "Quota of {Address} is now {Quota} bytes")]
    public static partial void QuotaChanged(ILogger logger, EmailAddress address, long? quota);

    [LoggerMessage(1114, LogLevel.Warning, "Account {Address} was left in state {State} by the last run and is removed")]
    public static partial void AccountRecovered(ILogger logger, EmailAddress address, AccountState state);

    [LoggerMessage(1115, LogLevel.Error, "Account {Address} could neither be added nor undone; the next start undoes it")]
    public static partial void AccountNotUndone(ILogger logger, EmailAddress address, Exception failure);

    [LoggerMessage(1120, LogLevel.Information, "Session of {Address} ({Device}) by {Protocol} from {Remote} is ended: {Why}")]
    public static partial void SessionEnded(
        ILogger logger, EmailAddress address, string device, AccessProtocol protocol, IPAddress remote, SessionEnd why);

    [LoggerMessage(1121, LogLevel.Information, "Person {Login} added")]
    public static partial void PersonAdded(ILogger logger, string login);

    [LoggerMessage(1122, LogLevel.Information, "Person {Login} has left: {Devices} devices revoked, {Mailboxes} memberships ended")]
    public static partial void PersonLeft(ILogger logger, string login, int devices, int mailboxes);

    [LoggerMessage(1123, LogLevel.Information, "Rights of {Login} in {Address} are now {Rights}")]
    public static partial void RightsChanged(ILogger logger, string login, EmailAddress address, MemberRights rights);

    [LoggerMessage(1124, LogLevel.Information, "Device {Device} added to {Address}")]
    public static partial void DeviceAdded(ILogger logger, string device, EmailAddress address);

    [LoggerMessage(1125, LogLevel.Information, "Device {Device} of {Address} revoked")]
    public static partial void DeviceRevoked(ILogger logger, string device, EmailAddress address);

    [LoggerMessage(1126, LogLevel.Warning, "The rights of {Person} in {Address} have changed and its change log could not be told")]
    public static partial void MemberNotLogged(ILogger logger, string person, string address, Exception failure);

    [LoggerMessage(1127, LogLevel.Warning, "When browser session {Session} was last seen could not be recorded")]
    public static partial void BrowserNotRecorded(ILogger logger, long session, Exception failure);

    [LoggerMessage(1128, LogLevel.Information, "{Login} has changed their password from {Remote}; {Ended} other browsers are signed out")]
    public static partial void OwnPasswordChanged(ILogger logger, string login, IPAddress remote, int ended);

    [LoggerMessage(1129, LogLevel.Warning, "{Login} has changed their password, and the office's journal could not be told")]
    public static partial void OwnPasswordNotInJournal(ILogger logger, string login, Exception failure);
}
