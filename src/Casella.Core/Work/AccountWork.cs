using Casella.Core.Messages;

namespace Casella.Core.Work;

/// <summary>
/// Who works on what, so that two members do not answer the same message. The keywords are the truth, which any program
/// may set; beside them stands who it was. Got from <see cref="MailAccount.Work"/>.
/// </summary>
public sealed class AccountWork
{
    private readonly AccountState _state;

    internal AccountWork(AccountState state) => _state = state;

    /// <summary>The state of a message, over all mailboxes it is in.</summary>
    public Task<WorkState> GetAsync(EmailId message, CancellationToken cancellationToken) => _state.Store.ReadAsync(
        _state.Id,
        reader =>
        {
            var keywords = new KeywordList(reader.Keywords());
            var flags = reader.PlacementsOf(message).Aggregate(MessageFlags.None, (all, at) => all | at.Placement.Flags);
            var rows = reader.WorkOn(message);
            if (Has(WorkKeywords.InProgress))
                return rows.FirstOrDefault(row => row.Draft is not null) is { } work
                    ? new WorkState(WorkStep.InProgress, work.Actor, work.Since, rows.Max(row => row.Until))
                    : new WorkState(WorkStep.InProgress, null, null, null);
            if (!Has(WorkKeywords.Done))
                return WorkState.New;
            var done = rows.FirstOrDefault(row => row.Draft is null);
            return new WorkState(WorkStep.Done, done?.Actor, done?.Since, null);

            bool Has(string keyword) => keywords.IndexOf(keyword) is >= 0 and var number && flags.Has(MessageFlags.Keyword(number));
        },
        cancellationToken);
}
