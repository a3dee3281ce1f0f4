using System.Text;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Submission;

/// <summary>Whom a composer proposes.</summary>
public sealed class CorrespondentsTests
{
    [Fact]
    public async Task Who_was_written_to_comes_before_who_only_wrote_and_names_are_the_last_used()
    {
        await using var house = await House.OpenAsync("info");
        var account = await house.DoorAsync("info");
        await AddAsync(account, "INBOX", "From: Luisa <luisa@example.org>\r\nTo: info@example.test\r\n\r\nx");
        await AddAsync(account, "INBOX", "From: newsletter@example.org\r\nTo: info@example.test\r\n\r\nx");
        await AddAsync(account, "Sent", "From: info@example.test\r\nTo: M. Rossi <marco@example.org>, info@example.test\r\n\r\nx");
        await AddAsync(account, "Sent", "From: info@example.test\r\nTo: Marco Rossi <marco@example.org>\r\nCc: luisa@example.org\r\n\r\nx");

        var found = await account.Correspondents.ListAsync(10, House.Cancelled);

        found.Select(one => $"{one.Name} {one.Address}").Should().Equal("Marco Rossi marco@example.org", "Luisa luisa@example.org", " newsletter@example.org");
    }

    private static async Task AddAsync(MailAccount account, string folder, string message)
    {
        var mailbox = (await account.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(folder))!;
        await account.AppendAsync(
            mailbox.Id, [new NewMessage(MessageStaging.FromBytes(Encoding.UTF8.GetBytes(message)), FlagNames.None, null)], House.Cancelled);
    }
}
