using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Migration;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Pop3;
using SpecialUse = Casella.Core.Mailboxes.SpecialUse;

namespace Casella.Server.Migration;

/// <summary>A mailbox on another server, by IMAP, and by POP3 for the names that its programs know the messages by.</summary>
internal sealed class ImapOldMailbox : IOldMailbox
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly OldServer _server;
    private readonly OldLogin _login;
    private readonly RateLimit _rate;
    private readonly ImapClient _client;
    private IMailFolder? _open;

    private ImapOldMailbox(OldServer server, OldLogin login, RateLimit rate) =>
        (_server, _login, _rate, _client) = (server, login, rate, new ImapClient { Timeout = (int)Patience.TotalMilliseconds });

    public string Source => $"{_login.User} {_server.Host}";

    /// <exception cref="OldServerException">It cannot be reached, or refuses the sign-in.</exception>
    public static async Task<ImapOldMailbox> OpenAsync(OldServer server, OldLogin login, RateLimit rate, CancellationToken cancellationToken)
    {
        var mailbox = new ImapOldMailbox(server, login, rate);
        try
        {
            mailbox._client.ServerCertificateValidationCallback = server.Trusts;
            var line = await server.Reach.OpenAsync(server.Host, server.Port, cancellationToken);
            await mailbox._client.ConnectAsync(line, server.Host, server.Port, server.Tls, cancellationToken);
            await mailbox._client.AuthenticateAsync(login.User, login.Password, cancellationToken);
            return mailbox;
        }
        catch (Exception failed) when (OldServerFailures.Is(failed))
        {
            await mailbox.DisposeAsync();
            throw OldServerFailures.Of(server.Host, failed);
        }
        catch
        {
            await mailbox.DisposeAsync();
            throw;
        }
    }

    public Task<IReadOnlyList<OldFolder>> FoldersAsync(CancellationToken cancellationToken) => AskAsync<IReadOnlyList<OldFolder>>(async () =>
    {
        var subscribed = new HashSet<string>(StringComparer.Ordinal);
        var all = new List<IMailFolder>();
        foreach (var personal in _client.PersonalNamespaces)
        {
            all.AddRange(await _client.GetFoldersAsync(personal, StatusItems.None, subscribedOnly: false, cancellationToken));
            subscribed.UnionWith((await _client.GetFoldersAsync(personal, StatusItems.None, subscribedOnly: true, cancellationToken)).Select(folder => folder.FullName));
        }

        all.Insert(0, _client.Inbox);
        return [.. all.DistinctBy(folder => folder.FullName, StringComparer.Ordinal)
            .Where(folder => (folder.Attributes & (FolderAttributes.NoSelect | FolderAttributes.NonExistent)) == FolderAttributes.None)
            .Select(folder => new OldFolder(folder.FullName, NameOf(folder), UseOf(folder.Attributes), subscribed.Contains(folder.FullName)))];
    });

    public Task<OldContent> ReadFolderAsync(OldFolder folder, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        _open = folder.Name is { IsInbox: true } ? _client.Inbox : await _client.GetFolderAsync(folder.Path, cancellationToken);
        await _open.OpenAsync(FolderAccess.ReadOnly, cancellationToken);
        var summaries = _open.Count == 0
            ? []
            : await _open.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Size, cancellationToken);
        return new OldContent(_open.UidValidity, [.. summaries.OrderBy(message => message.UniqueId.Id).Select(message => new OldMessage(
            message.UniqueId.Id, FlagsOf(message), message.InternalDate?.ToUniversalTime(), message.Size ?? 0))]);
    });

    public Task FetchAsync(IReadOnlyList<uint> uids, Func<uint, Stream, Task> take, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        await ((ImapFolder)_open!).GetStreamsAsync(
            [.. uids.Select(uid => new UniqueId(uid))],
            async (_, _, uid, octets, stop) =>
            {
                await take(uid.Id, octets);
                await _rate.SpendAsync(octets.Length, stop);
            },
            cancellationToken);
        return uids.Count;
    });

    /// <summary>
    /// POP3 lists INBOX in the order of its UIDs. Where the sizes agree one by one it is the same list; else only
    /// messages whose size nobody else has are known again.
    /// </summary>
    public async Task<IReadOnlyDictionary<uint, string>> UniqueIdsAsync(OldContent inbox, CancellationToken cancellationToken) =>
        _server.Pop3Port is { } port ? await AskAsync(() => AskPop3Async(port, inbox, cancellationToken)) : new Dictionary<uint, string>();

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected)
            await _client.DisconnectAsync(quit: false);
        _client.Dispose();
    }

    private async Task<IReadOnlyDictionary<uint, string>> AskPop3Async(int port, OldContent inbox, CancellationToken cancellationToken)
    {
        using var pop3 = new Pop3Client { Timeout = (int)Patience.TotalMilliseconds, ServerCertificateValidationCallback = _server.Trusts };
        await pop3.ConnectAsync(await _server.Reach.OpenAsync(_server.Host, port, cancellationToken), _server.Host, port, _server.Tls, cancellationToken);
        await pop3.AuthenticateAsync(_login.User, _login.Password, cancellationToken);
        var sizes = await pop3.GetMessageSizesAsync(cancellationToken);
        var ids = sizes.Count > 0 && pop3.Capabilities.HasFlag(Pop3Capabilities.UIDL) ? await pop3.GetMessageUidsAsync(cancellationToken) : [];
        await pop3.DisconnectAsync(quit: true, cancellationToken);
        return UniqueIdMatch.Of(inbox.Messages, sizes, ids);
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failed) when (OldServerFailures.Is(failed))
        {
            throw OldServerFailures.Of(_server.Host, failed);
        }
    }

    /// <summary>Without the prefix of the namespace ("INBOX." of Courier), and with our separator.</summary>
    private MailboxName? NameOf(IMailFolder folder)
    {
        if (folder == _client.Inbox)
            return MailboxName.Inbox;
        var (path, separator) = (folder.FullName, folder.DirectorySeparator);
        foreach (var prefix in _client.PersonalNamespaces.Select(space => space.Path.TrimEnd(separator) + separator).Where(prefix => prefix.Length > 1))
            if (path.StartsWith(prefix, StringComparison.Ordinal))
                path = path[prefix.Length..];
        // A slash within a level is a level to us.
        var levels = path.Split(separator).Select(level => separator == MailboxName.Separator ? level : level.Replace(MailboxName.Separator, '-'));
        return MailboxName.TryParse(string.Join(MailboxName.Separator, levels.Select(level => level.Replace('*', '-').Replace('%', '-'))), out var name) ? name : null;
    }

    private static SpecialUse UseOf(FolderAttributes attributes) =>
        attributes.HasFlag(FolderAttributes.Sent) ? SpecialUse.Sent
        : attributes.HasFlag(FolderAttributes.Drafts) ? SpecialUse.Drafts
        : attributes.HasFlag(FolderAttributes.Trash) ? SpecialUse.Trash
        : attributes.HasFlag(FolderAttributes.Junk) ? SpecialUse.Junk
        : attributes.HasFlag(FolderAttributes.Archive) ? SpecialUse.Archive
        : SpecialUse.None;

    private static FlagNames FlagsOf(IMessageSummary message)
    {
        var flags = Core.Messages.MessageFlags.None;
        foreach (var (theirs, ours) in Flags)
            if (message.Flags?.HasFlag(theirs) is true)
                flags |= ours;
        return new FlagNames(flags, [.. message.Keywords.Order(StringComparer.Ordinal)]);
    }

    private static readonly (MailKit.MessageFlags Theirs, Core.Messages.MessageFlags Ours)[] Flags =
    [
        (MailKit.MessageFlags.Seen, Core.Messages.MessageFlags.Seen),
        (MailKit.MessageFlags.Answered, Core.Messages.MessageFlags.Answered),
        (MailKit.MessageFlags.Flagged, Core.Messages.MessageFlags.Flagged),
        (MailKit.MessageFlags.Deleted, Core.Messages.MessageFlags.Deleted),
        (MailKit.MessageFlags.Draft, Core.Messages.MessageFlags.Draft),
    ];
}
