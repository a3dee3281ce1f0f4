using Casella.Core.Changes;
using Casella.Core.Changes.History;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Policies;

namespace Casella.Core.Tests.Filtering.Spam;

/// <summary>Who is let through and who is not: for a mailbox and for a domain, told in the history and undone.</summary>
public sealed class SenderListTests : IAsyncLifetime
{
    private static readonly Actor Office = new(null, null, AccessProtocol.CommandLine, "administrator");

    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info", "anna");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Who_is_allowed_comes_through_unless_his_domain_says_that_it_is_not_him()
    {
        var spam = (await _house.DoorAsync("info", Office)).Spam;
        (await spam.SetAsync(" X@Evil.Example", true, House.Cancelled)).Should().BeTrue();
        (await spam.SetAsync("x@evil.example", true, House.Cancelled)).Should().BeFalse("it is so already");

        (await _house.DeliverAsync(SpamMail.Trap(), SpamMail.Unknown)).Should().BeOfType<DeliveryOutcome.Delivered>();
        (await _house.ReadAsync("info")).Should().ContainSingle().Which.Should().Contain("ALLOWED=-100.0");
        (await _house.DeliverAsync(SpamMail.Trap(), SpamMail.Unknown with { Dmarc = CheckResult.Fail })).Should().BeOfType<DeliveryOutcome.Refused>();
    }

    [Fact]
    public async Task Who_is_denied_is_in_SPAM_by_address_by_domain_and_below_it()
    {
        var door = await _house.DoorAsync("info", Office);
        await door.Spam.SetAsync("*@shop.test", false, House.Cancelled);
        await door.Spam.SetAsync("amico@shop.test", true, House.Cancelled);
        foreach (var (sender, isSpam) in new[] { ("a@shop.test", true), ("a@mail.shop.test", true), ("amico@shop.test", false), ("a@othershop.test", false) })
        {
            var (inbox, apart) = ((await _house.ReadAsync("info")).Count, (await _house.ReadAsync("info", "SPAM")).Count);
            await _house.DeliverAsync(SpamMail.Plain(sender, "Offerta", "Buongiorno."), SpamMail.Good(sender[(sender.IndexOf('@', StringComparison.Ordinal) + 1)..]));
            (await _house.ReadAsync("info")).Should().HaveCount(inbox + (isSpam ? 0 : 1), sender);
            (await _house.ReadAsync("info", "SPAM")).Should().HaveCount(apart + (isSpam ? 1 : 0), sender);
        }
    }

