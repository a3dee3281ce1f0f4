using System.ComponentModel.DataAnnotations;

namespace Casella.Imap;

/// <summary>Limits and times of IMAP sessions. Sizes are octets.</summary>
public sealed record ImapOptions
{
    /// <summary>
    /// Largest message that APPEND takes, announced as APPENDLIMIT (RFC 7889). 50 MB: what SMTP takes, so that a sent
    /// message can be filed.
    /// </summary>
    public long AppendLimit { get; init; } = 50L * 1024 * 1024;

    /// <summary>
    /// Time from connecting to a successful sign-in. 2 minutes: enough for a person who types, short enough against
    /// hoarders of connections.
    /// </summary>
    public TimeSpan SignInTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Time without a command after which a session ends. RFC 9051 §5.4 asks for at least 30 minutes; clients renew
    /// IDLE every 29.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often IDLE says "* OK Still here", so that routers with address translation keep the connection. 4 minutes:
    /// common routers forget after 5. Zero for never.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:29:00")]
    public TimeSpan IdleKeepAlive { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Most messages that one command works on, announced as MESSAGELIMIT (RFC 9738). Zero for no limit: programs that
    /// do not know of it take the newest part of a folder for all of it. For servers that must be protected from
    /// enormous mailboxes; 1,000 is the least that programs expect.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int MessageLimit { get; init; }

    /// <summary>
    /// Most messages that one COPY or APPEND adds, announced as SAVELIMIT (RFC 9738) unless there is a MessageLimit,
    /// which is the stricter. Zero for no limit but APPEND's own of 500.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int SaveLimit { get; init; }

    /// <summary>
    /// Commands in a row that are answered BAD before the session ends. 10: a client that has lost the thread never
    /// finds it again.
    /// </summary>
    public int MaxBadCommands { get; init; } = 10;

    /// <summary>
    /// Failed sign-ins in one session before it ends. 5: a person who mistypes gets by, a guesser has to connect anew
    /// and is counted.
    /// </summary>
    public int MaxFailedSignIns { get; init; } = 5;
}
