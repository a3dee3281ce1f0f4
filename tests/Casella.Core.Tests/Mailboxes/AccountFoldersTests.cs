using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Mailboxes;

public sealed class AccountFoldersTests : IAsyncLifetime
{
    private House _house = null!;
    private MailAccount _mail = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        _mail = await _house.DoorAsync("info");
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task A_deleted_folder_goes_to_Trash_with_all_below_it_and_one_undo_brings_everything_back()
    {
        await MakeAsync("Corsi/2025/Base");
        await AppendAsync("Corsi", "one");
        await AppendAsync("Corsi/2025/Base", "two");
        await _mail.SetSubscribedAsync(MailboxName.Parse("Corsi/2025"), true, House.Cancelled);

        var gone = await _mail.Folders.TrashAsync(MailboxName.Parse("Corsi"), House.Cancelled);

        (gone.Messages, gone.Folders).Should().Be((2, 3));
        var tree = await _mail.GetTreeAsync(House.Cancelled);
        tree.Mailboxes.Should().NotContain(folder => folder.Name.Value.StartsWith("Corsi"));
        tree.Find(SpecialUse.Trash)!.Messages.Should().Be(2);

        var undone = await _mail.UndoAsync(new UndoRequest { Change = gone.Change }, House.Cancelled);

        (undone.Restored, undone.Conflicts.Count).Should().Be((2, 0));
        tree = await _mail.GetTreeAsync(House.Cancelled);
        tree.Find(MailboxName.Parse("Corsi"))!.Messages.Should().Be(1);
        tree.Find(MailboxName.Parse("Corsi/2025"))!.IsSelectable.Should().BeTrue();
        tree.Find(MailboxName.Parse("Corsi/2025/Base"))!.Messages.Should().Be(1);
        tree.Subscriptions.Should().Contain("Corsi/2025");
        tree.Find(SpecialUse.Trash)!.Messages.Should().Be(0);
    }

    [Fact]
    public async Task What_is_in_Trash_already_goes()
    {
        await MakeAsync("Trash/Corsi");
        await AppendAsync("Trash/Corsi", "one");

        var gone = await _mail.Folders.TrashAsync(MailboxName.Parse("Trash/Corsi"), House.Cancelled);

        (await _mail.GetTreeAsync(House.Cancelled)).Find(SpecialUse.Trash)!.Messages.Should().Be(0);
        (await _mail.UndoAsync(new UndoRequest { Change = gone.Change }, House.Cancelled)).Restored.Should().Be(1);
    }

    [Theory]
    [InlineData("INBOX")]
    [InlineData("Sent")]
    [InlineData("Trash")]
    public async Task INBOX_and_folders_of_a_special_use_stay(string name)
    {
        var act = () => _mail.Folders.TrashAsync(MailboxName.Parse(name), House.Cancelled);

        (await act.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.MailboxCannotBeDeleted);
    }

    [Fact]
    public async Task Another_name_is_undone_by_its_number()
    {
        await MakeAsync("Corsi/2025");

        var change = await _mail.Folders.RenameAsync(MailboxName.Parse("Corsi"), MailboxName.Parse("Archive/Lezioni"), House.Cancelled);

        var tree = await _mail.GetTreeAsync(House.Cancelled);
        tree.Find(MailboxName.Parse("Archive/Lezioni/2025")).Should().NotBeNull();
        await _mail.UndoAsync(new UndoRequest { Change = change }, House.Cancelled);
        (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse("Corsi/2025")).Should().NotBeNull();
    }

    [Fact]
    public async Task A_doubled_folder_is_merged_alone_or_never_offered_again()
    {
        await MakeAsync("Posta inviata");
        await MakeAsync("Cestino");
        await AppendAsync("Posta inviata", "one");

        await _mail.Folders.KeepApartAsync((await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse("Cestino"))!.Id, House.Cancelled);
        (await _mail.Folders.DoubledAsync(House.Cancelled)).Select(one => one.Name.Value).Should().Equal("Posta inviata");
        var merged = await _mail.Folders.MergeAsync(MailboxName.Parse("Posta inviata"), House.Cancelled);

        merged.Folder.Messages.Should().Be(1);
        (await _mail.Folders.DoubledAsync(House.Cancelled)).Should().BeEmpty();
        await _mail.UndoAsync(new UndoRequest { Change = merged.Change }, House.Cancelled);
        (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse("Posta inviata"))!.Messages.Should().Be(1);
    }

    private Task<MailboxInfo> MakeAsync(string name) => _mail.CreateMailboxAsync(MailboxName.Parse(name), SpecialUse.None, House.Cancelled);

    private async Task AppendAsync(string folder, string subject)
    {
        await using var message = House.Message($"Subject: {subject}\r\n\r\nbody\r\n");
        var id = (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(folder))!.Id;
        await _mail.AppendAsync(id, [new NewMessage(message, FlagNames.None, null)], House.Cancelled);
    }
}
