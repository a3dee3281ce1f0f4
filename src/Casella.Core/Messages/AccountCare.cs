using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Notices;
using Casella.Core.Quota;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Messages;

/// <summary>
/// What the server does for an account unasked: says when it will be full, warns devices, finds and merges doubled
/// folders, delivers its notices. Got from <see cref="MailAccount.Care"/>.
/// </summary>
public sealed class AccountCare
{
    /// <summary>RFC 3834 §2: one answer to one sender in so long.</summary>
    internal static readonly TimeSpan AnswersAgainAfter = TimeSpan.FromDays(7);

    private readonly AccountState _state;
    private readonly Actor _actor;
    private readonly MessageAppend _append;

    internal AccountCare(AccountState state, Actor actor, MessageAppend append) => (_state, _actor, _append) = (state, actor, append);

    // ---- quota

    /// <summary>Days until the account is full, as things go; null when it does not grow or nobody can say.</summary>
    public Task<int?> ForecastAsync(CancellationToken cancellationToken) => _state.Store.WriteAsync(
        _state.Id, transaction => QuotaForecast.DaysLeft(transaction, _state.Time.GetUtcNow()), null, cancellationToken);

    /// <summary>
    /// The alert that is due for the acting device, and from now on is not for a day; null when there is none. Below 80
    /// percent it is answered from memory.
    /// </summary>
    public async Task<QuotaAlert?> TakeAlertAsync(CancellationToken cancellationToken)
    {
        if (QuotaWarnings.StepOf(_state.Quota) == 0)
            return null;
        var now = _state.Time.GetUtcNow();
        return await _state.Store.WriteAsync(
            _state.Id,
            transaction =>
            {
                if (transaction.Care.LastAlert(_actor.Identity) is { } last && now - last < QuotaAlert.Every)
                    return null;
                transaction.Care.SetAlertLazily(_actor.Identity, now);
                var account = transaction.Account;
                return account.QuotaLimit is > 0 and var limit
                    ? new QuotaAlert((int)(100 * account.UsedBytes / limit), QuotaForecast.DaysLeft(transaction, now), _state.Policy.Language)
                    : null;
            },
            null,
            cancellationToken);
    }

    // ---- folders

    /// <summary>Folders that a program has made although the account has one for the purpose, from memory.</summary>
    public IReadOnlyList<DoubledFolder> DoubledFolders => FolderHealer.Find(_state.Tree);

    /// <summary>Merges the doubled folders into those of their special use, in one transaction.</summary>
    public Task<IReadOnlyList<DoubledFolder>> HealAsync(CancellationToken cancellationToken) =>
        _state.WriteAsync(_actor, FolderHealer.Heal, cancellationToken);

    // ---- notices and answers

    internal Task<IReadOnlyList<NoticeRow>> PendingNoticesAsync(CancellationToken cancellationToken) =>
        _state.Store.WriteAsync(_state.Id, transaction => transaction.Care.PendingNotices(), null, cancellationToken);

    internal Task<bool> DeliverNoticeAsync(StagedMessage message, long notice, CancellationToken cancellationToken) =>
        _append.DeliverNoticeAsync(message, notice, cancellationToken);

    /// <summary>Something to tell the members that no change of the account has caused.</summary>
    internal Task TellAsync<T>(NoticeKind kind, T facts, CancellationToken cancellationToken) => _state.WriteAsync(
        _actor,
        unit =>
        {
            unit.AddNotice(kind, facts);
            return true;
        },
        cancellationToken);

    /// <summary>True when this sender may have an automatic answer now; from now on not for a week.</summary>
    internal Task<bool> TakeAnswerAsync(EmailAddress sender, CancellationToken cancellationToken)
    {
        var now = _state.Time.GetUtcNow();
        return _state.Store.WriteAsync(
            _state.Id,
            transaction =>
            {
                if (transaction.Care.LastAnswer(sender.ToString()) is { } last && now - last < AnswersAgainAfter)
                    return false;
                transaction.Care.SetAnswered(sender.ToString(), now);
                return true;
            },
            null,
            cancellationToken);
    }
}
