using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Messages.Threading;

public sealed class ConversationsTests
{
    [Fact]
    public async Task A_conversation_is_found_in_all_folders_and_grows()
    {
        await using var house = await House.OpenAsync("info");
        var mail = await house.DoorAsync("info");
        var question = await AppendAsync(mail, "INBOX", "Message-ID: <a@example.org>\r\nSubject: q\r\n");
        var answer = await AppendAsync(mail, "Sent", "Message-ID: <b@example.org>\r\nIn-Reply-To: <a@example.org>\r\nSubject: Re: q\r\n");
        var other = await AppendAsync(mail, "INBOX", "Message-ID: <c@example.org>\r\nSubject: q\r\n");
        var map = await mail.Conversations.MapAsync(House.Cancelled);

        map.Of(answer).Should().Be(map.Of(question)).And.NotBe(map.Of(other));
        var thanks = await AppendAsync(mail, "INBOX", "Message-ID: <d@example.org>\r\nReferences: <a@example.org> <b@example.org>\r\nSubject: Re: q\r\n");
        var thrown = await AppendAsync(mail, "Trash", "Message-ID: <e@example.org>\r\nReferences: <a@example.org>\r\nSubject: Re: q\r\n");
        map.Of(thanks).Should().BeNull("it has come since");
        map = await mail.Conversations.MapAsync(House.Cancelled);
        map.Of(thanks).Should().Be(map.Of(question));
        map.Of(thrown).Should().Be(map.Of(question));

        var thread = map.Of(question)!.Value;
        (await mail.Conversations.MembersAsync([thread], House.Cancelled))[thread].Select(one => one.Placement.Email)
            .Should().Equal(question, answer, thanks);
    }

    private static async Task<EmailId> AppendAsync(MailAccount mail, string folder, string header)
    {
        await using var message = House.Message($"{header}\r\nbody\r\n");
        var id = (await mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(folder))!.Id;
        var placed = await mail.AppendAsync(id, [new NewMessage(message, FlagNames.None, null)], House.Cancelled);
        var snapshot = await mail.GetSnapshotAsync(id, House.Cancelled);
        return snapshot[snapshot.IndexOf(placed.Uids[0])].Email;
    }
}