    [Fact]
    public async Task The_domains_list_is_for_all_and_a_mailbox_may_think_otherwise()
    {
        (await _house.Get<DomainSpam>().SetAsync("example.test", "shop.test", false, House.Cancelled)).Should().BeTrue();
        (await _house.Get<DomainSpam>().SetAsync("example.test", "shop.test", false, House.Cancelled)).Should().BeFalse();
        await (await _house.DoorAsync("anna")).Spam.SetAsync("shop.test", true, House.Cancelled);
        await _house.DeliverAsync(SpamMail.Plain("a@shop.test", "Offerta", "Buongiorno."), SpamMail.Good("shop.test"), "info@example.test", "anna@example.test");
        (await _house.ReadAsync("info", "SPAM")).Should().ContainSingle();
        (await _house.ReadAsync("anna")).Should().ContainSingle();

        (await _house.Get<DomainSpam>().ListAsync("example.test", House.Cancelled)).Should().ContainSingle().Which.Entry.Should().Be("shop.test");
        await _house.Get<DomainSpam>().SetAsync("example.test", "shop.test", null, House.Cancelled);
        (await _house.Get<DomainSpam>().ListAsync("example.test", House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_change_of_the_list_is_told_and_taken_back()
    {
        var phone = await _house.AddPhoneAsync("info", "anna");
        var actor = new Actor(phone.Device.Person?.Id, phone.Device.Id, AccessProtocol.Web, "anna's phone");
        var door = await _house.DoorAsync("info", actor);
        await door.Spam.SetAsync("shop.test", false, House.Cancelled);
        await door.Spam.SetAsync("shop.test", true, House.Cancelled);
        await door.Spam.SetAsync("altro.test", true, House.Cancelled);
        await door.Spam.SetAsync("altro.test", null, House.Cancelled);

        var office = await _house.DoorAsync("info", Office);
        var names = await ActorNames.LoadAsync(_house.People, _house.Devices, "info@example.test", House.Cancelled);
        var told = (await office.History.ReadAsync(new HistoryRequest { Limit = 10 }, House.Cancelled)).Select(new HistoryWords(Language.Italian, names).Of).ToList();
        told.Should().ContainSingle(line => line.EndsWith("ha messo la posta di shop.test sempre in SPAM", StringComparison.Ordinal));
        told.Should().ContainSingle(line => line.EndsWith("ha ammesso sempre la posta di shop.test", StringComparison.Ordinal));
        told.Should().ContainSingle(line => line.EndsWith("ha tolto altro.test dalla lista dei mittenti", StringComparison.Ordinal));

        var undone = await office.UndoAsync(new UndoRequest { Device = phone.Device.Id }, House.Cancelled);
        undone.Conflicts.Should().BeEmpty();
        undone.Items.Should().Contain(new UndoneItem(UndoneWay.SenderListed, "shop.test", null));
        (await office.Spam.ListAsync(House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_somebody_else_has_decided_since_stays()
    {
        var phone = await _house.AddPhoneAsync("info", "anna");
        var door = await _house.DoorAsync("info", new Actor(phone.Device.Person?.Id, phone.Device.Id, AccessProtocol.Web, "anna's phone"));
        var office = await _house.DoorAsync("info", Office);
        await door.Spam.SetAsync("shop.test", false, House.Cancelled);
        await office.Spam.SetAsync("shop.test", true, House.Cancelled);
        var undone = await office.UndoAsync(new UndoRequest { Device = phone.Device.Id }, House.Cancelled);
        undone.Conflicts.Should().ContainSingle().Which.What.Should().Be("shop.test");
        (await office.Spam.ListAsync(House.Cancelled)).Should().ContainSingle().Which.IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Only_addresses_and_domains_and_only_by_who_works_there()
    {
        var door = await _house.DoorAsync("info");
        foreach (var wrong in new[] { "", "shop", "a b@c", "@@shop.test", "@" })
            await door.Invoking(d => d.Spam.SetAsync(wrong, true, House.Cancelled)).Should().ThrowAsync<DirectoryRuleException>(wrong);
        var reader = await _house.DoorAsync("info", Office with { Rights = MemberRights.Read });
        (await reader.Invoking(d => d.Spam.SetAsync("shop.test", true, House.Cancelled)).Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task A_message_tells_why()
    {
        await _house.DeliverAsync(SpamMail.Plain("\"info@example.test\" <x@evil.example>", "FATTURA URGENTE", "Vedi http://192.0.2.77/x"), SpamMail.Unknown);
        await _house.DeliverAsync(SpamMail.Plain("x@evil.example", "Nostra", "X-Spam-Status: Yes, score=99"), verdict: null);
        var door = await _house.DoorAsync("info");
        var tree = await door.GetTreeAsync(House.Cancelled);
        var judged = (await door.GetSnapshotAsync(tree.Find(SpecialUse.Junk)!.Id, House.Cancelled))[0].Email;
        var opinion = (await door.Spam.WhyAsync(judged, House.Cancelled))!;
        opinion.IsSpam.Should().BeTrue();
        opinion.Reasons[0].Should().Be(new SpamReason("NAME_IS_OURS", 3.5));
        opinion.Reasons.Sum(reason => reason.Points).Should().BeApproximately(opinion.Score, 0.11);
        opinion.CountsAsSpam.Should().BeNull();
        var own = (await door.GetSnapshotAsync(tree.Find(MailboxName.Inbox)!.Id, House.Cancelled))[0].Email;
        (await door.Spam.WhyAsync(own, House.Cancelled)).Should().BeNull();
    }
}
