using Casella.Formats.Addresses;

namespace Casella.Formats.Sieve;

/// <summary>What a run may know besides script and message. Plain facts, and questions that are answered at once.</summary>
public sealed record SieveEnvironment
{
    /// <summary>MAIL FROM; null for the null reverse-path.</summary>
    public EmailAddress? ReversePath { get; init; }

    /// <summary>RCPT TO as it was given.</summary>
    public required EmailAddress Recipient { get; init; }

    /// <summary>The address of the mailbox whose script this is.</summary>
    public required EmailAddress Owner { get; init; }

    /// <summary>One point in time for the whole run (RFC 5260 §5), in any zone.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Where the office is.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;

    /// <summary>Items of the environment test (RFC 5183 §4.1) by name, lower case.</summary>
    public IReadOnlyDictionary<string, string> Items { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The owner's mailboxes.</summary>
    public ISieveMailboxes Mailboxes { get; init; } = NoMailboxes.Instance;

    /// <summary>
    /// The owner's script of this name for "include"; null when there is none. Throws
    /// <see cref="SieveScriptException"/> for one that is wrong.
    /// </summary>
    public Func<string, SieveScript?> FindScript { get; init; } = static _ => null;

    /// <summary>Whether this key of a duplicate test was remembered at an earlier run (RFC 7352 §3).</summary>
    public Func<SieveDuplicate, bool> IsDuplicate { get; init; } = static _ => false;

    /// <summary>Asked now and then: whether the run has had its time, and must end with an error.</summary>
    public Func<bool> TimeIsUp { get; init; } = static () => false;

    /// <summary>How surely the message is spam, 0 to 100; null when nobody has looked (RFC 5235 §3.2).</summary>
    public int? SpamPercent { get; init; }

    /// <summary>RFC 5235 §3.3: 1 no virus, up to 5 surely one; null when nobody has looked.</summary>
    public int? VirusLevel { get; init; }

    /// <summary>
    /// The script runs for what somebody does with a message that is stored (RFC 6785), not for one that comes: there is
    /// no envelope, nobody to answer or to refuse, and "keep" is where the message is.
    /// </summary>
    public bool IsEvent { get; init; }

    /// <summary>What the message has when the script begins; of incoming mail nothing.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>
    /// The members of a list by its name (RFC 6134), in lower case; null when there is no such list.
    /// </summary>
    public Func<string, IReadOnlySet<string>?> FindList { get; init; } = static _ => null;
}

/// <summary>The owner's mailboxes as tests ask for them.</summary>
public interface ISieveMailboxes
{
    /// <summary>Whether mail can be filed there (RFC 5490 §3.1).</summary>
    bool Exists(string name);

    /// <summary>RFC 8579 §3: the use as an attribute ("\Sent").</summary>
    /// <param name="name">A mailbox, or null for any.</param>
    bool HasUse(string? name, string use);

    /// <summary>RFC 9042 §4.</summary>
    bool IdExists(string mailboxId);

    /// <summary>An annotation of a mailbox, or of the account for null (RFC 5490 §3.3, §4.1); null when unset.</summary>
    string? Annotation(string? name, string entry);
}

/// <summary>Of nobody: to check a script without an account.</summary>
public sealed class NoMailboxes : ISieveMailboxes
{
    private NoMailboxes() { }

    public static NoMailboxes Instance { get; } = new();

    public bool Exists(string name) => false;
    public bool HasUse(string? name, string use) => false;
    public bool IdExists(string mailboxId) => false;
    public string? Annotation(string? name, string entry) => null;
}

/// <summary>What a duplicate test looks for and remembers.</summary>
/// <param name="Handle">Separates tests that have nothing to do with each other; empty for those without.</param>
/// <param name="UniqueId">Compared with case.</param>
/// <param name="Seconds">How long it is remembered.</param>
/// <param name="Last">The time begins again whenever it is seen.</param>
public sealed record SieveDuplicate(string Handle, string UniqueId, long Seconds, bool Last);
