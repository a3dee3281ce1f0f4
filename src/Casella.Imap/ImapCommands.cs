using System.Collections.Frozen;
using Casella.Imap.Commands;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap;

/// <summary>Reads a command's arguments, from the space after its name on.</summary>
internal delegate ImapCommand ParseCommand(ref ImapParser parser);

/// <summary>Whether messages may be announced as expunged before the command's tagged reply.</summary>
internal enum Expunges
{
    /// <summary>They may.</summary>
    Announced,

    /// <summary>
    /// They may not: the client counts on its sequence numbers (RFC 3501 §7.4.1: FETCH, STORE, SEARCH).
    /// </summary>
    HeldBack,
}

/// <summary>One row of the table.</summary>
/// <param name="Name">In capitals; "UID FETCH" for the UID form.</param>
/// <param name="States">Where the command is allowed (RFC 9051 §6).</param>
internal sealed record ImapCommandRow(string Name, ImapStates States, Expunges Expunges, ParseCommand Parse)
{
    /// <summary>Names messages by numbers, or answers with them: not with UIDONLY (RFC 9586).</summary>
    public bool UsesNumbers { get; init; }

    /// <summary>A literal8 (RFC 3516 §7) may stand within it, not only as a message.</summary>
    public bool TakesLiteral8 { get; init; }

    /// <summary>
    /// Its answer is one state of the mailbox. What changes meanwhile is told with the next command: programs take the
    /// counts of the answer and the numbers after it for one and the same.
    /// </summary>
    public bool TellsState { get; init; }
}

