using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>What one unit of work changed, for memory to follow after the commit.</summary>
internal sealed class AccountUpdate
{
    public ModSeq? ModSeq { get; set; }
    public AccountRow? Account { get; set; }
    /// <summary>Null when it is as before.</summary>
    public MailboxPolicy? Policy { get; set; }
    public List<SeenChange> Seen { get; } = [];
    /// <summary>The policy of read states has changed: <see cref="ReadStates"/> are all there are now.</summary>
    public bool ReadStatesReplaced { get; set; }
    /// <summary>Null when read states are common.</summary>
    public ReadStates? ReadStates { get; set; }
    public bool TreeChanged { get; set; }
    public Dictionary<MailboxId, MailboxRow> Mailboxes { get; } = [];
    public List<MailboxId> DeletedMailboxes { get; } = [];
    public List<(string Name, bool Subscribed)> Subscriptions { get; } = [];
    public List<string> NewKeywords { get; } = [];
    public List<(MailboxId Mailbox, PlacementEffect Effect, Placement Placement)> Placements { get; } = [];
}

internal enum PlacementEffect { Added, Replaced, Removed }
