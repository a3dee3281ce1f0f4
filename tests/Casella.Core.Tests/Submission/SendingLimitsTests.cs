using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Notices;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Microsoft.Extensions.Logging.Abstractions;

namespace Casella.Core.Tests.Submission;

public sealed class SendingLimitsTests
{
    private static readonly SubmissionOptions Few = new() { RecipientsPerDay = 10, NewRecipientsPerDay = 4 };

    [Fact]
    public async Task New_recipients_are_few_and_known_ones_are_more()
    {
        await using var house = await House.OpenAsync("anna", "postmaster");
        await SendAsync(house, "a", "b", "c", "d");
        (await FailsAsync(house, "e")).Should().BeTrue();
        await SendAsync(house, "a", "b", "c", "d");
        (await FailsAsync(house, "a", "b", "c")).Should().BeTrue("eleven in a day are too many, whoever they are");
        await SendAsync(house, "a", "b");
        house.Time.Advance(TimeSpan.FromDays(1));
        await SendAsync(house, "e", "f", "g", "h");
        await SendAsync(house, "a", "b");
    }

    [Fact]
    public async Task What_is_refused_is_not_counted_and_not_known()
    {
        await using var house = await House.OpenAsync("anna", "postmaster");
        (await FailsAsync(house, "a", "b", "c", "d", "e")).Should().BeTrue();
        await SendAsync(house, "a", "b", "c", "d");
    }

    [Fact]
    public async Task A_person_is_counted_over_all_mailboxes()
    {
        await using var house = await House.OpenAsync("anna", "bea", "postmaster");
        var marco = new Actor(new PersonId(7), new DeviceId(3), AccessProtocol.Submission, "Marco's phone");
        await SendAsync(house, await house.SignedInAsync("anna", marco), "a", "b", "c");
        (await FailsAsync(house, await house.SignedInAsync("bea", marco), "d", "e")).Should().BeTrue();
        await SendAsync(house, await house.SignedInAsync("bea"), "d", "e");
    }

    [Fact]
    public async Task The_members_and_the_office_are_told_once()
    {
        await using var house = await House.OpenAsync("anna", "postmaster");
        await SendAsync(house, "a", "b", "c", "d");
        await FailsAsync(house, "e");
        await FailsAsync(house, "f");
        await new NoticeRunner(house.Accounts, house.Get<IDirectoryStore>(), house.Get<IPeopleStore>(), house.Time, NullLogger<NoticeRunner>.Instance)
            .DeliverAllAsync(House.Cancelled);

        foreach (var mailbox in new[] { "anna", "postmaster" })
            (await house.ReadAsync(mailbox)).Should().ContainSingle().Which.Should().Contain("anna@example.test");
        (await house.VerifyAsync("anna")).Should().BeEmpty();
    }

    private static async Task SendAsync(House house, params string[] names) => await SendAsync(house, await house.SignedInAsync("anna"), names);

    private static async Task SendAsync(House house, SignedIn sender, params string[] names) =>
        await new SendingLimits(house.Get<ISendingStore>(), house.Accounts, house.Resolver, Few, house.Time)
            .TakeAsync(sender, sender.Actor, [.. names.Select(name => House.Address($"{name}@elsewhere.test"))], House.Cancelled);

    private static async Task<bool> FailsAsync(House house, params string[] names) => await FailsAsync(house, await house.SignedInAsync("anna"), names);

    private static async Task<bool> FailsAsync(House house, SignedIn sender, params string[] names) =>
        (await Assert.ThrowsAsync<MailException>(() => SendAsync(house, sender, names))).Error is MailError.SendingLimitReached;
}
