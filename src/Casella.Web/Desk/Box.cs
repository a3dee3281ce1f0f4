using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Quota;

namespace Casella.Web.Desk;

/// <summary>One of the visitor's mailbox accounts, open.</summary>
internal sealed class Box(MailAccount account, SignedIn who)
{
    public MailAccount Account => account;
    public SignedIn Who => who;
    public string Address => account.Address.ToString();
    public MailboxTree Tree { get; private set; } = new([], new HashSet<string>(StringComparer.Ordinal));
    public QuotaStatus Quota { get; private set; } = new(0, null, 0);

    public bool MayWork => who.Rights.HasFlag(MemberRights.Work);
    public bool MaySend => who.Rights.HasFlag(MemberRights.SendAs);

    /// <summary>What waits in the inbox: the number beside the mailbox's name.</summary>
    public int Unread => Tree.Find(MailboxName.Inbox)?.Unseen ?? 0;

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        Tree = await account.GetTreeAsync(cancellationToken);
        Quota = await account.GetQuotaAsync(cancellationToken);
    }

    /// <summary>The folder of a use, made where a program has removed it.</summary>
    public async Task<MailboxInfo> FolderOfAsync(SpecialUse use, CancellationToken cancellationToken)
    {
        if (Tree.Find(use) is { } folder)
            return folder;
        var made = await account.CreateMailboxAsync(MailboxName.Parse(FolderWords.StandardName(use)), use, cancellationToken);
        await RefreshAsync(cancellationToken);
        return made;
    }
}
