using Casella.Core.Quota;
using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>A domain of ours as administration lists it.</summary>
/// <param name="Accounts">Mailbox accounts in it.</param>
/// <param name="Aliases">Aliases in it.</param>
/// <param name="HasPostmaster">Somebody reads postmaster@domain, as RFC 5321 §4.5.1 wants of every domain.</param>
public sealed record MailDomain(string Name, DateTimeOffset CreatedAt, int Accounts, int Aliases, bool HasPostmaster);

/// <summary>An address without a mailbox of its own.</summary>
/// <param name="Targets">Accounts or further aliases that get its mail.</param>
public sealed record MailAlias(EmailAddress Address, IReadOnlyList<EmailAddress> Targets);

/// <summary>A mailbox account with all that administration shows of it.</summary>
public sealed record AccountDetails(
    AccountEntry Account, QuotaStatus Quota, IReadOnlyList<EmailAddress> Aliases);

/// <summary>An account to add.</summary>
/// <param name="Quota">Bytes; null for no limit.</param>
public sealed record AccountToAdd(string Address, string Password, long? Quota, string? DisplayName)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => Address;
}

/// <summary>
/// A value that only administration sets (password, quota, display name) breaks its rule. The message is for the
/// administrator.
/// </summary>
/// <param name="rule">For who says it in another language.</param>
public sealed class DirectoryRuleException(string message, DirectoryRule rule = DirectoryRule.Other) : Exception(message)
{
    public DirectoryRule Rule => rule;
}

/// <summary>What rule was broken.</summary>
public enum DirectoryRule
{
    /// <summary>Only the message says it.</summary>
    Other,
    Password,
    Quota,
    Name,
    Login,
    HasLeft,
    NoMember,
    DeviceExists,
    Sender,
    SenderLimit,
    Policy,
    Reason,
    LastOwner,
    Domains,
    Scopes,
    WebAddress,
    NoNewKeys,
    KeyNotInDns,
    NotUndoable,
    ChangedSince,
}
