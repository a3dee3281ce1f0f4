using System.Text;
using Casella.Core.Annotations;
using Casella.Core.Storage;

namespace Casella.Core.Filtering.Events;

/// <summary>
/// Which script runs for what is done in which mailbox (RFC 6785 §2.3.1): the annotation of the mailbox says it, and
/// where it has none that of the account as a whole. In memory with the account.
/// </summary>
internal sealed class EventScripts
{
    /// <summary>In small letters, as annotations are kept.</summary>
    public const string Entry = "/shared/imapsieve/script";

    /// <summary>The setting of an account in which <see cref="EventPosition"/> is kept.</summary>
    public const string PositionSetting = "events.position";

    private readonly Dictionary<MailboxId, string> _ofMailboxes;
    private readonly string? _ofAll;

    private EventScripts(Dictionary<MailboxId, string> ofMailboxes, string? ofAll) => (_ofMailboxes, _ofAll) = (ofMailboxes, ofAll);

    public static bool IsNamedBy(AnnotationEntry entry) => string.Equals(entry.Path, Entry, StringComparison.Ordinal);

    /// <summary>Null when no script runs anywhere: nearly always.</summary>
    public static EventScripts? Read(IMailReader reader)
    {
        var (ofMailboxes, ofAll) = (new Dictionary<MailboxId, string>(), default(string));
        foreach (var (mailbox, value) in reader.AnnotationsNamed(Entry))
        {
            var name = Encoding.UTF8.GetString(value.Span);
            if (mailbox is { } id)
                ofMailboxes[id] = name;
            else
                ofAll = name;
        }

        return ofAll is { Length: > 0 } || ofMailboxes.Values.Any(name => name.Length > 0) ? new EventScripts(ofMailboxes, ofAll) : null;
    }

    /// <summary>The script's name; null where none runs. An empty one of the mailbox is none, whatever the account says.</summary>
    public string? For(MailboxId mailbox) => _ofMailboxes.GetValueOrDefault(mailbox, _ofAll ?? "") is { Length: > 0 } name ? name : null;
}

/// <param name="Scripts">Null for none any more.</param>
internal sealed record EventScriptsUpdate(EventScripts? Scripts);
