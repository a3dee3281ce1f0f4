using System.Text;
using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Mailboxes;

/// <summary>Annotations: whose they are, what they may weigh, what becomes of them with their mailbox.</summary>
public sealed class AnnotationTests
{
    private static readonly Actor Anna = new(new PersonId(1), new DeviceId(1), AccessProtocol.Imap, "Anna's phone");
    private static readonly Actor Marco = new(new PersonId(2), new DeviceId(2), AccessProtocol.Imap, "Marco's PC");
    private static readonly MessageOptions Limits = new();

    [Fact]
    public async Task What_is_private_is_each_persons_own_and_what_is_shared_is_for_all()
    {
        await using var house = await House.OpenAsync("info");
        var (anna, inbox) = await OpenAsync(house, Anna);
        var (marco, _) = await OpenAsync(house, Marco);

        await anna.SetAsync(inbox, [Value("/private/comment", "hers"), Value("/shared/comment", "ours")], House.Cancelled);
        await marco.SetAsync(inbox, [Value("/private/comment", "his")], House.Cancelled);

        (await TextsAsync(anna, inbox)).Should().Equal("/private/comment=hers", "/shared/comment=ours");
        (await TextsAsync(marco, inbox)).Should().Equal("/private/comment=his", "/shared/comment=ours");
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_change_is_published_to_those_whom_it_concerns_and_what_is_so_already_is_none()
    {
        await using var house = await House.OpenAsync("info");
        var (anna, inbox) = await OpenAsync(house, Anna);
        var heard = new List<Committed>();
        using var subscription = (await house.DoorAsync("info", Marco)).Subscribe(heard.Add);

        var first = await anna.SetAsync(inbox, [Value("/private/comment", "hers"), Value("/Shared/Comment", "ours")], House.Cancelled);
        var second = await anna.SetAsync(inbox, [Value("/shared/comment", "ours")], House.Cancelled);

        second.Should().BeNull();
        var committed = heard.Should().ContainSingle().Subject;
        committed.ModSeq.Should().Be(first!.Value);
        committed.Annotations.Where(change => change.IsVisibleTo(Marco)).Should().ContainSingle()
            .Which.Entry.Path.Should().Be("/shared/comment");
        committed.Annotations.Count(change => change.IsVisibleTo(Anna)).Should().Be(2);
    }

    [Fact]
    public async Task One_that_is_too_long_or_one_too_many_leaves_all_as_it_was()
    {
        await using var house = await House.OpenAsync("info");
        var (anna, inbox) = await OpenAsync(house, Anna);
        var full = Enumerable.Range(0, Limits.AnnotationsPerMailbox).Select(i => Value($"/private/vendor/example/{i:000}", "x")).ToList();
        await anna.SetAsync(inbox, full, House.Cancelled);

        await FailsAsync(anna, inbox, MailError.TooManyAnnotations, Value("/shared/comment", "kept?"), Value("/private/comment", "x"));
        await FailsAsync(anna, inbox, MailError.AnnotationTooLarge, Value("/shared/comment", new string('x', Limits.AnnotationSize + 1)));
        await FailsAsync(anna, mailbox: null, MailError.NoPermission, Value("/shared/comment", "x"));

        (await anna.ReadAsync(inbox, House.Cancelled)).Should().HaveCount(full.Count);
        // One goes, another comes.
        await anna.SetAsync(inbox, [new Annotation(full[0].Entry, null), Value("/private/comment", "x")], House.Cancelled);
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task All_annotations_of_an_account_together_have_a_limit()
    {
        await using var house = await House.OpenAsync("info");
        var (anna, inbox) = await OpenAsync(house, Anna);
        var large = new string('x', Limits.AnnotationSize);
        var most = (int)(Limits.AnnotationsTotal / Limits.AnnotationSize);
        for (var i = 0; i < most; i++)
            await anna.SetAsync(i < 100 ? inbox : null, [Value($"/private/vendor/example/{i}", large)], House.Cancelled);

        await FailsAsync(anna, mailbox: null, MailError.TooManyAnnotations, Value("/private/comment", "x"));
        await anna.SetAsync(inbox, [Value("/private/vendor/example/0", "x")], House.Cancelled);
        await anna.SetAsync(mailbox: null, [Value("/private/comment", "x")], House.Cancelled);
    }

    [Fact]
    public async Task Who_may_only_read_has_private_ones()
    {
        await using var house = await House.OpenAsync("info");
        var (reader, inbox) = await OpenAsync(house, Anna with { Rights = MemberRights.Read });

        await reader.SetAsync(inbox, [Value("/private/comment", "hers")], House.Cancelled);
        await FailsAsync(reader, inbox, MailError.NoPermission, Value("/shared/comment", "x"));
    }

    [Fact]
    public async Task They_follow_their_mailbox_and_go_with_it()
    {
        await using var house = await House.OpenAsync("info");
        var door = await house.DoorAsync("info", Anna);
        var feste = await door.CreateMailboxAsync(MailboxName.Parse("Feste"), SpecialUse.None, House.Cancelled);
        await door.Annotations.SetAsync(feste.Id, [Value("/shared/comment", "Di luglio")], House.Cancelled);

        await door.RenameMailboxAsync(feste.Name, MailboxName.Parse("Sagre"), House.Cancelled);
        await house.ReopenAsync();
        door = await house.DoorAsync("info", Anna);
        var renamed = (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse("Sagre"))!;
        (await TextsAsync(door.Annotations, renamed.Id)).Should().Equal("/shared/comment=Di luglio");

        await door.DeleteMailboxAsync(renamed.Name, House.Cancelled);
        (await TextsAsync(door.Annotations, renamed.Id)).Should().BeEmpty();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task The_office_says_where_it_can_be_reached()
    {
        await using var house = await House.OpenAsync("info");
        var server = house.Get<ServerAnnotations>();
        var info = House.Address("info@example.test");

        Texts(await server.ReadAsync(info, House.Cancelled)).Should().Equal("/shared/admin=mailto:postmaster@example.test");
        await server.SetAdminAsync("tel:+39055123", House.Cancelled);
        await server.SetCommentAsync("Chiuso ad agosto", House.Cancelled);
        Texts(await server.ReadAsync(info, House.Cancelled)).Should().Equal("/shared/admin=tel:+39055123", "/shared/comment=Chiuso ad agosto");
        var wrong = () => server.SetAdminAsync("the office", House.Cancelled);
        await wrong.Should().ThrowAsync<DirectoryRuleException>();
    }

    [Theory]
    [InlineData("/shared/comment", true)]
    [InlineData("/PRIVATE/vendor/x", true)]
    [InlineData("/shared", true)]
    [InlineData("/sharedcomment", false)]
    [InlineData("/shared/", false)]
    [InlineData("/shared//comment", false)]
    [InlineData("/shared/com*", false)]
    [InlineData("/shared/com%", false)]
    [InlineData("/shared/perché", false)]
    [InlineData("/comment", false)]
    [InlineData("", false)]
    public void Names_have_rules(string name, bool isLegal) => AnnotationEntry.TryParse(name, out _).Should().Be(isLegal);

    private static async Task<(AccountAnnotations Annotations, MailboxId Inbox)> OpenAsync(House house, Actor actor)
    {
        var door = await house.DoorAsync("info", actor);
        return (door.Annotations, (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id);
    }

    private static async Task FailsAsync(AccountAnnotations annotations, MailboxId? mailbox, MailError error, params Annotation[] values)
    {
        var set = () => annotations.SetAsync(mailbox, values, House.Cancelled);
        (await set.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(error);
    }

    private static Annotation Value(string name, string text) => new(AnnotationEntry.Parse(name), Encoding.UTF8.GetBytes(text));

    private static async Task<IEnumerable<string>> TextsAsync(AccountAnnotations annotations, MailboxId? mailbox) =>
        Texts(await annotations.ReadAsync(mailbox, House.Cancelled));

    private static IEnumerable<string> Texts(IReadOnlyList<Annotation> annotations) =>
        annotations.Select(one => $"{one.Entry}={Encoding.UTF8.GetString(one.Value!.Value.Span)}");
}
