using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>A mailbox account as the directory lists it.</summary>
/// <param name="Quota">Limit in bytes; null for none.</param>
public sealed record AccountEntry(
    AccountId Id, EmailAddress Address, string? DisplayName, long? Quota, AccountState State, DateTimeOffset CreatedAt);

/// <summary>Stored as a number: never renumber.</summary>
public enum AccountState : byte
{
    Creating = 0,
    Active = 1,
    Removing = 2,
    /// <summary>Signs nobody in; mail is still taken.</summary>
    Disabled = 3,
}
