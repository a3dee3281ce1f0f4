using Casella.Core.Messages;
using Casella.Core.Policies;

namespace Casella.Core.Maildrops;

/// <summary>
/// INBOX as one device sees it, at one moment: without what the device has hidden and without what is older than its
/// start. In the order of the UIDs; never changes.
/// </summary>
public sealed class MaildropView
{
    private readonly MailboxSnapshot _inbox;
    private readonly (int Position, int Copy)[] _messages;

    /// <param name="messages">Positions in INBOX. The snapshot is shared by all sessions, so a view of a large INBOX is
    /// small.</param>
    internal MaildropView(MailboxSnapshot inbox, (int Position, int Copy)[] messages) => (_inbox, _messages) = (inbox, messages);

    public MailboxId Inbox => _inbox.Mailbox;
    public int Count => _messages.Length;
    public MaildropMessage this[int index] => new(_inbox[_messages[index].Position], _messages[index].Copy);
}

/// <summary>A message in a device's view.</summary>
/// <param name="Copy">Of several placements of the same message in INBOX (made by COPY), which one this is, from
/// 1.</param>
public readonly record struct MaildropMessage(Placement Placement, int Copy);

/// <summary>What the end of a session did with the messages that were marked.</summary>
/// <param name="Deletion">The rule that was applied.</param>
/// <param name="Count">Messages it was applied to; what others have moved or expunged meanwhile does not count.</param>
public sealed record MaildropUpdate(Pop3Deletion Deletion, int Count);
