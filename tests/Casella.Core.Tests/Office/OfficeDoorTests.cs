using Casella.Core.Archives;
using Casella.Core.Backups;
using Casella.Core.Changes;
using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Casella.Core.Lists;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Policies;
using Casella.Core.Signing;

namespace Casella.Core.Tests.Office;

/// <summary>Help inside mailboxes goes through the office's door: done for who may, with its line in the journal, and its traces for the members.</summary>
public sealed class OfficeDoorTests : IDisposable
{
    private readonly string _outside = System.IO.Directory.CreateTempSubdirectory("casella-out-").FullName;

    public void Dispose() => System.IO.Directory.Delete(_outside, recursive: true);

    [Fact]
    public async Task What_somebody_did_is_taken_back_without_reading_it()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("olga", OfficeRoles.Operator);
        await AppendAsync(house);
        var phone = await house.AddPhoneAsync("info", "anna");
        var anna = await house.DoorAsync("info", new Actor(phone.Device.Person?.Id, phone.Device.Id, AccessProtocol.Imap, "phone"));
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        await anna.ExpungeAsync(inbox, [new Uid(1)], onlyDeleted: false, House.Cancelled);
        (await house.ReadAsync("info")).Should().BeEmpty();

        (await door.Care.UndoAsync("info@example.test", null, "anna", new UndoRequest { IsTrial = true }, House.Cancelled)).Restored.Should().BePositive();
        (await house.ReadAsync("info")).Should().BeEmpty("it was a trial");
        await door.Care.UndoAsync("info@example.test", "anna's phone", null, new UndoRequest(), House.Cancelled);

        (await house.ReadAsync("info")).Should().ContainSingle();
        (await JournalAsync(house)).Should().Contain(entry => string.Equals($"{entry.Act} {entry.Who} {entry.Detail}", "mailbox.undo olga person=anna trial", StringComparison.Ordinal));
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_mailbox_comes_back_from_the_last_backup_and_from_nowhere_else()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("tina", OfficeRoles.Technician);
        await AppendAsync(house);
        var request = new MailboxToRestore("/etc", "info@example.test", null, null, null);
        (await Refusal(() => door.Backups.RestoreAsync(request, _ => { }, House.Cancelled))).Should().Be(MailError.Unavailable, "there is no backup yet");
        await house.Get<MailBackups>().WriteAsync(Path.Join(_outside, "backups"), "test", _ => { }, House.Cancelled);
        await house.CommandLine().Mailboxes.RemoveAsync("info@example.test", House.Cancelled);

        var restored = await door.Backups.RestoreAsync(request, _ => { }, House.Cancelled);

        (restored.Counts.Restored, restored.Password).Should().Match<(int, string?)>(result => result.Item1 == 1 && result.Item2 != null);
        (await house.ReadAsync("info")).Should().ContainSingle();
        (await door.Backups.ListAsync(House.Cancelled)).Should().ContainSingle();
        (await Refusal(() => door.Backups.ExportAsync(
            new ExportRequest("info@example.test", ArchiveFormat.Zip, null, Path.Join(_outside, "x.zip")), "perché sì", _ => { }, House.Cancelled))).Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task Who_takes_a_mailbox_out_says_why_and_its_members_see_it()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("olga", OfficeRoles.Operator);
        var request = new ExportRequest("info@example.test", ArchiveFormat.Mbox, null, Path.Join(_outside, "info.mbox"));

