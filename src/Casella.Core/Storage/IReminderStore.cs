using Casella.Core.Work;

namespace Casella.Core.Storage;

/// <summary>What is to come back, and when: of all accounts in one place, so that one question a moment finds all that is due.</summary>
internal interface IReminderStore
{
    /// <summary>Adds it, in place of an earlier one of the same kind for the message.</summary>
    Task PutAsync(Reminder reminder, CancellationToken cancellationToken);

    Task<IReadOnlyList<Reminder>> OfAsync(AccountId account, EmailId message, CancellationToken cancellationToken);

    /// <summary>The earliest first.</summary>
    Task<IReadOnlyList<Reminder>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    Task DeleteAsync(Reminder reminder, CancellationToken cancellationToken);
}
