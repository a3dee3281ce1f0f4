using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

/// <summary>
/// Empties Trash and SPAM of what has been there longer than the mailbox wants, as the actor "server". What goes is kept
/// as every deleted message is. Counted from when a message came into the folder, not from its date.
/// </summary>
internal sealed class ExpiringFolders(
    MailAccounts accounts, IDirectoryStore directory, MessageOptions options, TimeProvider time, ILogger<ExpiringFolders> logger)
    : AccountTidying(directory, options, time, logger)
{
    /// <summary>Messages in one transaction, so that no session waits.</summary>
    private const int UnitAtMost = 200;

    protected override async Task TidyAsync(AccountId account, CancellationToken cancellationToken)
    {
        var mail = await accounts.OpenAsync(account, Actor.Server, cancellationToken);
        await ExpireAsync(mail, SpecialUse.Trash, mail.Policy.TrashDays, cancellationToken);
        await ExpireAsync(mail, SpecialUse.Junk, mail.Policy.SpamDays, cancellationToken);
    }

    /// <param name="days">Null for never.</param>
    private async Task ExpireAsync(MailAccount account, SpecialUse use, int? days, CancellationToken cancellationToken)
    {
        if (days is not { } kept || (await account.GetTreeAsync(cancellationToken)).Find(use) is not { Messages: > 0 } folder)
            return;
        var before = Time.GetUtcNow().AddDays(-kept).ToUnixTimeSeconds();
        var snapshot = await account.GetSnapshotAsync(folder.Id, cancellationToken);
        var expired = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Where(placement => placement.SavedAt < before);
        foreach (var unit in expired.Select(placement => placement.Uid).Chunk(UnitAtMost))
            await account.ExpungeAsync(folder.Id, unit, onlyDeleted: false, cancellationToken);
    }
}
