using Casella.Imap.Tests.Session;
using Casella.Imap.Tests.Sessions;
using Casella.Imap.Tests.Wire;

namespace Casella.Imap.Tests;

/// <summary>A test of this project, by its class and method.</summary>
internal sealed record NamedTest(Type Class, string Method);

/// <summary>One capability, and what proves that it is kept.</summary>
/// <param name="Name">As in the capability line; "=…" at the end stands for a number.</param>
/// <param name="Transcript">A conversation in which it is used; null where <paramref name="Test"/> says why not.</param>
/// <param name="Says">What client or server say in that conversation that nobody could say without it.</param>
/// <param name="Others">A conversation of two clients, where what others do makes a difference.</param>
/// <param name="Test">A test that two clients, or a long wait, need instead of a conversation.</param>
/// <param name="Alone">Why there is nothing that others could disturb.</param>
internal sealed record CapabilityProof(
    string Name, string? Transcript, string Says, string? Others = null, NamedTest? Test = null, string? Alone = null);

/// <summary>
/// Every capability that is advertised, with its conversation and, where it makes sense, one with two clients. What many
/// do at once is in Model/.
/// </summary>
internal static class CapabilityTable
{
    private const string OwnCommand = "it is of one command of one session";
    private const string SignInAlone = "who signs in is alone";
    private const string NeverChanges = "what a message is never changes";

