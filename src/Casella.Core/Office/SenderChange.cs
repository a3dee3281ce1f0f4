using System.Globalization;

namespace Casella.Core.Office;

/// <summary>
/// A change of a list of senders as the journal has it, "gino@example.org=deny was=none": with what was before, so that it
/// can be taken back; a domain has no change log that would know.
/// </summary>
/// <param name="Entry">An address, or a domain for all of it.</param>
/// <param name="IsAllowed">Null: on the list no more.</param>
public sealed record SenderChange(string Entry, bool? IsAllowed, bool? Was)
{
    private const string WasWord = " was=";
    private const string UndoesWord = " undoes=";

    /// <summary>Null for what cannot be taken back: another act, one that failed or changed nothing, one of an older program.</summary>
    public static SenderChange? Of(JournalEntry entry)
    {
        if (entry.Outcome is not JournalOutcome.Done || !string.Equals(entry.Act, OfficeTable.Row(OfficeAct.SetSender).Name, StringComparison.Ordinal))
            return null;
        // From its end: a local part may be anything.
        var undoes = entry.Detail.LastIndexOf(UndoesWord, StringComparison.Ordinal);
        var text = undoes < 0 ? entry.Detail : entry.Detail[..undoes];
        var was = text.LastIndexOf(WasWord, StringComparison.Ordinal);
        var equals = was < 0 ? -1 : text.LastIndexOf('=', was - 1);
        if (equals <= 0)
            return null;
        var change = new SenderChange(text[..equals], Value(text[(equals + 1)..was]), Value(text[(was + WasWord.Length)..]));
        return change.IsAllowed == change.Was ? null : change;
    }

    /// <param name="undoes">The entry of the journal that is taken back; null when none is.</param>
    internal string Detail(long? undoes = null) =>
        $"{Entry}={Word(IsAllowed)}{WasWord}{Word(Was)}{(undoes is { } entry ? UndoesWord + entry.ToString(CultureInfo.InvariantCulture) : "")}";

    internal SenderChange Back() => new(Entry, Was, IsAllowed);

    private static string Word(bool? isAllowed) => isAllowed switch { true => "allow", false => "deny", null => "none" };

    private static bool? Value(string word) => word switch { "allow" => true, "deny" => false, _ => null };
}
