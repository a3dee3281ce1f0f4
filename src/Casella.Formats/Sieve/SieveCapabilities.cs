namespace Casella.Formats.Sieve;

/// <summary>What "require" may name (RFC 5228 §6.1), in the order ManageSieve tells it.</summary>
public static class SieveCapabilities
{
    public static IReadOnlyList<string> All { get; } =
    [
        "fileinto", "envelope", "encoded-character", "copy", "variables", "relational", "subaddress",
        "comparator-i;ascii-numeric", "comparator-i;unicode-casemap", "date", "index", "body", "imap4flags",
        "mailbox", "special-use", "mailboxid", "vacation", "vacation-seconds", "reject", "ereject", "duplicate", "environment", "ihave",
        "include", "regex", "fcc", "enotify", "editheader", "extlists", "mime", "foreverypart", "extracttext", "replace", "enclose", "mboxmetadata", "servermetadata",
        "spamtest", "spamtestplus", "virustest", "imapsieve",
    ];

    /// <summary>URI schemes that "notify" takes (RFC 5435 §3.2).</summary>
    public static IReadOnlyList<string> NotifyMethods { get; } = ["mailto"];

    // RFC 5228 §2.7.3: these two are always there and may be required all the same.
    private static readonly HashSet<string> Known = new(All, StringComparer.Ordinal) { "comparator-i;octet", "comparator-i;ascii-casemap" };

    public static bool IsKnown(string capability) => Known.Contains(capability);
}
