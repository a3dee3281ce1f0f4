using System.Net;
using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Lists;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Tests.Lists;

/// <summary>An announcement reaches every member with a way out of his own; nobody else posts, nothing goes round, and the dead are left alone.</summary>
public sealed class MailingListTests
{
    [Fact]
    public async Task An_announcement_goes_to_all_with_a_way_out_for_each()
    {
        await using var house = await OpenAsync(ListPosting.Named);

        (await PostAsync(house, "anna@example.test")).Should().BeOfType<DeliveryOutcome.Delivered>();

        var mail = await QueuedAsync(house);
        mail.Select(one => one.To).Should().BeEquivalentTo("anna@example.test", "bob@else.test", "carla@else.test");
        var text = mail.Single(one => one.To is "bob@else.test").Text;
        text.Should().Contain("List-Id: \"News of the club\" <news.example.test>").And.Contain("List-Post: NO").And.Contain("Precedence: list")
            .And.Contain("List-Unsubscribe-Post: List-Unsubscribe=One-Click").And.Contain("From: Anna <anna@example.test>");
        mail.Select(one => Link(one.Text)).Distinct(StringComparer.Ordinal).Should().HaveCount(3);
        mail.Select(one => one.Sender).Should().OnlyHaveUniqueItems().And.AllSatisfy(sender => sender.Should().StartWith("news+bounce-"));
    }

    [Fact]
    public async Task A_sender_who_tries_again_does_not_write_twice()
    {
        await using var house = await OpenAsync(ListPosting.Named);
        await PostAsync(house, "anna@example.test");
        await PostAsync(house, "anna@example.test");
        (await QueuedAsync(house)).Should().HaveCount(3);
    }

