using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Web.Desk;

/// <summary>The messages of the conversation that is being read, over all folders, the oldest first.</summary>
/// <param name="Row">The row of the list by which it was opened.</param>
internal sealed record OpenConversation(MailKey Row, IReadOnlyList<ConversationEntry> Messages)
{
    /// <summary>What is to be read first: the oldest that is unread, else the newest.</summary>
    public MailKey First => (Messages.FirstOrDefault(one => !one.Placement.Flags.Has(MessageFlags.Seen)) ?? Messages[^1]).Key;

    /// <summary>Null when the conversation is one message.</summary>
    public static async Task<OpenConversation?> LoadAsync(Box box, ThreadId thread, MailKey row, CancellationToken cancellationToken)
    {
        var members = (await box.Account.Conversations.MembersAsync([thread], cancellationToken))[thread];
        if (members.Count < 2)
            return null;
        var lines = new Dictionary<EmailId, MailLine>();
        const MessageNeeds Needs = MessageNeeds.Envelope | MessageNeeds.Preview | MessageNeeds.Facts;
        await foreach (var data in box.Account.ReadAsync([.. members.Select(one => one.Placement)], Needs, cancellationToken))
            lines[data.Placement.Email] = MailLine.Of(data);
        var entries = members.Where(one => lines.ContainsKey(one.Placement.Email))
            .Select(one => new ConversationEntry(new MailKey(one.Mailbox, one.Placement.Uid), one.Placement, lines[one.Placement.Email])).ToList();
        return entries.Count < 2 ? null : new OpenConversation(row, entries);
    }
}

internal sealed record ConversationEntry(MailKey Key, Placement Placement, MailLine Line);