/// <summary>THE table of commands. To add one: a file in Commands/, a row here, a transcript.</summary>
internal static class ImapCommands
{
    public static IReadOnlyList<ImapCommandRow> All { get; } =
    [
        new("CAPABILITY", ImapStates.Any, Expunges.Announced, Capability.Parse),
        new("NOOP", ImapStates.Any, Expunges.Announced, Noop.Parse),
        new("LOGOUT", ImapStates.Any, Expunges.Announced, Logout.Parse),
        new("LANGUAGE", ImapStates.Any, Expunges.Announced, Language.Parse),
        new("ID", ImapStates.Any, Expunges.Announced, Id.Parse),

        new("STARTTLS", ImapStates.NotAuthenticated, Expunges.Announced, StartTls.Parse),
        new("AUTHENTICATE", ImapStates.NotAuthenticated, Expunges.Announced, Authenticate.Parse),
        new("LOGIN", ImapStates.NotAuthenticated, Expunges.Announced, Login.Parse),

        new("ENABLE", ImapStates.SignedIn, Expunges.Announced, Enable.Parse),
        new("SELECT", ImapStates.SignedIn, Expunges.Announced, Select.Parse) { TellsState = true },
        new("EXAMINE", ImapStates.SignedIn, Expunges.Announced, Select.ParseExamine) { TellsState = true },
        new("CREATE", ImapStates.SignedIn, Expunges.Announced, Create.Parse),
        new("DELETE", ImapStates.SignedIn, Expunges.Announced, Delete.Parse),
        new("RENAME", ImapStates.SignedIn, Expunges.Announced, Rename.Parse),
        new("SUBSCRIBE", ImapStates.SignedIn, Expunges.Announced, Subscribe.Parse),
        new("UNSUBSCRIBE", ImapStates.SignedIn, Expunges.Announced, Subscribe.ParseUnsubscribe),
        new("LIST", ImapStates.SignedIn, Expunges.Announced, List.Parse),
        new("LSUB", ImapStates.SignedIn, Expunges.Announced, Lsub.Parse),
        new("NAMESPACE", ImapStates.SignedIn, Expunges.Announced, Namespace.Parse),
        new("STATUS", ImapStates.SignedIn, Expunges.Announced, Status.Parse),
        new("ESEARCH", ImapStates.SignedIn, Expunges.Announced, Esearch.Parse),
        new("NOTIFY", ImapStates.SignedIn, Expunges.Announced, Notify.Parse),
        new("GETACL", ImapStates.SignedIn, Expunges.Announced, GetAcl.Parse),
        new("SETACL", ImapStates.SignedIn, Expunges.Announced, SetAcl.Parse),
        new("DELETEACL", ImapStates.SignedIn, Expunges.Announced, SetAcl.ParseDelete),
        new("LISTRIGHTS", ImapStates.SignedIn, Expunges.Announced, ListRights.Parse),
        new("MYRIGHTS", ImapStates.SignedIn, Expunges.Announced, MyRights.Parse),
        new("UNAUTHENTICATE", ImapStates.SignedIn, Expunges.Announced, Unauthenticate.Parse),
        new("APPEND", ImapStates.SignedIn, Expunges.Announced, Append.Parse),
        new("COMPRESS", ImapStates.SignedIn, Expunges.Announced, Compress.Parse),
        new("IDLE", ImapStates.SignedIn, Expunges.Announced, Idle.Parse),
        new("GETQUOTA", ImapStates.SignedIn, Expunges.Announced, GetQuota.Parse),
        new("GETQUOTAROOT", ImapStates.SignedIn, Expunges.Announced, GetQuota.ParseRoot),
        new("SETQUOTA", ImapStates.SignedIn, Expunges.Announced, SetQuota.Parse),
        new("GETMETADATA", ImapStates.SignedIn, Expunges.Announced, GetMetadata.Parse),
        new("GENURLAUTH", ImapStates.SignedIn, Expunges.Announced, GenUrlAuth.Parse),
        new("RESETKEY", ImapStates.SignedIn, Expunges.Announced, ResetKey.Parse),
        new("URLFETCH", ImapStates.SignedIn, Expunges.Announced, UrlFetch.Parse),
        new("SETMETADATA", ImapStates.SignedIn, Expunges.Announced, SetMetadata.Parse) { TakesLiteral8 = true },

        new("CHECK", ImapStates.Selected, Expunges.Announced, Noop.ParseCheck),
        new("CLOSE", ImapStates.Selected, Expunges.Announced, Close.Parse),
        new("UNSELECT", ImapStates.Selected, Expunges.Announced, Close.ParseUnselect),
        new("EXPUNGE", ImapStates.Selected, Expunges.Announced, Expunge.Parse),
        new("COPY", ImapStates.Selected, Expunges.Announced, Copy.Parse) { UsesNumbers = true },
        new("MOVE", ImapStates.Selected, Expunges.Announced, Move.Parse) { UsesNumbers = true },
        new("REPLACE", ImapStates.Selected, Expunges.Announced, Replace.Parse),
        new("FETCH", ImapStates.Selected, Expunges.HeldBack, Fetch.Parse) { UsesNumbers = true },
        new("SEARCH", ImapStates.Selected, Expunges.HeldBack, Search.Parse) { UsesNumbers = true },
        new("STORE", ImapStates.Selected, Expunges.HeldBack, Store.Parse) { UsesNumbers = true },
        new("SORT", ImapStates.Selected, Expunges.HeldBack, Sort.Parse) { UsesNumbers = true },
        new("THREAD", ImapStates.Selected, Expunges.HeldBack, Commands.Thread.Parse) { UsesNumbers = true },
        new("CANCELUPDATE", ImapStates.Selected, Expunges.Announced, CancelUpdate.Parse),
        new("UID EXPUNGE", ImapStates.Selected, Expunges.Announced, Expunge.ParseUid),
        new("UID COPY", ImapStates.Selected, Expunges.Announced, Copy.ParseUid),
        new("UID MOVE", ImapStates.Selected, Expunges.Announced, Move.ParseUid),
        new("UID REPLACE", ImapStates.Selected, Expunges.Announced, Replace.ParseUid),
        new("UID FETCH", ImapStates.Selected, Expunges.Announced, Fetch.ParseUid),
        new("UID SEARCH", ImapStates.Selected, Expunges.Announced, Search.ParseUid),
        new("UID SORT", ImapStates.Selected, Expunges.Announced, Sort.ParseUid),
        new("UID STORE", ImapStates.Selected, Expunges.Announced, Store.ParseUid),
        new("UID THREAD", ImapStates.Selected, Expunges.Announced, Commands.Thread.ParseUid),
    ];

    private static readonly FrozenDictionary<string, ImapCommandRow> ByName =
        All.ToFrozenDictionary(row => row.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Reads a command's name, "UID" with the word after it, and finds its row; null for an unknown one.
    /// </summary>
    public static ImapCommandRow? Find(ref ImapParser parser)
    {
        var name = parser.Atom("a command");
        if (string.Equals(name, "UID", StringComparison.OrdinalIgnoreCase))
        {
            parser.Space();
            name = $"UID {parser.Atom("a command after UID")}";
        }
        return ByName.GetValueOrDefault(name);
    }
}
