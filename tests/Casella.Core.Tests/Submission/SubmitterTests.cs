using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Submission;

namespace Casella.Core.Tests.Submission;

public sealed class SubmitterTests
{
    [Theory]
    [InlineData("anna@example.test", true)]
    [InlineData("Anna+x@Example.Test", true)]
    [InlineData("board@example.test", true)]
    [InlineData("bea@example.test", false)]
    [InlineData("nobody@example.test", false)]
    [InlineData("anna@example.org", false)]
    public async Task A_mailbox_sends_as_itself_and_its_aliases(string address, bool isAllowed)
    {
        await using var house = await OpenAsync();
        (await house.Submitter.MaySendAsAsync(await house.SignedInAsync("anna"), House.Address(address), House.Cancelled)).Should().Be(isAllowed);
    }

    [Theory]
    [InlineData(MemberRights.All, "anna@example.test", "anna@example.test")]
    [InlineData(MemberRights.All, "board@example.test", "anna@example.test")]
    [InlineData(MemberRights.Read, "anna@example.test", null)]
    [InlineData(MemberRights.Read, "bea+x@example.test", "bea@example.test")]
    [InlineData(MemberRights.Read, "carlo@example.test", null)]
    public async Task A_person_sends_as_every_mailbox_where_they_may_whichever_they_signed_in_to(MemberRights rights, string address, string? account)
    {
        await using var house = await OpenAsync();
        await house.AddAsync("carlo");
        var phone = await house.AddPhoneAsync("anna", "marco", rights);
        await house.AddPhoneAsync("bea", "marco", MemberRights.SendAs);
        await house.AddPhoneAsync("carlo", "marco", MemberRights.Read | MemberRights.Work);
        var signedIn = await house.Get<Authenticator>().SignInAsync(
            new SignInAttempt("anna@example.test", phone.Password, AccessProtocol.Submission, System.Net.IPAddress.Loopback), House.Cancelled);

        (await house.Submitter.SenderAccountAsync(signedIn, House.Address(address), House.Cancelled))?.Address.ToString().Should().Be(account);
    }

    [Theory]
    [InlineData("From: bea@example.test\r\n\r\nx", MailError.SenderNotAllowed)]
    [InlineData("From: anna@example.test, bea@example.test\r\n\r\nx", MailError.SenderNotAllowed)]
    [InlineData("From: anna@example.test\r\nSender: bea@example.test\r\n\r\nx", MailError.SenderNotAllowed)]
    [InlineData("From: \"anna@example.test\" <bea@example.test>\r\n\r\nx", MailError.SenderNotAllowed)]
    [InlineData("From: anna@example.test\r\nResent-From: bea@example.test\r\n\r\nx", MailError.SenderNotAllowed)]
    [InlineData("From: anna@example.test\r\nResent-Sender: bea@example.test\r\n\r\nx", MailError.SenderNotAllowed)]
    [InlineData("From: =?utf-8?q?bea=40example.test?=\r\n\r\nx", MailError.InvalidMessage)]
    [InlineData("From: anna@example.test bea@example.test\r\n\r\nx", MailError.InvalidMessage)]
    [InlineData("From: <anna@example.test> <bea@example.test>\r\n\r\nx", MailError.InvalidMessage)]
    [InlineData("From: anna@example.test\r\nfrom : bea@example.test\r\n\r\nx", MailError.InvalidMessage)]
    [InlineData("Subject: nobody\r\n\r\nx", MailError.InvalidMessage)]
    [InlineData("From: anna@example.test\r\nFrom: anna@example.test\r\n\r\nx", MailError.InvalidMessage)]
    public async Task A_sender_that_is_not_ones_own_is_refused_and_nobody_gets_it(string text, MailError error)
    {
        await using var house = await OpenAsync();
        await using var message = House.Message(text);
        var submit = async () => await SubmitAsync(house, message, "bea@example.test", "x@example.org");
        (await submit.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(error);
        (await house.ReadAsync("bea")).Should().BeEmpty();
        (await house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_missing_is_added_Bcc_goes_and_each_recipient_gets_it_his_way()
    {
        await using var house = await OpenAsync();
        await using var message = House.Message("From: anna@example.test\r\nBcc: secret@example.org\r\nSubject: s\r\n\r\nbody\r\n");
        await SubmitAsync(house, message, "bea@example.test", "x@example.org");
        var text = (await house.ReadAsync("bea")).Should().ContainSingle().Subject;
        text.Should().StartWith("Return-Path: <anna@example.test>\r\n").And.Contain("\r\nDate: ").And.Contain("\r\nMessage-ID: <").And.EndWith("\r\n\r\nbody\r\n")
            .And.NotContain("secret");
        (await house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle()
            .Which.Recipients.Should().ContainSingle().Which.Address.ToString().Should().Be("x@example.org");
    }

    [Fact]
    public async Task Mail_for_a_full_mailbox_waits_in_the_queue()
    {
        await using var house = await OpenAsync();
        await house.AddAsync("full", quota: 1024 * 1024);
        await using var large = House.Message("From: anna@example.test\r\nSubject: s\r\n\r\n" + new string('x', 1024 * 1024));
        await SubmitAsync(house, large, "full@example.test");
        (await house.ReadAsync("full")).Should().BeEmpty();
        (await house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_loop_is_stopped()
    {
        await using var house = await OpenAsync();
        await using var message = House.Message(string.Concat(Enumerable.Repeat("Received: by x\r\n", 101)) + "From: anna@example.test\r\n\r\nx");
        var submit = async () => await SubmitAsync(house, message, "bea@example.test");
        (await submit.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.MailLoop);
    }

    [Theory]
    [InlineData("none", "", null)]
    [InlineData("person", "", "Sender: Marco <anna@example.test>")]
    [InlineData("person", "Sender: anna@example.test\r\n", "Sender: anna@example.test")]
    public async Task A_mailbox_may_want_the_person_named(string policy, string field, string? sender)
    {
        await using var house = await OpenAsync();
        await (await house.DoorAsync("anna")).SetPolicyAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["sender"] = policy }, House.Cancelled);
        await using var message = House.Message($"From: anna@example.test\r\n{field}Subject: s\r\n\r\nx");
        var marco = (await house.SignedInAsync("anna")) with { Person = new DevicePerson(new PersonId(1), "Marco", "marco", Language.Italian) };
        await house.Submitter.SubmitAsync(
            new SubmissionRequest(
                marco, House.Address("anna@example.test"), [new SubmissionRecipient(House.Address("bea@example.test"), null, null)], message, null, null),
            House.Cancelled);
        foreach (var copy in await Task.WhenAll(house.ReadAsync("bea"), house.ReadAsync("anna", "Sent")))
            copy.Should().ContainSingle().Which.Split("\r\n").FirstOrDefault(line => line.StartsWith("Sender:", StringComparison.Ordinal)).Should().Be(sender);
    }

    private static async Task<House> OpenAsync()
    {
        var house = await House.OpenAsync("anna", "bea");
        await house.Directory.AddAliasAsync("board@example.test", "anna@example.test", House.Cancelled);
        return house;
    }

    private static async Task SubmitAsync(House house, StagedMessage message, params string[] recipients) =>
        await house.Submitter.SubmitAsync(
            new SubmissionRequest(
                await house.SignedInAsync("anna"), House.Address("anna@example.test"),
                [.. recipients.Select(recipient => new SubmissionRecipient(House.Address(recipient), null, null))], message, null, null),
            House.Cancelled);
}
