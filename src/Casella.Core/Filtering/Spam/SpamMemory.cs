using Casella.Core.Storage;

namespace Casella.Core.Filtering.Spam;

/// <summary>What is known of a message before it is judged: asked of the mailbox's own file, and of its domain's.</summary>
internal sealed class SpamMemory(IMailStore mail, ISpamStore house)
{
    public Task<SpamKnowledge> OfMailboxAsync(AccountId account, SpamQuestion question, CancellationToken cancellationToken) =>
        mail.ReadAsync(account, reader => reader.SpamKnowledge(question), cancellationToken);

    public Task<SpamKnowledge> OfDomainAsync(string domain, SpamQuestion question, CancellationToken cancellationToken) =>
        house.KnowledgeAsync(domain, question, cancellationToken);
}
