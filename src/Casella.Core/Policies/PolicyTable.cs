using System.Globalization;

namespace Casella.Core.Policies;

/// <summary>
/// Every policy by its name, with its values as people write them. The one place that turns settings into a
/// <see cref="MailboxPolicy"/> and back.
/// </summary>
public static class PolicyTable
{
    /// <summary>Longer is a mistake in the unit.</summary>
    private const int MaxDays = 3_650;

    /// <summary>More than a mailbox's UIDs and memory are made for.</summary>
    private const int MaxMessages = 10_000_000;

    /// <summary>Characters of a text: two screens of a phone; more nobody reads.</summary>
    private const int MaxText = 2_000;

    public static IReadOnlyList<PolicyRow> Rows { get; } =
    [
        Choice("pop3-delete", "what a POP3 program deletes", policy => policy.Pop3Deletion, (policy, value) => policy with { Pop3Deletion = value },
            ("hide", Pop3Deletion.Hide), ("trash", Pop3Deletion.Trash), ("delete", Pop3Deletion.Delete)),
        Days("pop3-start", "days a new POP3 device begins with", "all", policy => policy.Pop3StartDays, (policy, value) => policy with { Pop3StartDays = value }),
        Switch("pop3-seen", "a POP3 download marks as read", policy => policy.Pop3MarksSeen, (policy, value) => policy with { Pop3MarksSeen = value }),
        Choice("seen", "whose reading marks as read", policy => policy.Seen, (policy, value) => policy with { Seen = value },
            ("common", SeenMode.Common), ("person", SeenMode.Person)),
        Switch("sent-copy", "the server files what is sent", policy => policy.FilesSent, (policy, value) => policy with { FilesSent = value }),
        Choice("sender", "Sender field of what a person sends", policy => policy.Sender, (policy, value) => policy with { Sender = value },
            ("none", SenderField.None), ("person", SenderField.Person)),
        Switch("done-on-answer", "an answer sets the work state to done", policy => policy.DoneOnAnswer, (policy, value) => policy with { DoneOnAnswer = value }),
        Days("keep-deleted", "days deleted messages can be brought back", null, policy => policy.KeepDeletedDays,
            (policy, value) => policy with { KeepDeletedDays = value!.Value }),
        Days("trash", "days messages stay in Trash", "never", policy => policy.TrashDays, (policy, value) => policy with { TrashDays = value }),
        Days("spam", "days messages stay in SPAM", "never", policy => policy.SpamDays, (policy, value) => policy with { SpamDays = value }),
        Number("brake", "percent deleted at once that members are told of", "off", 1, 100, policy => policy.BrakePercent,
            (policy, value) => policy with { BrakePercent = value }),
        Text("answer", "what is answered by itself to who writes", "off", policy => policy.Answer, (policy, value) => policy with { Answer = value }),
        Date("answer-from", "first day of that answer", "now", policy => policy.AnswerFrom, (policy, value) => policy with { AnswerFrom = value }),
        Date("answer-until", "last day of that answer", "never", policy => policy.AnswerUntil, (policy, value) => policy with { AnswerUntil = value }),
        Choice("language", "language of the server's words", policy => policy.Language, (policy, value) => policy with { Language = value },
            ("it", Language.Italian), ("en", Language.English)),
        Number("max-messages", "most messages in the mailbox", "none", 1, MaxMessages, policy => policy.MaxMessages,
            (policy, value) => policy with { MaxMessages = value }),
        Switch("managers-set-quota", "managers may set the limits by a program", policy => policy.ManagersSetQuota,
            (policy, value) => policy with { ManagersSetQuota = value }),
        Text("hide-capabilities", "IMAP capabilities its programs are not told of", "none", policy => policy.HiddenCapabilities,
            (policy, value) => policy with { HiddenCapabilities = value }),
    ];