    [Theory]
    [InlineData(ListPosting.Named, "carla@else.test", true, "may not write")]
    [InlineData(ListPosting.Members, "carla@else.test", true, null)]
    [InlineData(ListPosting.Members, "carla@else.test", false, "proves to be")]
    [InlineData(ListPosting.Members, "eve@else.test", true, "may not write")]
    [InlineData(ListPosting.Everybody, "eve@else.test", true, null)]
    [InlineData(ListPosting.Everybody, "eve@else.test", false, "proves to be")]
    public async Task Only_who_may_writes(ListPosting posting, string author, bool isProven, string? refusal)
    {
        await using var house = await OpenAsync(posting);
        var outcome = await PostAsync(house, author, isProven: isProven);
        if (refusal is null)
        {
            outcome.Should().BeOfType<DeliveryOutcome.Delivered>();
            (await QueuedAsync(house)).Should().AllSatisfy(mail => mail.Text.Should()
                .Contain($"From: \"{author.Split('@')[0]} (via News of the club)\" <news@example.test>").And.Contain($"Reply-To: <{author}>").And.NotContain("DKIM-Signature: theirs"));
        }
        else
        {
            outcome.Should().BeOfType<DeliveryOutcome.Refused>().Which.Text.Should().Contain(refusal);
            (await QueuedAsync(house)).Should().BeEmpty();
        }
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied\r\n")]
    [InlineData("List-Id: <other.else.test>\r\n")]
    [InlineData("Precedence: bulk\r\n")]
    public async Task Nothing_goes_round(string field)
    {
        await using var house = await OpenAsync(ListPosting.Everybody);
        (await PostAsync(house, "anna@example.test", field)).Should().BeOfType<DeliveryOutcome.Refused>();
    }

    [Fact]
    public async Task Who_leaves_by_the_link_or_by_mail_gets_nothing_more()
    {
        await using var house = await OpenAsync(ListPosting.Named);
        await PostAsync(house, "anna@example.test");
        var mail = await QueuedAsync(house);
        var lists = house.Get<MailingLists>();

        var link = Link(mail.Single(one => one.To is "bob@else.test").Text);
        (await lists.OfLinkAsync(link, House.Cancelled))!.Title.Should().Be("News of the club");
        (await lists.LeaveAsync(link, House.Cancelled)).Should().BeTrue();
        (await lists.LeaveAsync(link, House.Cancelled)).Should().BeTrue("twice is once");
        (await lists.LeaveAsync(link[..^1] + (link[^1] is '0' ? '1' : '0'), House.Cancelled)).Should().BeFalse();
        var address = $"news+leave-{Link(mail.Single(one => one.To is "carla@else.test").Text)}@example.test";
        (await DeliverAsync(house, address, "carla@else.test", "From: carla@else.test\r\n\r\n\r\n")).Should().BeOfType<DeliveryOutcome.Delivered>();

        (await MembersAsync(house)).Should().Equal("anna@example.test");
    }

    [Fact]
    public async Task Whose_mail_comes_back_on_three_days_is_left_alone_until_the_office_says_otherwise()
    {
        await using var house = await OpenAsync(ListPosting.Named);
        await PostAsync(house, "anna@example.test");
        var sender = (await QueuedAsync(house)).Single(one => one.To is "bob@else.test").Sender;
        for (var day = 0; day < 3; day++)
        {
            (await MemberAsync(house, "bob@else.test")).SuspendedAt.Should().BeNull();
            await DeliverAsync(house, sender, null, Report("failed"));
            await DeliverAsync(house, sender, null, Report("failed"));
            await DeliverAsync(house, sender, "bob@else.test", Report("failed"));
            house.Time.Advance(TimeSpan.FromDays(1));
            await DeliverAsync(house, sender, null, Report("delayed"));
        }

        (await MemberAsync(house, "bob@else.test")).Should().BeEquivalentTo(new { Bounces = 3 }).And.Match<ListMember>(member => member.SuspendedAt != null);
        var lists = house.Get<MailingLists>();
        var list = await lists.FindAsync("news@example.test", House.Cancelled);
        await lists.SubscribeAsync(list, "bob@else.test", mayPost: false, House.Cancelled);
        (await MemberAsync(house, "bob@else.test")).SuspendedAt.Should().BeNull();
    }

    [Fact]
    public async Task A_bounce_address_that_is_not_ours_is_nobodys()
    {
        await using var house = await OpenAsync(ListPosting.Named);
        (await DeliverAsync(house, "news+bounce-1-2-0123456789abcdef@example.test", null, Report("failed"))).Should().BeOfType<DeliveryOutcome.Refused>();
        (await DeliverAsync(house, "news+hello@example.test", null, Report("failed"))).Should().BeOfType<DeliveryOutcome.Refused>();
    }

    private static async Task<House> OpenAsync(ListPosting posting)
    {
        var house = await House.OpenAsync(new(), services => services.AddSingleton(new ListLinks(token => $"https://mail.example.test/list/leave/{token}")), "anna");
        var lists = house.Get<MailingLists>();
        await lists.PutAsync("news@example.test", "News of the club", posting, House.Cancelled);
        var list = await lists.FindAsync("news@example.test", House.Cancelled);
        await lists.SubscribeAsync(list, "anna@example.test", mayPost: true, House.Cancelled);
        await lists.SubscribeAsync(list, "bob@else.test", mayPost: false, House.Cancelled);
        await lists.SubscribeAsync(list, "carla@else.test", mayPost: false, House.Cancelled);
        return house;
    }

    private static Task<DeliveryOutcome> PostAsync(House house, string author, string fields = "", bool isProven = true) => DeliverAsync(
        house, "news@example.test", author,
        $"DKIM-Signature: theirs\r\nFrom: {(author.StartsWith("anna", StringComparison.Ordinal) ? $"Anna <{author}>" : author)}\r\nMessage-ID: <1@x.test>\r\nSubject: Gita\r\n{fields}\r\nDomenica.\r\n",
        isProven);

    private static async Task<DeliveryOutcome> DeliverAsync(House house, string recipient, string? sender, string text, bool isProven = true)
    {
        await using var message = House.Message(text);
        var request = new DeliveryRequest(sender is null ? null : House.Address(sender), [House.Address(recipient)], message)
        {
            Verdict = new AuthenticationVerdict
            {
                Client = IPAddress.Parse("192.0.2.7"),
                FromDomain = sender?.Split('@')[1],
                SignedBy = isProven && sender is not null ? [sender.Split('@')[1]] : [],
            },
        };
        return (await house.Deliverer.DeliverAsync(request, House.Cancelled))[0];
    }

    private static string Report(string action) => $"""
        From: mailer-daemon@else.test
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b

        Sorry.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.else.test

        Final-Recipient: rfc822; bob@else.test
        Action: {action}
        Status: 5.1.1

        --b--

        """.ReplaceLineEndings("\r\n");

    /// <summary>The token of the link.</summary>
    private static string Link(string text)
    {
        const string Start = "https://mail.example.test/list/leave/";
        var from = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        return text[from..text.IndexOf('>', from)];
    }

    private static async Task<IReadOnlyList<(string To, string Sender, string Text)>> QueuedAsync(House house)
    {
        var found = new List<(string, string, string)>();
        foreach (var row in await house.Get<IQueueStore>().ListAsync(House.Cancelled))
        {
            using var content = new MemoryStream();
            await house.Get<IQueueStore>().CopyContentAsync(row.Id, content, House.Cancelled);
            found.Add((row.Recipients[0].Address.ToString(), row.ReversePath!.ToString(), Encoding.UTF8.GetString(content.ToArray())));
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> MembersAsync(House house)
    {
        var list = await house.Get<MailingLists>().FindAsync("news@example.test", House.Cancelled);
        return [.. (await house.Get<MailingLists>().MembersAsync(list, House.Cancelled)).Select(member => member.Address.ToString())];
    }

    private static async Task<ListMember> MemberAsync(House house, string address)
    {
        var list = await house.Get<MailingLists>().FindAsync("news@example.test", House.Cancelled);
        return (await house.Get<MailingLists>().MembersAsync(list, House.Cancelled)).Single(member => member.Address == House.Address(address));
    }
}
