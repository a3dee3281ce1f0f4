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

    /// <exception cref="MailException">OverQuota.</exception>
    public static void Check(QuotaStatus quota, long size, bool mayUseReserve)
    {
        if (quota.Limit is not { } limit)
            return;
        var room = limit + (mayUseReserve ? Math.Clamp(limit / ReserveShare, ReserveAtLeast, ReserveAtMost) : 0);
        if (quota.Used + size > room)
            throw new MailException(MailError.OverQuota);
    }
}
