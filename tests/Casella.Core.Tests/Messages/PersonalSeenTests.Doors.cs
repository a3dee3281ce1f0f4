using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Messages;

/// <summary>The three who look, and what each of them sees.</summary>
public sealed partial class PersonalSeenTests
{
    private async Task OpenDoorsAsync()
    {
        var account = await _house.Directory.AccountAsync("info@example.test", None);
        Task<MailAccount> OpenAsync(int? person, string name) => _house.Accounts.OpenAsync(
            account.Id, new Actor(person is { } id ? new PersonId(id) : null, null, AccessProtocol.Imap, name), None);
        (_anna, _marco, _common) = (await OpenAsync(101, "Anna"), await OpenAsync(102, "Marco"), await OpenAsync(null, "common password"));
    }

    /// <summary>Where it is "person", everybody looks once, as their programs do.</summary>
    private async Task SetAsync(string mode)
    {
        await SwitchAsync(mode);
        foreach (var door in (MailAccount[])[_anna, _marco, _common])
            await door.GetTreeAsync(None);
    }

    private Task SwitchAsync(string mode) => _common.SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["seen"] = mode }, None);

    private async Task<MailboxId> FindAsync(string name) => (await _common.GetTreeAsync(None)).Find(MailboxName.Parse(name))!.Id;

    private Task<MailboxId> InboxAsync() => FindAsync("INBOX");

    private static async Task<List<Uid>> AppendAsync(MailAccount door, MailboxId mailbox, int count, FlagNames? flags = null)
    {
        var uids = new List<Uid>();
        for (var i = 0; i < count; i++)
        {
            await using var message = House.Message($"Subject: {i}\r\n\r\ntext\r\n");
            uids.AddRange((await door.AppendAsync(mailbox, [new NewMessage(message, flags ?? FlagNames.None, null)], None)).Uids);
        }

        return uids;
    }

    private static async Task<List<Placement>> SnapshotAsync(MailAccount door, MailboxId mailbox)
    {
        var snapshot = await door.GetSnapshotAsync(mailbox, None);
        return [.. Enumerable.Range(0, snapshot.Count).Select(at => snapshot[at])];
    }

    private static async Task<List<Uid>> SeenAsync(MailAccount door, MailboxId mailbox) =>
        [.. (await SnapshotAsync(door, mailbox)).Where(placement => placement.Flags.Has(MessageFlags.Seen)).Select(placement => placement.Uid)];

    private static async Task<List<Uid>> ChangedSinceAsync(MailAccount door, MailboxId mailbox, ModSeq since) =>
        [.. (await SnapshotAsync(door, mailbox)).Where(placement => placement.ModSeq > since).Select(placement => placement.Uid)];

    private static async Task<IReadOnlyList<Uid>> SearchUnseenAsync(MailAccount door, MailboxId mailbox) => await door.SearchAsync(
        await door.GetSnapshotAsync(mailbox, None), new SearchCriterion.Not(new SearchCriterion.HasFlag(MessageFlags.Seen)), None);

    private static async Task<int> UnseenAsync(MailAccount door) => (await door.GetTreeAsync(None)).Find(MailboxName.Inbox)!.Unseen;

    private async Task<IReadOnlyList<ChangeRow>> LogAsync() =>
        await _house.Get<IMailStore>().ReadAsync(_common.Id, reader => reader.Changes(default, 10_000), None);
}
