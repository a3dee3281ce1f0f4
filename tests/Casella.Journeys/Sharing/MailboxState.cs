using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;

namespace Casella.Journeys.Sharing;

/// <summary>All of the mailbox as a session sees it that has just begun and remembers nothing.</summary>
internal sealed record MailboxState(IReadOnlyList<PlacedLetter> Letters)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public IEnumerable<PlacedLetter> this[string folder] => Letters.Where(letter => string.Equals(letter.Folder, folder, StringComparison.Ordinal));

    public static async Task<MailboxState> ReadAsync(CasellaServer server, Mailbox mailbox)
    {
        var letters = new List<PlacedLetter>();
        using var client = await MailKitClients.ImapAsync(server, mailbox);
        foreach (var folder in await client.GetFoldersAsync(client.PersonalNamespaces[0], cancellationToken: Stop))
        {
            await folder.OpenAsync(FolderAccess.ReadOnly, Stop);
            const MessageSummaryItems Items = MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.EmailId;
            foreach (var summary in await folder.FetchAsync(0, -1, Items, Stop))
            {
                using var content = new MemoryStream();
                await (await folder.GetStreamAsync(summary.UniqueId, Stop)).CopyToAsync(content, Stop);
                letters.Add(PlacedLetter.Read(folder.FullName, summary, content.ToArray()));
            }
        }

        return new MailboxState(letters);
    }

    /// <summary>What may be compared after an undo: UIDs may be new.</summary>
    public IReadOnlyList<string> WithoutUids() =>
        [.. Letters.Select(letter => $"{letter.MessageId} in {letter.Folder} ({letter.Flags})").Order(StringComparer.Ordinal)];
}

/// <param name="Flags">Without \Recent, which is a session's; in a fixed order.</param>
/// <param name="EmailId">The message's own, whatever folder it is in.</param>
internal sealed record PlacedLetter(string Folder, uint Uid, string MessageId, string Task, string Flags, string EmailId, string BodyHash)
{
    public static PlacedLetter Read(string folder, IMessageSummary summary, byte[] content)
    {
        var subject = Letter.Field(content, "Subject");
        return new PlacedLetter(
            folder, summary.UniqueId.Id, Letter.Field(content, "Message-ID"), TaskOf(subject), FlagText(summary.Flags!.Value, summary.Keywords!),
            summary.EmailId!, Letter.HashOfBody(content));
    }

    public static string TaskOf(string subject) => subject[(subject.IndexOf('[', StringComparison.Ordinal) + 1)..subject.IndexOf(']', StringComparison.Ordinal)];

    public static string FlagText(MessageFlags flags, IEnumerable<string> keywords) =>
        string.Join(' ', keywords.Order(StringComparer.Ordinal).Prepend((flags & ~(MessageFlags.Recent | MessageFlags.UserDefined)).ToString()));
}
