using Casella.Core.Messages;
using Casella.Core.Policies;

namespace Casella.Core.Maildrops;

/// <summary>
/// INBOX as one device sees it, at one moment: without what the device has hidden and without what is older than its
/// start. In the order of the UIDs; never changes.
/// </summary>
public sealed record MaildropView(MailboxId Inbox, IReadOnlyList<MaildropMessage> Messages);

/// <summary>A message in a device's view.</summary>
/// <param name="Copy">Of several placements of the same message in INBOX (made by COPY), which one this is, from
/// 1.</param>
public readonly record struct MaildropMessage(Placement Placement, int Copy);

/// <summary>What the end of a session did with the messages that were marked.</summary>
/// <param name="Deletion">The rule that was applied.</param>
/// <param name="Count">Messages it was applied to; what others have moved or expunged meanwhile does not count.</param>
public sealed record MaildropUpdate(Pop3Deletion Deletion, int Count);
