using System.Text;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Web.Desk;

namespace Casella.Web.Tests.Desk;

/// <summary>A mailbox as a page has it open, and mail that comes into it.</summary>
internal static class Boxes
{
    public static async Task<Box> OpenBoxAsync(this OfficeHouse house, string address)
    {
        var entry = (await house.AddMailboxAsync(address)).Account;
        var account = await house.Get<MailAccounts>().OpenAsync(entry.Id, Actor.Server, OfficeHouse.Stop);
        var box = new Box(account, new SignedIn(entry.Id, entry.Address, Actor.Server));
        await box.RefreshAsync(OfficeHouse.Stop);
        return box;
    }

    /// <summary>A message of a subject that no other has.</summary>
    public static async Task ReceiveAsync(this Box box, MailboxInfo folder, string sender, DateTimeOffset at)
    {
        await using var mail = MessageStaging.FromBytes(Encoding.UTF8.GetBytes(
            $"From: {sender} <{sender}@example.test>\r\nSubject: {Guid.NewGuid():N}\r\n\r\nx\r\n"));
        await box.Account.AppendAsync(folder.Id, [new NewMessage(mail, FlagNames.None, at)], OfficeHouse.Stop);
    }
}
