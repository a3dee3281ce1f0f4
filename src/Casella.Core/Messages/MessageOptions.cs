using System.ComponentModel.DataAnnotations;

namespace Casella.Core.Messages;

/// <summary>Rules of mailboxes that are the same for all accounts. Bound from <c>Mailboxes</c>.</summary>
public sealed record MessageOptions
{
    /// <summary>
    /// Bytes of the largest message that is taken, by SMTP and by APPEND. 50 MB carries what people attach (base64 adds
    /// a third); larger things travel better otherwise.
    /// </summary>
    public long MessageSize { get; init; } = 50L * 1024 * 1024;

    /// <summary>Mailboxes in one account. Far above what people make; below what a runaway client would.</summary>
    public int MailboxesPerAccount { get; init; } = 10_000;

    /// <summary>
    /// How long an expunged message's bytes stay, so that a slow download of another session still ends well.
    /// </summary>
    public TimeSpan ExpungedGrace { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How often Trash and SPAM are emptied of what is too old, and deleted messages of what is kept no longer. Days are
    /// what people count in, so an hour is exact enough.
    /// </summary>
    public TimeSpan TidyEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a delivery is remembered, so that a sender's retry after a lost answer is not doubled. Senders retry
    /// for five days.
    /// </summary>
    public TimeSpan DeliveryMemory { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Time one SEARCH may take before it is refused, so that one account's question never holds the others up.
    /// </summary>
    public TimeSpan SearchTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Octets of one annotation of a mailbox (RFC 5464 §4.1 wants 1024 at least). 64 KB: a program's settings or a set
    /// of rules fit, an attachment does not.
    /// </summary>
    [Range(1_024, 1_048_576)]
    public int AnnotationSize { get; init; } = 64 * 1024;

    /// <summary>
    /// Annotations of one mailbox that are shared, and as many that are one person's own (RFC 5464 §4.1 wants 10 at
    /// least). 100: programs use a handful each.
    /// </summary>
    [Range(10, 10_000)]
    public int AnnotationsPerMailbox { get; init; } = 100;

    /// <summary>
    /// Octets of all annotations of an account, which no quota counts. 8 MB: far above what settings are, too little to
    /// be used as a disk.
    /// </summary>
    public long AnnotationsTotal { get; init; } = 8L * 1024 * 1024;

    /// <summary>Messages whose flags and sizes are kept in memory, over all accounts, at 64 bytes each.</summary>
    public int IndexedMessages { get; init; } = 4_000_000;
}
