using System.Globalization;
using System.Resources;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Work;

namespace Casella.Core.Changes.History;

/// <summary>
/// The parts that the sentences of <see cref="HistoryWords"/> and <see cref="StoryWords"/> are made of, from Words.resx
/// (English) and Words.it.resx. Written for the members of a mailbox, who have never heard of flags.
/// </summary>
internal sealed class Sentences(Language language, ActorNames names)
{
    private static readonly ResourceManager Resources = new("Casella.Core.Changes.History.Words", typeof(Sentences).Assembly);

    private readonly CultureInfo _culture = CultureInfo.GetCultureInfo(language is Language.Italian ? "it-IT" : "en-GB");

    public CultureInfo Culture => _culture;
    public ActorNames Names => names;

    public bool Has(string name) => Resources.GetString(name, _culture) is not null;

    public string Of(string name, params object?[] values) =>
        string.Format(_culture, Resources.GetString(name, _culture) ?? throw new MissingManifestResourceException(name), values);

    /// <summary>A text with a form for one and one for several, with | between them.</summary>
    public string Of(string name, int count, params object?[] values)
    {
        var forms = (Resources.GetString(name, _culture) ?? throw new MissingManifestResourceException(name)).Split('|');
        return string.Format(_culture, count == 1 ? forms[0] : forms[^1], values);
    }

    /// <summary>As the beginning of a line.</summary>
    public string Line(string sentence) => sentence.Length == 0 ? "" : char.ToUpper(sentence[0], _culture) + sentence[1..];

    /// <summary>"Anna (Anna's iPhone, IMAP, iOS Mail)", "the server".</summary>
    public string Actor(Actor actor)
    {
        if (actor.Protocol is AccessProtocol.Server)
            return Of("Server");
        if (actor.Protocol is AccessProtocol.CommandLine && actor.Person is null && actor.Device is null)
            return Of("Office");
        var (person, device) = (names.Person(actor), names.Device(actor));
        var isCommon = string.Equals(device ?? actor.Name, MailDirectory.CommonPassword, StringComparison.Ordinal);
        var who = person ?? (isCommon ? Of("CommonPassword") : device ?? actor.Name);
        var details = string.Join(", ", new[] { person is null ? null : device, Protocol(actor.Protocol), actor.Client }.OfType<string>());
        return details.Length == 0 ? who : $"{who} ({details})";
    }

    public string Protocol(AccessProtocol protocol) => protocol switch
    {
        AccessProtocol.Server => Of("Server"),
        AccessProtocol.Imap => "IMAP",
        AccessProtocol.Pop3 => "POP3",
        AccessProtocol.Smtp or AccessProtocol.Submission => "SMTP",
        AccessProtocol.Web => "webmail",
        AccessProtocol.Jmap => "JMAP",
        AccessProtocol.ManageSieve => "ManageSieve",
        AccessProtocol.CommandLine => Of("CommandLine"),
    };

    /// <param name="name">Null for one that the log no longer tells of.</param>
    public string Folder(string? name) => name is null ? Of("LostFolder")
        : string.Equals(name, MailboxName.Inbox.Value, StringComparison.Ordinal) ? Of("Inbox")
        : name;

    /// <summary>"3 messages", or the subject of the only one.</summary>
    public string Messages(int count, string? subject) => count == 1 && subject is { Length: > 0 }
        ? Of("Subject", subject)
        : Of("Messages", count, count);

    public string And(IReadOnlyList<string> parts) => parts.Count < 2
        ? string.Concat(parts)
        : Of("And", string.Join(", ", parts.SkipLast(1)), parts[^1]);

    /// <summary>"read", "no longer flagged": what messages are marked as. Labels of the members' own are not among them.</summary>
    /// <param name="count">Messages.</param>
    public IReadOnlyList<string> Marks(FlagNames set, FlagNames cleared, int count) =>
    [
        .. Known(set).Select(mark => Of($"Mark{mark}", count)),
        .. Known(cleared).Select(mark => Of($"Unmark{mark}", count)),
    ];

    /// <summary>The keywords that are labels: without those that have words of their own.</summary>
    public static IReadOnlyList<string> Labels(FlagNames flags) =>
        [.. flags.Keywords.Where(keyword => MarkOf(keyword) is null && !IsWorkLabel(keyword, flags))];

    private static IEnumerable<string> Known(FlagNames flags)
    {
        foreach (var (flag, mark) in SystemMarks)
            if (flags.System.Has(flag))
                yield return mark;
        foreach (var keyword in flags.Keywords)
            if (MarkOf(keyword) is { } mark)
                yield return mark;
    }

    private static readonly (MessageFlags Flag, string Mark)[] SystemMarks =
    [
        (MessageFlags.Seen, "Read"), (MessageFlags.Flagged, "Flagged"), (MessageFlags.Answered, "Answered"),
        (MessageFlags.Deleted, "Deleted"), (MessageFlags.Draft, "Draft"),
    ];

    private static string? MarkOf(string keyword) => keyword.ToLowerInvariant() switch
    {
        "$forwarded" => "Forwarded",
        "$inprogress" => "InProgress",
        "$done" => "Done",
        "$junk" or "junk" => "Junk",
        "$notjunk" or "notjunk" or "nonjunk" => "NotJunk",
        "$mdnsent" => "ReceiptSent",
        _ => null,
    };

    /// <summary>The label that only shows the state in progress to ordinary programs.</summary>
    private static bool IsWorkLabel(string keyword, FlagNames flags) =>
        string.Equals(keyword, WorkKeywords.Label, StringComparison.OrdinalIgnoreCase)
        && flags.Keywords.Contains(WorkKeywords.InProgress, StringComparer.OrdinalIgnoreCase);
}
