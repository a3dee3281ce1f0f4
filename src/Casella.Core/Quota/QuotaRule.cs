namespace Casella.Core.Quota;

/// <summary>What fits into an account.</summary>
internal static class QuotaRule
{
    /// <summary>
    /// The reserve of a full account: a tenth of its limit, so that small boxes get something that helps …
    /// </summary>
    private const int ReserveShare = 10;

    /// <summary>… at least room for one large draft with its attachment …</summary>
    private const long ReserveAtLeast = 50L * 1024 * 1024;

    /// <summary>… and never so much that the limit loses its meaning.</summary>
    private const long ReserveAtMost = 500L * 1024 * 1024;

    /// <summary>Of messages the reserve is a tenth too, at least what a day of drafts and clean-up needs.</summary>
    private const long ReservedMessagesAtLeast = 100;

    /// <exception cref="MailException">OverQuota.</exception>
    public static void Check(QuotaStatus quota, QuotaDemand demand, bool mayUseReserve)
    {
        CheckMessages(quota, demand.Messages, mayUseReserve);
        if (quota.Limit is not { } limit)
            return;
        var room = limit + (mayUseReserve ? Math.Clamp(limit / ReserveShare, ReserveAtLeast, ReserveAtMost) : 0);
        if (quota.Used + demand.Octets > room)
            throw new MailException(MailError.OverQuota);
    }

    private static void CheckMessages(QuotaStatus quota, int messages, bool mayUseReserve)
    {
        if (quota.MessageLimit is not { } limit)
            return;
        var room = limit + (mayUseReserve ? Math.Max(limit / ReserveShare, ReservedMessagesAtLeast) : 0);
        if (quota.Messages + messages > room)
            throw new MailException(MailError.OverQuota, "messages");
    }
}

/// <summary>What is about to come in.</summary>
internal readonly record struct QuotaDemand(long Octets, int Messages);
