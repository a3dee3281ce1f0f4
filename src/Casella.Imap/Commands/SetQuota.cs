using System.Globalization;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Policies;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// SETQUOTA (RFC 9208 §4.1.3), by who manages a mailbox whose office leaves its limits to the managers (the policy
/// managers-set-quota).
/// </summary>
/// <param name="Storage">In units of 1024 octets; null for no limit: what is not named has none.</param>
internal sealed record SetQuota(string Root, long? Storage, int? Messages) : ImapCommand
{
    private const string MessagePolicy = "max-messages";

    private static readonly ImapReply Impossible = ImapReply.No("A mailbox cannot have that limit", "CANNOT");

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var root = parser.Astring("a quota root");
        parser.Space();
        var (storage, messages) = ((long?)null, (int?)null);
        parser.OpenList();
        for (var isFirst = true; !parser.TryCloseList(); isFirst = false)
        {
            if (!isFirst)
                parser.Space();
            if (parser.TryWord("STORAGE"u8))
            {
                parser.Space();
                storage = Math.Min(parser.Number64("a limit"), long.MaxValue / 1024);
            }
            else if (parser.TryWord("MESSAGE"u8))
            {
                parser.Space();
                messages = (int)Math.Min(parser.Number64("a limit"), int.MaxValue);
            }
            else
            {
                throw parser.Expected("STORAGE or MESSAGE");
            }
        }
        return new SetQuota(root, storage, messages);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // A root is named as GETQUOTA has it: "", or the level above another account's mailboxes.
        var found = await session.ResolveAsync(Root, cancellationToken);
        if (found.Name.Length > 0 || Root.EndsWith(MailboxName.Separator))
            return ImapReply.No("No such quota root", "NONEXISTENT");
        var account = found.Account;
        if (!account.Policy.ManagersSetQuota || !account.Rights.HasFlag(MemberRights.Manage))
            return ImapReply.No("The limits of this mailbox are set by the office", "NOPERM");
        var messages = Messages?.ToString(CultureInfo.InvariantCulture) ?? "none";
        try
        {
            // Both are looked at before either is set: a limit that cannot be leaves the other as it was.
            if (PolicyTable.Find(MessagePolicy)!.TrySet(account.Policy, messages) is null)
                return Impossible;
            await session.Services.Directory.SetQuotaAsync(account, Storage * 1024, cancellationToken);
            await account.SetPolicyAsync(
                new Dictionary<string, string>(StringComparer.Ordinal) { [MessagePolicy] = messages }, cancellationToken);
        }
        catch (DirectoryRuleException)
        {
            return Impossible;
        }
        GetQuota.WriteQuota(session.Writer, Root, await account.GetQuotaAsync(cancellationToken));
        return ImapReply.Ok("SETQUOTA completed");
    }
}
