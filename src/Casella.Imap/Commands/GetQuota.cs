using Casella.Core.Mailboxes;
using Casella.Core.Quota;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// GETQUOTA and GETQUOTAROOT (RFC 9208 §4.1). An account has one quota root: one's own is named "", another's as
/// the level above its mailboxes.
/// </summary>
/// <param name="Mailbox">Of GETQUOTAROOT; it need not exist.</param>
internal sealed record GetQuota(string Root, string? Mailbox) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        return new GetQuota(parser.Astring("a quota root"), Mailbox: null);
    }

    public static ImapCommand ParseRoot(ref ImapParser parser)
    {
        parser.Space();
        return new GetQuota(Root: "", parser.Mailbox());
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var found = await session.ResolveAsync(Mailbox ?? Root, cancellationToken);
        if (Mailbox is null && (found.Name.Length > 0 || Root.EndsWith(MailboxName.Separator)))
            return ImapReply.No("No such quota root", "NONEXISTENT");
        var root = found.Prefix.TrimEnd(MailboxName.Separator);
        if (Mailbox is not null)
            session.Writer.Raw("* QUOTAROOT "u8).Mailbox(Mailbox).Space().Mailbox(root).Crlf();
        WriteQuota(session.Writer, root, await found.Account.GetQuotaAsync(cancellationToken));
        return ImapReply.Ok(Mailbox is null ? "GETQUOTA completed" : "GETQUOTAROOT completed");
    }

    /// <summary>
    /// STORAGE is in units of 1024 octets (RFC 9208 §5.1): use rounded up, so that something is never shown as nothing.
    /// </summary>
    public static void WriteQuota(ImapWriter writer, string root, QuotaStatus quota)
    {
        writer.Raw("* QUOTA "u8).Mailbox(root).Raw(" ("u8);
        if (quota.Limit is { } limit)
            writer.Raw("STORAGE "u8).Number((quota.Used + 1023) / 1024).Space().Number(limit / 1024);
        if (quota.Limit is not null && quota.MessageLimit is not null)
            writer.Space();
        // RFC 9208 §5.2.
        if (quota.MessageLimit is { } messages)
            writer.Raw("MESSAGE "u8).Number(quota.Messages).Space().Number(messages);
        writer.Raw(")\r\n"u8);
    }
}