        var silent = await FluentActions.Invoking(() => door.Backups.ExportAsync(request, " ", _ => { }, House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>();
        silent.Which.Rule.Should().Be(DirectoryRule.Reason);
        (File.Exists(request.File), System.IO.Directory.Exists(request.File)).Should().Be((false, false));
        await door.Backups.ExportAsync(request, "Gino cambia associazione", _ => { }, House.Cancelled);

        var words = new HistoryWords(Language.English, await ActorNames.LoadAsync(house.People, house.Devices, "info@example.test", House.Cancelled));
        (await (await house.DoorAsync("info")).History.ReadAsync(new HistoryRequest { Limit = 5 }, House.Cancelled)).Select(words.Of)
            .Should().Contain(line => line.Contains("Gino cambia associazione", StringComparison.Ordinal));
        (await JournalAsync(house)).Should().Contain(entry => string.Equals(entry.Reason, "Gino cambia associazione", StringComparison.Ordinal) && entry.Outcome == JournalOutcome.Done)
            .And.Contain(entry => string.Equals(entry.Act, "mailbox.export", StringComparison.Ordinal) && entry.Outcome == JournalOutcome.Failed);
    }

    [Fact]
    public async Task A_domain_operator_has_the_lists_of_the_domain_and_no_others()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("anna", OfficeRoles.DomainOperator);
        await house.CommandLine().Lists.PutAsync("news@other.test", "News", ListPosting.Members, House.Cancelled);

        await door.Lists.PutAsync("soci@example.test", "Soci", ListPosting.Named, House.Cancelled);
        await door.Lists.SubscribeAsync("soci@example.test", ["gino@elsewhere.test", "eva@elsewhere.test"], mayPost: false, House.Cancelled);
        await FluentActions.Invoking(() => door.Lists.SubscribeAsync("soci@example.test", ["ok@elsewhere.test", "no address"], false, House.Cancelled)).Should().ThrowAsync<MailException>();
        await door.Lists.UnsubscribeAsync("soci@example.test", "gino@elsewhere.test", House.Cancelled);

        (await door.Lists.ListAsync(House.Cancelled)).Should().ContainSingle().Which.Members.Select(member => member.Address.ToString()).Should().Equal("eva@elsewhere.test");
        (await Refusal(() => door.Lists.ShowAsync("news@other.test", House.Cancelled))).Should().Be(MailError.NoSuchAddress);
        (await Refusal(() => door.Lists.RemoveAsync("news@other.test", House.Cancelled))).Should().Be(MailError.NoSuchAddress);
        (await Refusal(() => door.Lists.PutAsync("us@other.test", "", ListPosting.Members, House.Cancelled))).Should().Be(MailError.NoSuchDomain);
    }

    [Fact]
    public async Task New_keys_sign_when_DNS_knows_them()
    {
        await using var house = await Staff.OpenAsync();
        var door = await house.StaffAsync("tina", OfficeRoles.Technician);
        await house.Get<DomainKeys>().EnsureAsync("example.test", House.Cancelled);

        var early = await FluentActions.Invoking(() => door.Domains.UseKeysAsync("example.test", unseen: true, House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>();
        early.Which.Rule.Should().Be(DirectoryRule.NoNewKeys);
        await door.Domains.MakeKeysAsync("example.test", House.Cancelled);
        (await Refusal(() => door.Domains.UseKeysAsync("example.test", unseen: false, House.Cancelled))).Should().Be(MailError.Unavailable, "no server can ask DNS");
        await door.Domains.UseKeysAsync("example.test", unseen: true, House.Cancelled);

        (await door.Domains.KeysAsync("example.test", House.Cancelled)).Should().Contain(key => key.State == DomainKeyState.Retired).And.Contain(key => key.State == DomainKeyState.Signing);
    }

    private static async Task AppendAsync(House house)
    {
        var account = await house.DoorAsync("info");
        await using var content = House.Message("Subject: Turni\r\n\r\nx\r\n");
        await account.AppendAsync((await account.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id, [new NewMessage(content, FlagNames.None, null)], House.Cancelled);
    }

    private static async Task<IReadOnlyList<JournalEntry>> JournalAsync(House house) => await house.CommandLine().Journal.ReadAsync(100, null, null, House.Cancelled);

    private static async Task<MailError> Refusal(Func<Task> act) => (await act.Should().ThrowAsync<MailException>()).Which.Error;
}
