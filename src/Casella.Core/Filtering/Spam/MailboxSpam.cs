using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.SpamReports;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// The mailbox's list of senders, what it has learnt, and why a message was judged as it was. Got from
/// <see cref="MailAccount.Spam"/>.
/// </summary>
public sealed class MailboxSpam
{
    private readonly AccountState _state;
    private readonly Actor _actor;

    internal MailboxSpam(AccountState state, Actor actor) => (_state, _actor) = (state, actor);

    /// <summary>By name.</summary>
    public Task<IReadOnlyList<SenderEntry>> ListAsync(CancellationToken cancellationToken) => _state.Store.WriteAsync<IReadOnlyList<SenderEntry>>(
        _state.Id, transaction => [.. transaction.Spam.Listed().Select(SenderList.View)], null, cancellationToken);

    /// <summary>Puts a sender on the list, or takes him off it; in the change log, and can be undone.</summary>
    /// <param name="sender">An address or a domain.</param>
    /// <param name="isAllowed">Null takes him off.</param>
    /// <returns>False when it was so already.</returns>
    /// <exception cref="DirectoryRuleException">Neither an address nor a domain; the list is full.</exception>
    /// <exception cref="MailException">NoPermission.</exception>
    public Task<bool> SetAsync(string sender, bool? isAllowed, CancellationToken cancellationToken)
    {
        var entry = SenderList.Entry(sender);
        return _state.WriteAsync(_actor, unit => SenderListChanges.Set(unit, entry, SenderList.Class(isAllowed)), cancellationToken);
    }

    public Task<SpamStatistics> StatisticsAsync(CancellationToken cancellationToken) =>
        _state.Store.WriteAsync(_state.Id, transaction => transaction.Spam.Statistics(), null, cancellationToken);

    /// <summary>What the filter has said of a message when it came; null when it was not asked.</summary>
    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    public async Task<SpamOpinion?> WhyAsync(EmailId message, CancellationToken cancellationToken)
    {
        await using var content = await _state.Store.OpenAsync(_state.Id, message, cancellationToken);
        var header = await content.ReadAsync(0, Math.Min(content.HeaderSize, MessageClues.OctetsAtMost), cancellationToken);
        var learned = await _state.Store.WriteAsync(_state.Id, transaction => transaction.Spam.ClassOf(message), null, cancellationToken);
        return SpamFields.Read(header) is { } status
            ? new SpamOpinion(status.IsSpam, status.Score, status.Required, SpamWords.Reasons(status), learned is null ? null : learned is SpamClass.Spam)
            : null;
    }
}

/// <summary>What was said of a message.</summary>
/// <param name="Required">From which score on it is marked.</param>
/// <param name="CountsAsSpam">What the mailbox has learnt it as; null while nothing.</param>
public sealed record SpamOpinion(bool IsSpam, double Score, double Required, IReadOnlyList<SpamReason> Reasons, bool? CountsAsSpam);
