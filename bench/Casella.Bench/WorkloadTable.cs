using Casella.Bench.Running;
using Casella.Bench.Workloads;

namespace Casella.Bench;

/// <summary>
/// Every workload there is, in the order in which they are run. To add one: a file in Workloads, a row here.
/// </summary>
internal static class WorkloadTable
{
    public static readonly IReadOnlyList<Workload> All =
    [
        new("deliver-one", "messages", 16, 3000, "SMTP, one recipient a message, all to one mailbox; until IMAP shows them", Deliver.ToOneAsync) { Goal = 3 },
        new("deliver-many", "messages", 16, 3000, "SMTP, one recipient a message, over all mailboxes; until IMAP shows them", Deliver.ToManyAsync) { Goal = 3 },
        new("deliver-all", "messages", 8, 300, "SMTP, each message to all mailboxes; copies delivered until IMAP shows them", Deliver.ToAllAsync) { Goal = 3 },
        new("deliver-checked", "messages", 16, 3000, "deliver-many with DKIM signatures, SPF and DMARC to check and a spam filter to ask", Deliver.CheckedAsync) { Goal = 2, IsTransport = true },
        new("drain", "messages", 8, 10_000, "a queue for ten domains that has filled, until the last message is out", Drain.RunAsync) { Goal = 2, IsTransport = true },
        new("append-one", "messages", 1, 1000, "APPEND on one connection", Append.ToOneAsync) { Goal = 2 },
        new("append-shared", "messages", 8, 3000, "APPEND on several connections to one mailbox", Append.ToOneAsync) { Goal = 2 },
        new("append-many", "messages", 8, 3000, "APPEND on several connections, a mailbox each", Append.ToManyAsync) { Goal = 2 },
        new("select", "commands", 4, 0, "SELECT of the prepared mailbox", Select.RunAsync),
        new("fetch-metadata", "messages", 1, 0, "FETCH 1:* (FLAGS UID ENVELOPE BODYSTRUCTURE INTERNALDATE RFC822.SIZE)", FetchMetadata.AllAsync) { Goal = 1 },
        new("fetch-flags", "messages", 1, 0, "FETCH 1:* (UID FLAGS)", FetchMetadata.FlagsAsync),
        new("fetch-bodies", "messages", 1, 0, "FETCH 1:* (UID BODY.PEEK[]) of the prepared mailbox", FetchBodies.AllAsync) { Goal = 1 },
        new("fetch-bodies-4", "messages", 4, 0, "the same on four connections", FetchBodies.AllAsync) { Goal = 1 },
        new("fetch-big", "messages", 1, 0, "FETCH 1:* (UID BODY.PEEK[]) of 20 messages of 5 MB", FetchBodies.BigAsync) { Goal = 1 },
        new("fetch-single", "messages", 4, 0, "FETCH n (FLAGS BODY.PEEK[]), one message a command", FetchBodies.OneByOneAsync),
        new("store-one", "messages", 1, 2000, @"STORE n +FLAGS (\Answered), one message a command", Store.OneAsync),
        new("store-range", "messages", 1, 20, @"STORE 1:* +FLAGS / -FLAGS (\Answered)", Store.RangeAsync),
        new("search-header", "commands", 1, 0, "UID SEARCH SUBJECT word", Search.HeaderAsync),
        new("search-body", "commands", 1, 0, "UID SEARCH BODY word", Search.BodyAsync),
        new("search-rare", "commands", 1, 0, "UID SEARCH BODY word, of one message in ten thousand", Search.RareAsync),
        new("search-common", "commands", 1, 0, "UID SEARCH BODY word, of nearly every message", Search.CommonAsync),
        new("search-newest", "commands", 1, 0, "the newest 50 of these: UID SEARCH RETURN (PARTIAL -1:-50), or all where there is no PARTIAL", Newest.CommonAsync),
        new("search-newest-from", "commands", 1, 0, "the newest 50 with this FROM", Newest.FromAsync),
        new("search-from", "commands", 1, 0, "UID SEARCH FROM word, of one message in seven", Search.FromAsync),
        new("search-flags", "commands", 1, 0, "UID SEARCH OR UNSEEN FLAGGED", Search.FlagsAsync),
        new("sort-date", "commands", 1, 0, "UID SORT (REVERSE DATE) UTF-8 ALL", Arrange.DateAsync),
        new("sort-subject", "commands", 1, 0, "UID SORT (SUBJECT FROM) UTF-8 ALL", Arrange.SubjectAsync),
        new("thread", "commands", 1, 0, "UID THREAD REFERENCES UTF-8 ALL", Arrange.ThreadAsync),
        new("mixed", "commands", 30, 3000, "thirty clients at once: open, list, read, flag, search, append", Mixed.RunAsync),
        new("neighbour", "messages", 1, 0, "FETCH of one body a command, while another account threads, sorts and searches all its mail", Neighbour.RunAsync)
        {
            Compared = "slowdown",
            LessIsBetter = true,
        },
        new("copy", "messages", 1, 6, "COPY 1:1000", Rearrange.CopyAsync),
        new("move", "messages", 1, 6, "MOVE 1:1000", Rearrange.MoveAsync),
        new("expunge", "messages", 1, 6, "EXPUNGE of 1,000 messages", Rearrange.ExpungeAsync),
        new("pop3-retr", "messages", 1, 0, "POP3: STAT, UIDL, RETR of every message, QUIT", Retrieve.RunAsync),
        new("login", "sessions", 8, 0, "connect, TLS handshake, LOGIN, LOGOUT", Login.RunAsync),
        new("idle-notice", "notices", 1, 20, "from APPEND's OK to EXISTS in another, idling session", Idle.NoticeAsync)
        {
            Compared = "p50_ms",
            LessIsBetter = true,
        },
        new("idle-memory", "connections", 1000, 1, "TLS, LOGIN, SELECT, IDLE on many connections; the server's memory", Idle.MemoryAsync)
        {
            Compared = "kb_per_connection",
            LessIsBetter = true,
            Goal = 0.1,
        },
    ];
}
