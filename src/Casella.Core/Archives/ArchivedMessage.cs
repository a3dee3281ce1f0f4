using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>A message on its way out of a file; whoever takes it disposes its content.</summary>
/// <param name="Folder">Null where the file has none.</param>
/// <param name="ReceivedAt">Null where the file does not say.</param>
internal sealed record ArchivedMessage(MailboxName? Folder, FlagNames Flags, DateTimeOffset? ReceivedAt, StagedMessage Content);

/// <summary>Where an export goes.</summary>
internal interface IArchiveWriter : IAsyncDisposable
{
    /// <summary>Begins a folder; its messages follow.</summary>
    Task BeginFolderAsync(MailboxName folder, CancellationToken cancellationToken);

    Task WriteAsync(MessageContent content, FlagNames flags, DateTimeOffset receivedAt, CancellationToken cancellationToken);

    /// <summary>The file is whole and gets its name.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}

public enum ArchiveFormat { Mbox, Maildir, Zip }

/// <summary>An export or import that cannot be done; the message is a sentence for the administrator.</summary>
public sealed class ArchiveException : Exception
{
    public ArchiveException(string message) : base(message)
    {
    }

    public ArchiveException(string message, Exception inner) : base(message, inner)
    {
    }
}
