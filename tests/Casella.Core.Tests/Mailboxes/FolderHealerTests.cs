using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Mailboxes;

public sealed class FolderHealerTests : IAsyncLifetime
{
    private static readonly Actor Office = new(null, null, AccessProtocol.CommandLine, "administrator");

    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Theory]
    [InlineData("Posta inviata", "Sent")]
    [InlineData("INBOX/Posta inviata", "Sent")]
    [InlineData("Sent Messages", "Sent")]
    [InlineData("sent items", "Sent")]
    [InlineData("Gesendete Elemente", "Sent")]
    [InlineData("Éléments envoyés", "Sent")]
    [InlineData("Elementos enviados", "Sent")]
    [InlineData("Bozze", "Drafts")]
    [InlineData("Entwürfe", "Drafts")]
    [InlineData("Brouillons", "Drafts")]
    [InlineData("Borradores", "Drafts")]
    [InlineData("Elementi eliminati", "Trash")]
    [InlineData("Cestino", "Trash")]
    [InlineData("Deleted Messages", "Trash")]
    [InlineData("INBOX/Trash", "Trash")]
    [InlineData("Papierkorb", "Trash")]
    [InlineData("Corbeille", "Trash")]
    [InlineData("Papelera", "Trash")]
    [InlineData("Posta indesiderata", "SPAM")]
    [InlineData("Junk E-mail", "SPAM")]
    [InlineData("Courrier indésirable", "SPAM")]
    [InlineData("Correo no deseado", "SPAM")]
    [InlineData("Archivio", "Archive")]
    [InlineData("Archives", "Archive")]
    [InlineData("Corso/Posta inviata", null)]
    [InlineData("INBOX/Corso/Sent", null)]
    [InlineData("Posta inviata 2019", null)]
    [InlineData("Fatture", null)]
    public async Task What_a_program_has_made_for_itself_is_known_by_its_name(string name, string? into)
    {
        var mail = await _house.DoorAsync("info");
        var folder = await mail.CreateMailboxAsync(MailboxName.Parse(name), SpecialUse.None, House.Cancelled);

        folder.Name.Value.Should().Be(name, "the program gets the folder it asked for");
        mail.Care.DoubledFolders.Where(doubled => doubled.Name == folder.Name).Select(doubled => doubled.Into.Value)
            .Should().Equal(into is null ? [] : [into]);
    }

    [Fact]
    public void Outlooks_decomposed_accents_are_the_same_name() =>
        FolderNames.UseOf(MailboxName.Parse("Entwu\u0308rfe")).Should().Be(SpecialUse.Drafts);

    [Fact]
    public async Task Healing_moves_the_messages_as_they_are_and_takes_the_folder_away()
    {
        var mail = (await _house.DoorAsync("info")).As(Office);
        var tree = await mail.GetTreeAsync(House.Cancelled);
        var own = await mail.CreateMailboxAsync(MailboxName.Parse("Posta inviata"), SpecialUse.None, House.Cancelled);
        await mail.SetSubscribedAsync(own.Name, true, House.Cancelled);
        var sent = tree.Find(SpecialUse.Sent)!;
        await AppendAsync(mail, sent.Id, "one", FlagNames.None);
        await AppendAsync(mail, own.Id, "two", new FlagNames(MessageFlags.Seen | MessageFlags.Flagged, ["Corso"]));
        var before = (await mail.GetSnapshotAsync(own.Id, House.Cancelled))[0];
        _house.Time.Advance(TimeSpan.FromDays(1));

        var healed = await mail.Care.HealAsync(House.Cancelled);

        healed.Single().Should().BeEquivalentTo(new DoubledFolder(own.Name, sent.Name, 1, []));
        var after = (await mail.GetSnapshotAsync(sent.Id, House.Cancelled))[1];
        (after.Uid, after.Email, after.Flags, after.ReceivedAt).Should().Be((new Uid(2), before.Email, before.Flags, before.ReceivedAt));
        tree = await mail.GetTreeAsync(House.Cancelled);
        tree.Find(own.Name).Should().BeNull();
        tree.Subscriptions.Should().NotContain("Posta inviata");
        mail.Care.DoubledFolders.Should().BeEmpty();
        (await mail.Care.HealAsync(House.Cancelled)).Should().BeEmpty("there is nothing left to heal");
    }

    [Fact]
    public async Task Folders_below_are_left_and_named()
    {
        var mail = (await _house.DoorAsync("info")).As(Office);
        await mail.CreateMailboxAsync(MailboxName.Parse("Archivio/2025"), SpecialUse.None, House.Cancelled);

        var healed = await mail.Care.HealAsync(House.Cancelled);

        healed.Single().Below.Select(name => name.Value).Should().Equal("Archivio/2025");
        var tree = await mail.GetTreeAsync(House.Cancelled);
        tree.Find(MailboxName.Parse("Archivio/2025"))!.IsSelectable.Should().BeTrue();
        tree.Find(MailboxName.Parse("Archivio"))!.IsSelectable.Should().BeFalse();
        mail.Care.DoubledFolders.Should().BeEmpty("an empty name is no folder");
    }

    [Fact]
    public async Task All_that_is_doubled_is_merged_at_once_logged_and_trips_no_brake()
    {
        var mail = (await _house.DoorAsync("info")).As(Office);
        foreach (var name in new[] { "Deleted Items", "Elementi eliminati", "Sent Items" })
        {
            var folder = await mail.CreateMailboxAsync(MailboxName.Parse(name), SpecialUse.None, House.Cancelled);
            for (var i = 0; i < 60; i++)
                await AppendAsync(mail, folder.Id, $"{name} {i}", FlagNames.None);
        }

        var modSeq = mail.HighestModSeq;
        await mail.Care.HealAsync(House.Cancelled);

        mail.HighestModSeq.Value.Should().Be(modSeq.Value + 1, "one transaction");
        var log = await _house.Get<IMailStore>().ReadAsync(mail.Id, reader => reader.Changes(modSeq, 100), House.Cancelled);
        log.Select(change => change.Kind).Should().Equal(Enumerable.Repeat<ChangeKind[]>([ChangeKind.Moved, ChangeKind.Merged, ChangeKind.MailboxDeleted], 3).SelectMany(kinds => kinds));
        log.Where(change => change.Kind == ChangeKind.Merged).Select(change => change.Text)
            .Should().Equal("Deleted Items\nTrash", "Elementi eliminati\nTrash", "Sent Items\nSent");
        await _house.Get<NoticeRunner>().DeliverAllAsync(House.Cancelled);
        (await _house.ReadAsync("info")).Should().BeEmpty();
    }

    private static async Task AppendAsync(MailAccount mail, MailboxId mailbox, string subject, FlagNames flags)
    {
        await using var message = House.Message($"Subject: {subject}\r\n\r\nx\r\n");
        await mail.AppendAsync(mailbox, [new NewMessage(message, flags, new DateTimeOffset(2019, 5, 1, 10, 0, 0, TimeSpan.Zero))], House.Cancelled);
    }
}
