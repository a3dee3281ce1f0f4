using AwesomeAssertions;
using Xunit;

namespace Casella.Imap.Tests;

/// <summary>What is advertised has a conversation that proves it: a row here for each, and no row for anything else.</summary>
public sealed class CapabilityTableTests
{
    private static readonly string Folder = Path.Join(AppContext.BaseDirectory, "Transcripts");

    private static readonly Dictionary<string, string> Proof = new(StringComparer.Ordinal)
    {
        ["IMAP4rev1"] = "select",
        ["IMAP4rev2"] = "imap4rev2",
        // What comes before sign-in is in BeforeSignInTests.
        ["SASL-IR"] = "capability",
        ["LITERAL+"] = "append",
        ["ID"] = "capability",
        ["ENABLE"] = "qresync",
        ["IDLE"] = "idle",
        ["NAMESPACE"] = "namespace",
        ["UIDPLUS"] = "expunge",
        ["MOVE"] = "copy-move",
        ["SPECIAL-USE"] = "list",
        ["LIST-EXTENDED"] = "list-extended",
        ["CHILDREN"] = "list",
        ["UNSELECT"] = "expunge",
        ["CONDSTORE"] = "condstore-store",
        ["QRESYNC"] = "qresync",
        ["QUOTA"] = "quota",
        ["QUOTA=RES-STORAGE"] = "quota",
        ["QUOTA=RES-MESSAGE"] = "quota-messages",
        ["QUOTASET"] = "quota-messages",
        ["METADATA"] = "metadata",
        ["LIST-METADATA"] = "list-metadata",
        ["ACL"] = "acl",
        ["RIGHTS=texk"] = "acl",
        ["LIST-MYRIGHTS"] = "acl",
        ["ESEARCH"] = "esearch",
        ["SEARCH=FUZZY"] = "fuzzy",
        ["SEARCHRES"] = "searchres",
        ["PARTIAL"] = "partial",
        ["WITHIN"] = "within-savedate",
        ["SAVEDATE"] = "within-savedate",
        ["LIST-STATUS"] = "list-status",
        ["STATUS=SIZE"] = "list-status",
        ["CREATE-SPECIAL-USE"] = "list-status",
        ["OBJECTID"] = "objectid",
        ["PREVIEW"] = "preview",
        ["SORT"] = "sort",
        ["SORT=DISPLAY"] = "sort",
        ["ESORT"] = "sort",
        ["CONTEXT=SEARCH"] = "context",
        ["CONTEXT=SORT"] = "context",
        ["THREAD=ORDEREDSUBJECT"] = "thread",
        ["THREAD=REFERENCES"] = "thread",
        ["THREAD=REFS"] = "thread",
        ["MULTIAPPEND"] = "multiappend",
        ["CATENATE"] = "catenate",
        ["URL-PARTIAL"] = "catenate",
        ["URLAUTH"] = "urlauth",
        ["BINARY"] = "binary",
        ["REPLACE"] = "replace",
        ["UNAUTHENTICATE"] = "unauthenticate",
        ["UIDONLY"] = "uidonly",
        // Nothing takes so long in a transcript: InProgressTests.
        ["INPROGRESS"] = "search",
        ["MULTISEARCH"] = "multisearch",
        ["NOTIFY"] = "notify",
        ["UTF8=ACCEPT"] = "utf8",
        ["LANGUAGE"] = "language",
        ["I18NLEVEL=1"] = "sort",
        ["APPENDLIMIT=52428800"] = "append",
        ["COMPRESS=DEFLATE"] = "compress",
    };

    /// <summary>
    /// Where it makes a difference what others do meanwhile: a conversation that has a second client. What many do at
    /// once is in Model/.
    /// </summary>
    private static readonly Dictionary<string, string> ProofWithOthers = new(StringComparer.Ordinal)
    {
        ["IMAP4rev1"] = "expunge-held-back",
        ["IMAP4rev2"] = "imap4rev2",
        ["IDLE"] = "idle",
        ["UIDPLUS"] = "expunge",
        ["MOVE"] = "move-twice",
        ["CONDSTORE"] = "condstore-others",
        ["QRESYNC"] = "qresync-held-back",
        ["METADATA"] = "metadata-others",
        ["SEARCHRES"] = "searchres",
        ["SORT"] = "sort",
        ["CONTEXT=SEARCH"] = "context",
        ["CONTEXT=SORT"] = "context",
        ["MULTISEARCH"] = "multisearch",
        ["REPLACE"] = "replace",
        ["UIDONLY"] = "uidonly",
        ["NOTIFY"] = "notify",
        ["COMPRESS=DEFLATE"] = "compress",
    };

    [Fact]
    public void Every_capability_has_a_transcript()
    {
        // The transcript itself is held against the server by TranscriptTests.
        var line = File.ReadLines(Path.Join(Folder, "capability.transcript")).First(text => text.StartsWith("S: * CAPABILITY ", StringComparison.Ordinal));
        line["S: * CAPABILITY ".Length..].Split(' ').Should().BeEquivalentTo(Proof.Keys);
        foreach (var name in Proof.Values)
            File.Exists(Path.Join(Folder, $"{name}.transcript")).Should().BeTrue(name);
    }

    [Fact]
    public void What_others_can_disturb_has_a_transcript_with_two_clients()
    {
        ProofWithOthers.Keys.Should().BeSubsetOf(Proof.Keys);
        foreach (var name in ProofWithOthers.Values)
            File.ReadLines(Path.Join(Folder, $"{name}.transcript")).Should().Contain(line => line.StartsWith("C2: ", StringComparison.Ordinal), name);
    }
}
