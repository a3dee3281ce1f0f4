using Casella.Core.Quota;

namespace Casella.Core.Messages;

/// <summary>A message that an archive or another server brings: one that is here already, or a new one.</summary>
internal readonly record struct TakenMessage(EmailId Email, uint Size, long? SentAt)
{
    /// <param name="known">A message of the account; else <paramref name="fresh"/> is stored.</param>
    /// <returns>Null when the known message has gone for good since.</returns>
    public static TakenMessage? Find(UnitOfWork unit, EmailId? known, PreparedMessage? fresh)
    {
        if (known is { } email)
            return unit.Transaction.Kept(email) is { } kept ? new TakenMessage(email, kept.Size, kept.SentAt) : null;
        var stored = unit.Transaction.InsertMessage(fresh!.RowIn(unit), fresh.Body);
        return new TakenMessage(stored, (uint)fresh.Body.Size, fresh.SentAt);
    }

    /// <summary>Whether the quota has room for it; a message that is in a mailbox already counts no more.</summary>
    /// <exception cref="MailException">OverQuota.</exception>
    public void CheckRoom(UnitOfWork unit)
    {
        if (unit.Transaction.IsPlaced(Email))
            return;
        var account = unit.Transaction.Account;
        QuotaRule.Check(
            new QuotaStatus(account.UsedBytes, account.QuotaLimit, account.UsedMessages) { MessageLimit = unit.Policy.MaxMessages },
            new QuotaDemand(Size, Messages: 1),
            mayUseReserve: false);
    }

    public PlacementFacts Placed(MessageFlags flags, DateTimeOffset receivedAt) =>
        new(flags, Size, receivedAt.ToUnixTimeSeconds(), SentAt);
}