    public static IReadOnlyList<CapabilityProof> Rows { get; } =
    [
        new("IMAP4rev1", "select", " RECENT", Others: "expunge-held-back"),
        new("IMAP4rev2", "imap4rev2", "ENABLE IMAP4rev2", Others: "imap4rev2"),
        new("STARTTLS", "before-sign-in", " STARTTLS", Test: new(typeof(BeforeSignInTests), nameof(BeforeSignInTests.Commands_slipped_in_behind_starttls_end_the_connection))),
        new("LOGINDISABLED", "before-sign-in", "[PRIVACYREQUIRED]", Alone: SignInAlone),
        new("AUTH=PLAIN", "before-sign-in", "AUTHENTICATE PLAIN", Alone: SignInAlone),
        new("AUTH=LOGIN", "before-sign-in", "AUTHENTICATE LOGIN", Alone: SignInAlone),
        new("AUTH=SCRAM-SHA-256", null, "", Test: new(typeof(ScramTests), nameof(ScramTests.Both_sides_prove_that_they_know_the_password))),
        new("AUTH=SCRAM-SHA-256-PLUS", null, "", Test: new(typeof(ScramTests), nameof(ScramTests.Plus_is_tied_to_the_certificate_that_the_client_saw))),
        new("SASL-IR", "before-sign-in", "AUTHENTICATE LOGIN aW5m", Alone: SignInAlone),
        new("LITERAL+", "append", "+}", Alone: OwnCommand),
        new("ID", "capability", " ID (", Alone: OwnCommand),
        new("ENABLE", "qresync", " ENABLE QRESYNC", Others: "others-folders"),
        new("IDLE", "idle", " IDLE", Others: "idle"),
        new("NAMESPACE", "namespace", " NAMESPACE", Test: new(typeof(SharedMailboxTests), nameof(SharedMailboxTests.The_sections_mailboxes_stand_below_shared_subscribed_and_with_no_special_use))),
        new("UIDPLUS", "expunge", " UID EXPUNGE", Others: "expunge"),
        new("MOVE", "copy-move", " MOVE ", Others: "move-twice"),
        new("SPECIAL-USE", "list", "\\Sent", Others: "others-folders"),
        new("LIST-EXTENDED", "list-extended", " RETURN (", Others: "others-folders"),
        new("CHILDREN", "list", "\\HasChildren", Others: "others-folders"),
        new("UNSELECT", "expunge", " UNSELECT", Others: "others-messages"),
        new("CONDSTORE", "condstore-store", "UNCHANGEDSINCE", Others: "condstore-others"),
        new("QRESYNC", "qresync", "(QRESYNC (", Others: "qresync-held-back"),
        new("QUOTA", "quota", " GETQUOTAROOT", Others: "quota-others"),
        new("QUOTA=RES-STORAGE", "quota", "(STORAGE ", Others: "quota-others"),
        new("QUOTA=RES-MESSAGE", "quota-messages", " MESSAGE ", Others: "quota-others"),
        new("QUOTASET", "quota-messages", " SETQUOTA", Others: "quota-others"),
        new("METADATA", "metadata", " SETMETADATA", Others: "metadata-others"),
        new("LIST-METADATA", "list-metadata", "RETURN (METADATA", Others: "metadata-others"),
        new("ACL", "acl", " SETACL", Test: new(typeof(SharedMailboxTests), nameof(SharedMailboxTests.A_manager_gives_and_takes_rights_of_the_section_from_ones_own_login))),
        new("RIGHTS=texk", "acl", "ikxtecd", Test: new(typeof(SharedMailboxTests), nameof(SharedMailboxTests.Who_may_only_read_changes_nothing))),
        new("LIST-MYRIGHTS", "acl", "RETURN (MYRIGHTS", Test: new(typeof(SharedMailboxTests), nameof(SharedMailboxTests.The_sections_mailboxes_stand_below_shared_subscribed_and_with_no_special_use))),
        new("ESEARCH", "esearch", "SEARCH RETURN (", Others: "others-messages"),
        new("SEARCH=FUZZY", "fuzzy", "FUZZY ", Others: "others-messages"),
        new("SEARCHRES", "searchres", "RETURN (SAVE", Others: "searchres"),
        new("PARTIAL", "partial", "(PARTIAL ", Others: "others-messages"),
        new("WITHIN", "within-savedate", "YOUNGER ", Others: "others-messages"),
        new("SAVEDATE", "within-savedate", "SAVEDSINCE", Others: "others-messages"),
        new("LIST-STATUS", "list-status", "RETURN (STATUS (", Others: "others-folders"),
        new("STATUS=SIZE", "list-status", "SIZE 12", Others: "others-folders"),
        new("CREATE-SPECIAL-USE", "list-status", "(USE (", Others: "others-folders"),
        new("OBJECTID", "objectid", "EMAILID", Others: "others-folders"),
        new("PREVIEW", "preview", "(PREVIEW", Alone: NeverChanges),
        new("SORT", "sort", " SORT (", Others: "sort"),
        new("SORT=DISPLAY", "sort", "DISPLAYFROM", Others: "sort"),
        new("ESORT", "sort", "SORT RETURN (", Others: "others-messages"),
        new("CONTEXT=SEARCH", "context", "SEARCH RETURN (UPDATE", Others: "context"),
        new("CONTEXT=SORT", "context", "SORT RETURN (", Others: "context"),
        new("THREAD=ORDEREDSUBJECT", "thread", "THREAD ORDEREDSUBJECT", Others: "others-messages"),
        new("THREAD=REFERENCES", "thread", "THREAD REFERENCES", Others: "others-messages"),
        new("THREAD=REFS", "thread", "THREAD REFS", Others: "others-messages"),
        new("MULTIAPPEND", "multiappend", "[APPENDUID <any> 1:3]", Others: "others-messages"),
        new("CATENATE", "catenate", "CATENATE (", Others: "others-messages"),
        new("URL-PARTIAL", "catenate", ";PARTIAL=", Alone: NeverChanges),
        new("URLAUTH", "urlauth", " GENURLAUTH", Others: "urlauth"),
        new("BINARY", "binary", "BINARY.PEEK[", Alone: NeverChanges),
        new("REPLACE", "replace", " REPLACE ", Others: "replace"),
        new("UNAUTHENTICATE", "unauthenticate", " UNAUTHENTICATE", Others: "others-folders"),
        new("UIDONLY", "uidonly", "ENABLE UIDONLY", Others: "uidonly"),
        // Nothing takes ten seconds in a transcript.
        new("INPROGRESS", null, "", Test: new(typeof(InProgressTests), nameof(InProgressTests.What_takes_long_is_announced_every_ten_seconds))),
        new("MULTISEARCH", "multisearch", " ESEARCH IN (", Others: "multisearch"),
        new("NOTIFY", "notify", " NOTIFY SET", Others: "notify"),
        new("UTF8=ACCEPT", "utf8", "ENABLE UTF8=ACCEPT", Others: "others-folders"),
        new("LANGUAGE", "language", " LANGUAGE IT", Others: "others-folders"),
        new("I18NLEVEL=1", "search", "PERCHE", Alone: "how texts are compared is the same for everybody"),
        new("APPENDLIMIT=…", "append", "[TOOBIG]", Alone: OwnCommand),
        // Only where ManageSieve listens.
        new("IMAPSIEVE=sieve://mail.example.org", "imapsieve", "(/shared/imapsieve/script \"archivio\")", Others: "imapsieve"),
        new("COMPRESS=DEFLATE", "compress", " COMPRESS DEFLATE", Others: "compress"),
        // Only where the people who run the server have set a limit.
        new("MESSAGELIMIT=…", "messagelimit", "[MESSAGELIMIT 2 3]", Others: "messagelimit"),
        new("SAVELIMIT=…", "savelimit", "[MESSAGELIMIT 2]", Others: "savelimit"),
    ];

    /// <summary>
    /// Advertised only to who has shown a certificate, by a server that asks for them; the file of their test, which
    /// needs the whole server.
    /// </summary>
    public static (string Name, string File) WithCertificates { get; } = ("AUTH=EXTERNAL", "tests/Casella.Server.Tests/Hosting/ClientCertificateTests.cs");
}
