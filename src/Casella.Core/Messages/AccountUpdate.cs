using Casella.Core.Annotations;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>What one unit of work changed, for memory to follow after the commit.</summary>
internal sealed class AccountUpdate
{
    private readonly List<PlacementBatch> _placements = [];
    private readonly Dictionary<MailboxId, PlacementBatch> _open = [];

    public ModSeq? ModSeq { get; set; }
    public AccountRow? Account { get; set; }
    /// <summary>Null when it is as before.</summary>
    public MailboxPolicy? Policy { get; set; }
    /// <summary>The policy of read states, when it has changed: then <see cref="ReadStates"/> are all there are now.</summary>
    public SeenMode? SeenMode { get; set; }
    /// <summary>Null when they are common.</summary>
    public ReadStates? ReadStates { get; set; }
    /// <summary>Persons who have begun to have read states of their own.</summary>
    public List<PersonId> Readers { get; } = [];
    public List<SeenPage> SeenPages { get; } = [];
    public bool TreeChanged { get; set; }
    /// <summary>The script that runs, when it is another or has another text.</summary>
    public Filtering.ScriptUpdate? Script { get; set; }
    /// <summary>Which scripts run for events, when that has changed.</summary>
    public Filtering.Events.EventScriptsUpdate? Events { get; set; }
    /// <summary>Null when it is as before.</summary>
    public WorkUpdate? Work { get; set; }
    /// <summary>There is something to tell the members.</summary>
    public bool HasNotice { get; set; }
    public Dictionary<MailboxId, MailboxRow> Mailboxes { get; } = [];
    public List<MailboxId> DeletedMailboxes { get; } = [];
    public List<(string Name, bool Subscribed)> Subscriptions { get; } = [];
    public List<string> NewKeywords { get; } = [];
    public List<AnnotationChange> Annotations { get; } = [];
    /// <summary>In their order as far as one mailbox goes.</summary>
    public IReadOnlyList<PlacementBatch> Placements => _placements;

    public void Add(MailboxId mailbox, PlacementEffect effect, Placement placement)
    {
        if (!_open.TryGetValue(mailbox, out var batch) || batch.Effect != effect)
            Begin(mailbox, batch = new PlacementBatch(mailbox, effect, []));
        batch.Placements.Add(placement);
    }

    /// <summary>Many that have other flags now. The list is kept as it is.</summary>
    public void AddReplaced(MailboxId mailbox, List<Placement> placements)
    {
        _placements.Add(new PlacementBatch(mailbox, PlacementEffect.Replaced, placements));
        _open.Remove(mailbox);
    }

    private void Begin(MailboxId mailbox, PlacementBatch batch)
    {
        _placements.Add(batch);
        _open[mailbox] = batch;
    }
}

/// <summary>What happened to some placements of one mailbox.</summary>
internal sealed record PlacementBatch(MailboxId Mailbox, PlacementEffect Effect, List<Placement> Placements);

/// <param name="EndsAt">When the next work in progress ends, or null.</param>
internal sealed record WorkUpdate(DateTimeOffset? EndsAt);

internal enum PlacementEffect { Added, Replaced, Removed }
