using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Migration;

/// <summary>
/// A mailbox on another server, that is to be brought over. A port: the product speaks IMAP to it, tests play it. One
/// call at a time.
/// </summary>
public interface IOldMailbox : IAsyncDisposable
{
    /// <summary>The server and the user there: what was brought over is known again by it.</summary>
    string Source { get; }

    /// <summary>Folders that can have messages.</summary>
    Task<IReadOnlyList<OldFolder>> FoldersAsync(CancellationToken cancellationToken);

    /// <summary>What is in a folder now, by rising UID, without the messages themselves.</summary>
    Task<OldContent> ReadFolderAsync(OldFolder folder, CancellationToken cancellationToken);

    /// <summary>
    /// Reads messages of the folder that was read last, one after the other; leaves none of them marked as seen. One that
    /// the server does not give is left out.
    /// </summary>
    /// <param name="take">Is given a UID and the octets.</param>
    Task FetchAsync(IReadOnlyList<uint> uids, Func<uint, Stream, Task> take, CancellationToken cancellationToken);

    /// <summary>The names of INBOX's messages in the server's POP3 (RFC 1939 §7), as far as it tells them.</summary>
    Task<IReadOnlyDictionary<uint, string>> UniqueIdsAsync(OldContent inbox, CancellationToken cancellationToken);
}

/// <param name="Path">As the server calls it.</param>
/// <param name="Name">Here; null when it can be no name of ours.</param>
public sealed record OldFolder(string Path, MailboxName? Name, SpecialUse Use, bool IsSubscribed);

public sealed record OldContent(uint UidValidity, IReadOnlyList<OldMessage> Messages);

/// <param name="ReceivedAt">INTERNALDATE.</param>
public sealed record OldMessage(uint Uid, FlagNames Flags, DateTimeOffset? ReceivedAt, long Size);
