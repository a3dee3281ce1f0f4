using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Tests;

/// <summary>
/// Data folders of earlier versions, with one mailbox and three messages, as those programs left them: they open and go
/// on.
/// </summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private const string Info = "info@example.test";
    private readonly House _house = House.Open("version1.zip");

    private static CancellationToken None => CancellationToken.None;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_folder_of_the_second_version_has_everything_that_came_since()
    {
        await using var house = House.Open("version2.zip");
        var lists = house.Get<MailingLists>();

        (await house.ReadAsync("info")).Should().HaveCount(2);
        (await house.ReadAsync("info", "Archive")).Should().ContainSingle().Which.Should().Contain("terzo");
        (await house.People.PersonsAsync(None)).Should().ContainSingle(person => person.Name == "Anna");
        await lists.PutAsync("news@example.test", "News", ListPosting.Members, None);
        (await lists.ListAsync(None)).Should().ContainSingle();
        (await house.Get<IMailStore>().ReadAsync(new AccountId(1), reader => reader.OldUniqueIds(), None)).Should().BeEmpty();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_folder_of_the_third_version_knows_when_its_messages_were_sent()
    {
        await using var house = House.Open("version3.zip");
        var placements = await house.Get<IMailStore>().ReadAsync(
            new AccountId(1),
            reader =>
            {
                var found = new List<Placement>();
                foreach (var mailbox in reader.Mailboxes())
                    reader.Placements(mailbox.Id, found);
                return found;
            },
            None);

        placements.Should().HaveCount(3);
        var facts = await house.Get<IMailStore>().ReadAsync(
            new AccountId(1), reader => reader.Messages([.. placements.Select(one => one.Email)], MessageNeeds.Facts), None);
        placements.Select(one => one.SentAt).Should().Equal(
            facts.Zip(placements, (fact, one) => fact.Facts!.SentAt?.ToUnixTimeSeconds() ?? one.ReceivedAt));
        placements.Should().OnlyContain(one => one.SentAt > 0);
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_queue_of_the_third_version_still_has_what_waited_and_sends_it()
    {
        await using var house = House.Open("queue3.zip");
        var waiting = await house.Queue.ListAsync(None);
        waiting.Select(message => (message.Recipients.Single().Address.LocalPart, message.Recipients.Single().Attempts)).Should().Equal(("a", 1), ("b", 1), ("c", 1));
        var sent = new List<string>();
        house.Transport.During = async mail =>
        {
            using var reader = new StreamReader(mail.Content.OpenRead());
            sent.Add(await reader.ReadToEndAsync(None));
        };

        await house.AttemptAsync();

        sent.Select(text => text.Length).Should().Equal(waiting.Select(message => (int)message.Size));
        sent.Select(text => text.Split("\r\n\r\n")[1][..3]).Should().Equal("uno", "due", "tre");
        (await house.Queue.ListAsync(None)).Should().BeEmpty();
        await house.ReopenAsync();
        (await house.Queue.ListAsync(None)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_queue_of_the_fourth_version_is_kept_and_takes_mail_that_can_be_called_back()
    {
        await using var house = House.Open("queue4.zip");
        (await house.Queue.ListAsync(None)).Should().ContainSingle().Which.Recipients.Should().ContainSingle().Which.Address.LocalPart.Should().Be("a");
        (await house.Get<Casella.Core.Tracing.MailTraces>().LastOfAsync(new AccountId(1), "w@example.test", None))!.Id.Should().Be("aa");
        (await house.Queue.LeavingAsync(new AccountId(1), house.Time.GetUtcNow().AddYears(1), None)).Should().ContainSingle("it was put off before")
            .Which.Subject.Should().BeEmpty();

        (await house.Get<IQueueStore>().CallBackAsync("aa", house.Time.GetUtcNow(), None)).Should().BeTrue();

        await house.ReopenAsync();
        (await house.Queue.ListAsync(None)).Should().BeEmpty();
    }

    [Fact]
    public async Task The_announced_password_is_a_device_of_nobody_with_all_rights_on_every_protocol()
    {
        foreach (var protocol in new[] { AccessProtocol.Imap, AccessProtocol.Pop3, AccessProtocol.Submission })
        {
            var signedIn = await SignInAsync(House.Password, protocol);
            signedIn.Actor.Name.Should().Be(MailDirectory.CommonPassword);
            signedIn.Rights.Should().Be(MemberRights.All);
        }

        var device = (await _house.Devices.ListAsync(Info, None)).Should().ContainSingle().Subject;
        device.IsCommonPassword.Should().BeTrue();
        device.Protocols.Should().Be(DeviceProtocols.All);
    }

    [Fact]
    public async Task The_mail_is_there_and_persons_begin_to_work_with_it()
    {
        (await _house.ReadAsync("info")).Should().HaveCount(2);
        var phone = await _house.AddPhoneAsync("info", "anna");

        (await SignInAsync(phone.Password, AccessProtocol.Imap)).Person!.Name.Should().Be("anna");
        (await _house.VerifyAsync("info")).Should().BeEmpty();

        await _house.ReopenAsync();
        (await _house.ReadAsync("info", "Archive")).Should().ContainSingle().Which.Should().Contain("terzo");
        (await SignInAsync(phone.Password, AccessProtocol.Imap)).Person!.Name.Should().Be("anna");
    }

    private Task<SignedIn> SignInAsync(string password, AccessProtocol protocol) => _house.Get<Authenticator>().SignInAsync(
        new SignInAttempt(Info, password, protocol, IPAddress.Loopback), None);
}
