using System.Globalization;
using Casella.Core;

namespace Casella.Imap.Session;

/// <summary>
/// MAILBOXID and THREADID of RFC 8474 as they go on the wire: the account is part of them, so that a client which sees
/// mailboxes of several accounts never sees one id twice. EMAILID is stored as it is.
/// </summary>
internal static class ObjectIds
{
    /// <summary>objectid = 1*255(ALPHA / DIGIT / "_" / "-").</summary>
    public static string Of(AccountId account, MailboxId mailbox) =>
        string.Create(CultureInfo.InvariantCulture, $"F{account.Value}-{mailbox.Value}");

    public static string Of(AccountId account, ThreadId thread) =>
        string.Create(CultureInfo.InvariantCulture, $"T{account.Value}-{thread.Value}");

    /// <summary>The conversation of that id; null when it is none of this account's.</summary>
    public static ThreadId? FindThread(AccountId account, string objectId)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"T{account.Value}-");
        return objectId.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(objectId.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var thread)
            ? new ThreadId(thread)
            : null;
    }
}