    public static PolicyRow? Find(string name) => Rows.FirstOrDefault(row => string.Equals(row.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The policy that settings describe. A setting that this program does not understand is one of a newer one: the
    /// default holds.
    /// </summary>
    internal static MailboxPolicy Read(IReadOnlyDictionary<string, string> settings)
    {
        var policy = MailboxPolicy.Default;
        foreach (var row in Rows)
            if (settings.TryGetValue(row.Name, out var value) && row.TrySet(policy, value) is { } set)
                policy = set;
        return policy;
    }

    private static PolicyRow Switch(string name, string words, Func<MailboxPolicy, bool> get, Func<MailboxPolicy, bool, MailboxPolicy> set) =>
        Choice(name, words, get, set, ("on", true), ("off", false));

    private static PolicyRow Choice<T>(
        string name, string words, Func<MailboxPolicy, T> get, Func<MailboxPolicy, T, MailboxPolicy> set, params (string Text, T Value)[] choices) => new(
        name, words, string.Join('|', choices.Select(choice => choice.Text)),
        policy => choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, get(policy))).Text,
        (policy, text) =>
        {
            foreach (var choice in choices)
                if (string.Equals(choice.Text, text, StringComparison.OrdinalIgnoreCase))
                    return set(policy, choice.Value);
            return null;
        });

    /// <summary>A text of several lines is one line here, with \n between them: as it is typed, stored and logged.</summary>
    private static PolicyRow Text(
        string name, string words, string without, Func<MailboxPolicy, string?> get, Func<MailboxPolicy, string?, MailboxPolicy> set) => new(
        name, words, $"a text, \\n for a new line|{without}",
        policy => get(policy)?.Replace("\n", "\\n", StringComparison.Ordinal) ?? without,
        (policy, text) =>
        {
            if (string.IsNullOrWhiteSpace(text) || string.Equals(text, without, StringComparison.OrdinalIgnoreCase))
                return set(policy, null);
            var lines = text.Replace("\\n", "\n", StringComparison.Ordinal).ReplaceLineEndings("\n").Trim();
            return lines.Length <= MaxText && !lines.Any(c => char.IsControl(c) && c is not '\n') ? set(policy, lines) : null;
        });

    private static PolicyRow Date(
        string name, string words, string without, Func<MailboxPolicy, DateOnly?> get, Func<MailboxPolicy, DateOnly?, MailboxPolicy> set) => new(
        name, words, $"YYYY-MM-DD|{without}",
        policy => get(policy)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? without,
        (policy, text) =>
        {
            if (string.Equals(text, without, StringComparison.OrdinalIgnoreCase))
                return set(policy, null);
            return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? set(policy, day) : null;
        });

    private static PolicyRow Days(
        string name, string words, string? without, Func<MailboxPolicy, int?> get, Func<MailboxPolicy, int?, MailboxPolicy> set) =>
        Number(name, words, without, 1, MaxDays, get, set);

    /// <param name="without">The word for no number at all; null when there must be one.</param>
    private static PolicyRow Number(
        string name, string words, string? without, int min, int max, Func<MailboxPolicy, int?> get, Func<MailboxPolicy, int?, MailboxPolicy> set) => new(
        name, words, $"{min}…{max}{(without is null ? "" : $"|{without}")}",
        policy => get(policy)?.ToString(CultureInfo.InvariantCulture) ?? without!,
        (policy, text) =>
        {
            if (without is not null && string.Equals(text, without, StringComparison.OrdinalIgnoreCase))
                return set(policy, null);
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                ? set(policy, number)
                : null;
        });
}

/// <summary>One policy.</summary>
/// <param name="Name">As settings and the command line have it.</param>
/// <param name="Words">What it decides.</param>
/// <param name="Values">What may be set, for people: "hide|trash|delete".</param>
/// <param name="Get">The present value as text.</param>
/// <param name="TrySet">The policy with another value, or null for a text that is none of the values.</param>
public sealed record PolicyRow(
    string Name, string Words, string Values, Func<MailboxPolicy, string> Get, Func<MailboxPolicy, string, MailboxPolicy?> TrySet);
