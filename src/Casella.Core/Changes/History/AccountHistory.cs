using Casella.Core.Messages;

namespace Casella.Core.Changes.History;

/// <summary>
/// What has happened in an account, and to a message of it. Got from <see cref="MailAccount.History"/> by whoever may
/// read the account; words are made of it by <see cref="HistoryWords"/> and <see cref="StoryWords"/>.
/// </summary>
public sealed class AccountHistory
{
    private readonly AccountState _state;

    internal AccountHistory(AccountState state) => _state = state;

    /// <summary>The newest entries that are asked for, oldest first.</summary>
    public Task<IReadOnlyList<HistoryEntry>> ReadAsync(HistoryRequest request, CancellationToken cancellationToken) =>
        _state.Store.ReadAsync(_state.Id, reader => new HistoryReading(reader, request).Run(), cancellationToken);

    /// <summary>
    /// The messages that a name stands for: an EMAILID, a Message-ID (several may have it: what was sent and what
    /// arrived), or FOLDER/UID, where it is or has been. Also such as are in no folder any more. None when it is
    /// unknown.
    /// </summary>
    public Task<IReadOnlyList<EmailId>> FindAsync(string name, CancellationToken cancellationToken) =>
        _state.Store.ReadAsync(_state.Id, reader => MessageNames.Find(reader, name), cancellationToken);

    /// <summary>What happened to one message; without events when the log tells of none.</summary>
    public Task<MessageStory> StoryAsync(EmailId message, CancellationToken cancellationToken) =>
        _state.Store.ReadAsync(_state.Id, reader => new StoryReading(reader, message).Run(), cancellationToken);
}
