using System.Globalization;

namespace Casella.Core;

/// <summary>
/// MAILBOXID and THREADID (RFC 8474) as clients and scripts name them: the account is part of them, so that who sees
/// mailboxes of several accounts never sees one id twice. EMAILID is stored as it is.
/// </summary>
public static class ObjectIds
{
    /// <summary>objectid = 1*255(ALPHA / DIGIT / "_" / "-").</summary>
    public static string Of(AccountId account, MailboxId mailbox) => Write('F', account, mailbox.Value);

    public static string Of(AccountId account, ThreadId thread) => Write('T', account, thread.Value);

    /// <summary>The mailbox of that id, which may be gone; null when it is none of this account's.</summary>
    public static MailboxId? FindMailbox(AccountId account, string objectId) =>
        Read('F', account, objectId) is { } mailbox ? new MailboxId(mailbox) : null;

    /// <summary>The conversation of that id; null when it is none of this account's.</summary>
    public static ThreadId? FindThread(AccountId account, string objectId) =>
        Read('T', account, objectId) is { } thread ? new ThreadId(thread) : null;

    private static string Write(char kind, AccountId account, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}{account.Value}-{number}");

    private static long? Read(char kind, AccountId account, string objectId)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{kind}{account.Value}-");
        // Written again and compared: one object has one id, "F7-01" is none.
        return objectId.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(objectId.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && string.Equals(Write(kind, account, number), objectId, StringComparison.Ordinal)
            ? number
            : null;
    }
}
