using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Sieve;

namespace Casella.Core.Filtering.Events;

/// <summary>An event as its script sees it (RFC 6785 §4).</summary>
internal static class EventFacts
{
    /// <summary>Beside what every script is told; at a delivery there are none of them (§4.2).</summary>
    public static readonly string[] Names = ["imap.user", "imap.email", "imap.cause", "imap.mailbox", "imap.changedflags"];

    /// <param name="login">What the actor signs in with.</param>
    /// <param name="flags">Of the message, as they are now.</param>
    public static SieveEnvironment Environment(MailboxEvent happened, MailboxInfo mailbox, EmailAddress owner, string login, (KeywordList Keywords, MessageFlags Now) flags) => new()
    {
        Owner = owner,
        Recipient = owner,
        Now = default,
        IsEvent = true,
        Flags = Words(flags.Keywords, Seen(happened, flags.Now)),
        Items = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["location"] = "MS",
            ["phase"] = "post",
            ["imap.user"] = login,
            ["imap.email"] = owner.ToString(),
            ["imap.cause"] = happened.Cause switch { EventCause.Append => "APPEND", EventCause.Copy => "COPY", EventCause.Flag => "FLAG" },
            ["imap.mailbox"] = mailbox.Name.Value,
            ["imap.changedflags"] = string.Join(' ', Words(flags.Keywords, happened.Changed)),
        },
    };

    /// <summary>IMAP's names.</summary>
    public static IReadOnlyList<string> Words(KeywordList keywords, MessageFlags flags)
    {
        var names = keywords.NamesOf(flags);
        var words = new List<string>();
        foreach (var (flag, word) in System)
            if (names.System.Has(flag))
                words.Add(word);
        return [.. words, .. names.Keywords];
    }

    private static readonly (MessageFlags Flag, string Word)[] System =
    [
        (MessageFlags.Seen, "\\Seen"), (MessageFlags.Answered, "\\Answered"), (MessageFlags.Flagged, "\\Flagged"),
        (MessageFlags.Deleted, "\\Deleted"), (MessageFlags.Draft, "\\Draft"),
    ];

    private static MessageFlags Seen(MailboxEvent happened, MessageFlags flags) =>
        happened.IsSeen is { } isSeen ? (isSeen ? flags | MessageFlags.Seen : flags.Without(MessageFlags.Seen)) : flags;
}
