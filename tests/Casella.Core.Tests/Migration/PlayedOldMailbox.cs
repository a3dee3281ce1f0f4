using System.Text;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Migration;

namespace Casella.Core.Tests.Migration;

/// <summary>A mailbox on another server as the test wants it.</summary>
internal sealed class PlayedOldMailbox : IOldMailbox
{
    private PlayedFolder? _open;

    public string Source => "anna old.example";
    public List<PlayedFolder> Folders { get; } = [];
    public Dictionary<uint, string> UniqueIds { get; } = [];

    /// <summary>Messages that are given before the line breaks; null for all.</summary>
    public int? BreaksAfter { get; set; }

    /// <summary>Whose bytes were read.</summary>
    public List<uint> Fetched { get; } = [];

    public Task<IReadOnlyList<OldFolder>> FoldersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OldFolder>>([.. Folders.Select(folder => folder.Folder)]);

    public Task<OldContent> ReadFolderAsync(OldFolder folder, CancellationToken cancellationToken)
    {
        _open = Folders.Single(played => played.Folder == folder);
        return Task.FromResult(new OldContent(_open.UidValidity, [.. _open.Messages.Select(message => message.Message)]));
    }

    public async Task FetchAsync(IReadOnlyList<uint> uids, Func<uint, Stream, Task> take, CancellationToken cancellationToken)
    {
        foreach (var (message, text) in _open!.Messages.Where(message => uids.Contains(message.Message.Uid)))
        {
            if (BreaksAfter is { } left && left == Fetched.Count)
                throw new IOException("The line broke.");
            Fetched.Add(message.Uid);
            await take(message.Uid, new MemoryStream(Encoding.UTF8.GetBytes(text)));
        }
    }

    public Task<IReadOnlyDictionary<uint, string>> UniqueIdsAsync(OldContent inbox, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<uint, string>>(UniqueIds);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal sealed class PlayedFolder(string path, string name, SpecialUse use = SpecialUse.None)
{
    public OldFolder Folder { get; } = new(path, MailboxName.TryParse(name, out var parsed) ? parsed : null, use, IsSubscribed: true);
    public uint UidValidity { get; set; } = 1_000;
    public List<(OldMessage Message, string Text)> Messages { get; } = [];

    public PlayedFolder Add(uint uid, string text, MessageFlags flags = default, params string[] keywords)
    {
        Messages.Add((new OldMessage(uid, new FlagNames(flags, keywords), new DateTimeOffset(2019, 3, 4, 5, 6, 7, TimeSpan.Zero), text.Length), text));
        return this;
    }

    public void Flag(uint uid, MessageFlags flags)
    {
        var at = Messages.FindIndex(message => message.Message.Uid == uid);
        Messages[at] = (Messages[at].Message with { Flags = new FlagNames(flags, []) }, Messages[at].Text);
    }
}
