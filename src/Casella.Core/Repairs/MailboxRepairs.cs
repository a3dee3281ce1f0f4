using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Repairs;

/// <summary>
/// Mends mailbox accounts that a disk, a power cut or a mistake has damaged (ADR 0048): counters and rows, content that
/// is missing, the file itself, the search index. The command line and the office come here through the same door.
/// </summary>
public sealed class MailboxRepairs
{
    private readonly RepairParts _parts;

    internal MailboxRepairs(RepairParts parts) => _parts = parts;

    /// <summary>Mends one account, and says what it has found and done.</summary>
    /// <param name="isTrial">Only looks.</param>
    /// <param name="tell">Takes a line for the technician while it is at work.</param>
    /// <exception cref="MailException">NoSuchAddress, Unavailable.</exception>
    public async Task<RepairOutcome> RunAsync(string address, bool isTrial, Action<string> tell, CancellationToken cancellationToken)
    {
        var account = await _parts.Directory.AccountAsync(address, cancellationToken);
        await using var repair = new MailboxRepair(_parts, account, tell);
        return await repair.RunAsync(isTrial, cancellationToken);
    }
}

/// <summary>What a repair works with.</summary>
internal sealed record RepairParts(
    IMailStore Store, IBackupStore Backups, MailDirectory Directory, MailAccounts Accounts, MessageStaging Staging)
{
    public required IPeopleStore People { get; init; }
    public required LiveSessions Sessions { get; init; }
}
