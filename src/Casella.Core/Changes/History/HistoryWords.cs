using System.Globalization;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Changes.History;

/// <summary>
/// An entry of the history as a sentence: "Anna (Anna's iPhone, IMAP, iOS Mail) moved 3 messages from INBOX to Archive".
/// Every <see cref="ChangeKind"/> has one of its name in Words.resx and Words.it.resx, with {0} who, {1} the messages,
/// {2} and {3} the folders; where the log has a text instead, its lines are {2} and on.
/// </summary>
public sealed class HistoryWords
{
    private readonly Sentences _words;

    public HistoryWords(Language language, ActorNames names) => _words = new Sentences(language, names);

    public string Of(HistoryEntry entry) => _words.Line(entry.Kind switch
    {
        ChangeKind.FlagsChanged => Flags(entry),
        ChangeKind.SeenByPerson when entry.Cleared.System.Has(MessageFlags.Seen) => Plain(entry, "SeenByPersonCleared"),
        ChangeKind.Added when entry.Actor.Protocol is AccessProtocol.Submission => Plain(entry, "AddedSent"),
        ChangeKind.Delivered => Delivered(entry),
        ChangeKind.QuotaChanged => Quota(entry),
        ChangeKind.MembersChanged => Members(entry),
        ChangeKind.Undone => Undone(entry),
        ChangeKind.BrakeWarned => Brake(entry),
        ChangeKind.AnnotationsChanged => Annotations(entry),
        ChangeKind.SpamListChanged => SenderList(entry),
        ChangeKind.OfficeVisited => _words.Of("OfficeVisited", Who(entry), entry.Text.ElementAtOrDefault(0)),
        var kind when _words.Has(kind.ToString()) => Plain(entry, kind.ToString()),
        _ => Plain(entry, "Unknown"),
    });

    private string Who(HistoryEntry entry) => _words.Actor(entry.Actor);

    private string Messages(HistoryEntry entry) => _words.Messages(entry.Messages, entry.Subject);

    private string Plain(HistoryEntry entry, string name) => entry.Text.Count > 0
        ? _words.Of(name, [Who(entry), Messages(entry), .. FourLines(entry)])
        : _words.Of(name, Who(entry), Messages(entry), _words.Folder(entry.Folder), _words.Folder(entry.OtherFolder));

    /// <summary>Names of folders, or of a setting with its values.</summary>
    private IEnumerable<object?> FourLines(HistoryEntry entry) =>
        entry.Text.Concat(["", "", "", ""]).Take(4).Select(line => entry.Kind is ChangeKind.PolicyChanged ? line : _words.Folder(line));

    private string Flags(HistoryEntry entry)
    {
        var (what, folder) = (Messages(entry), _words.Folder(entry.Folder));
        var clauses = new List<string>();
        if (_words.Marks(entry.Set, entry.Cleared, entry.Messages) is { Count: > 0 } marks)
            clauses.Add(_words.Of("FlagsChanged", what, folder, _words.And(marks)));
        clauses.AddRange(Sentences.Labels(entry.Set).Select(label => _words.Of("Labelled", what, folder, label)));
        clauses.AddRange(Sentences.Labels(entry.Cleared).Select(label => _words.Of("Unlabelled", what, folder, label)));
        return $"{Who(entry)} {_words.And(clauses)}";
    }

    private string Delivered(HistoryEntry entry) => entry is { Messages: 1, Sender.Length: > 0 }
        ? _words.Of("DeliveredFrom", Messages(entry), _words.Folder(entry.Folder), entry.Sender)
        : _words.Of("Delivered", entry.Messages, Messages(entry), _words.Folder(entry.Folder));

    private string Quota(HistoryEntry entry) => entry.Text is [var limit] && long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        ? _words.Of("QuotaChanged", Who(entry), (bytes / (double)(1L << 20)).ToString("#,0.#", _words.Culture))
        : _words.Of("QuotaRemoved", Who(entry));

    private string Members(HistoryEntry entry)
    {
        var (person, before, after) = entry.Text is [var name, var had, var has] ? (name, Rights(had), Rights(has)) : ("", "", "");
        return before.Length == 0 ? _words.Of("MemberAdded", Who(entry), person, after)
            : after.Length == 0 ? _words.Of("MemberRemoved", Who(entry), person)
            : _words.Of("MembersChanged", Who(entry), person, before, after);
    }

    /// <summary>Rights in the reader's words; empty for none.</summary>
    private string Rights(string text) => _words.And([.. text.Split(',').Where(right => _words.Has($"Right{right}")).Select(right => _words.Of($"Right{right}"))]);

    /// <summary>Whose changes, since when, how many were put back, how many left: "device 3\n…\n2\n1".</summary>
    private string Undone(HistoryEntry entry) => entry.Text is [var what, _, var restored, var left, ..]
        ? _words.Of("Undone", Who(entry), Whose(what.Split(' ')), restored, left)
        : _words.Of("UndoneSomething", Who(entry));

    /// <param name="pairs">"change", "device" or "person", each with a number behind it.</param>
    private string Whose(string[] pairs)
    {
        foreach (var pair in pairs.Chunk(2).Where(pair => pair.Length == 2).Reverse())
            if (long.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                return pair[0] switch
                {
                    "device" => _words.Of("UndoneOf", _words.Names.Device(new DeviceId(id)) ?? pair[1]),
                    "person" => _words.Of("UndoneOf", _words.Names.Person(new PersonId(id)) ?? pair[1]),
                    _ => _words.Of("UndoneChange", pair[1]),
                };
        return _words.Of("UndoneMessages");
    }

    private string Annotations(HistoryEntry entry) => entry.Folder is { } folder
        ? _words.Of("AnnotationsChanged", Who(entry), _words.Folder(folder), _words.And(entry.Text))
        : _words.Of("AnnotationsOfAll", Who(entry), _words.And(entry.Text));

    /// <summary>"entry\nbefore\nafter".</summary>
    private string SenderList(HistoryEntry entry) => _words.Of(
        entry.Text.ElementAtOrDefault(2) switch { "allow" => "SenderAllowed", "deny" => "SenderDenied", _ => "SenderUnlisted" },
        Who(entry), entry.Text.ElementAtOrDefault(0));

    private string Brake(HistoryEntry entry) =>
        _words.Of("BrakeWarned", [Who(entry), _words.Folder(entry.Folder), .. entry.Text.Concat(["", ""]).Take(2)]);
}
