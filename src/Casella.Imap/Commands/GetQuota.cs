using Casella.Core.Quota;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>GETQUOTA and GETQUOTAROOT (RFC 9208 §4.1). An account has one quota root, named "".</summary>
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
        if (Root.Length > 0)
            return ImapReply.No("No such quota root", "NONEXISTENT");
        var quota = await session.Account.GetQuotaAsync(cancellationToken);
        if (Mailbox is not null)
            session.Writer.Raw("* QUOTAROOT "u8).Mailbox(Mailbox).Raw(" \"\"\r\n"u8);
        WriteQuota(session.Writer, quota);
        return ImapReply.Ok(Mailbox is null ? "GETQUOTA completed" : "GETQUOTAROOT completed");
    }

    /// <summary>
    /// STORAGE is in units of 1024 octets (RFC 9208 §5.1): use rounded up, so that something is never shown as nothing.
    /// </summary>
    public static void WriteQuota(ImapWriter writer, QuotaStatus quota)
    {
        writer.Raw("* QUOTA \"\" ("u8);
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
