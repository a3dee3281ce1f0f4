using Casella.Core.Messages;
using Casella.Core.Repairs;

namespace Casella.Core.Storage;

/// <summary>What a check of an account has found, for who would mend it.</summary>
/// <param name="AreRowsSound">The file can be read, and its rows agree with each other.</param>
/// <param name="IsIndexSound">The full-text index has every message that it should.</param>
/// <param name="Bodies">Messages whose content is missing or damaged.</param>
internal sealed record AccountFindings(bool AreRowsSound, bool IsIndexSound, IReadOnlyList<EmailId> Bodies);

/// <param name="SetAside">Name of the damaged file, which is kept beside the new one.</param>
/// <param name="Corrected">Counters and rows that were put right.</param>
/// <param name="Strays">Content that is there and in no folder.</param>
/// <param name="Lost">Messages of which nothing is left but where they were.</param>
internal sealed record MendedAccount(
    MendedFile File, string? SetAside, int Corrected, IReadOnlyList<StrayMessage> Strays, IReadOnlyList<LostPlacement> Lost);

/// <summary>Content that damage has left without a folder.</summary>
/// <param name="IsKnown">Its row is there; else only its bytes are.</param>
/// <param name="Blob">Where it has neither row nor number.</param>
/// <param name="Mailbox">Where it was; null when nobody knows.</param>
internal sealed record StrayMessage(
    EmailId Email, bool IsKnown, string? Blob, MailboxId? Mailbox, MessageFlags Flags, DateTimeOffset? ReceivedAt);

internal sealed record LostPlacement(MailboxId Mailbox, DateTimeOffset ReceivedAt, long Size);
