using System.Net;
using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Delivery;

/// <summary>
/// A16 of the catalogue of attacks: what could go round for ever comes to an end, and nobody gets mail because somebody
/// else has written in his name.
/// </summary>
public sealed class LoopTests : IAsyncLifetime
{
    private House _house = null!;
    private int _number;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info", "anna");

    public async ValueTask DisposeAsync() => await _house.DisposeAsync();

    [Theory]
    [InlineData("alias")]
    [InlineData("script")]
    public async Task A_forward_that_another_server_sends_back_comes_to_an_end(string how)
    {
        if (how is "alias")
            await _house.Directory.AddAliasAsync("direttivo@example.test", "carla@elsewhere.test", House.Cancelled);
        else
            await ScriptAsync("redirect \"carla@elsewhere.test\";");
        var to = how is "alias" ? "direttivo@example.test" : "info@example.test";
        // carla's server sends all of her mail to us.
        _house.Transport.During = async mail => await DeliverAsync(to, await TextAsync(mail.Content), mail.ReversePath?.ToWire());
        await DeliverAsync(to);
        await RunAllAsync();

        _house.Transport.Sent.Should().ContainSingle();
        (await _house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Two_of_our_mailboxes_that_send_everything_to_each_other_come_to_an_end()
    {
        await ScriptAsync("redirect \"anna@example.test\";");
        await ScriptAsync("redirect \"info@example.test\";", "anna");
        await DeliverAsync("info@example.test");
        await RunAllAsync();

        ((await _house.ReadAsync("info")).Count + (await _house.ReadAsync("anna")).Count).Should().BeGreaterThan(0, "it is kept where it has come round");
        (await _house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("script")]
    public async Task An_answering_machine_that_says_nothing_of_itself_is_answered_once(string how)
    {
        if (how is "answer")
            await (await _house.DoorAsync("info")).SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["answer"] = "Chiuso." }, House.Cancelled);
        else
            await ScriptAsync("require \"vacation\"; vacation \"Chiuso.\";");
        // Neither the null reverse-path nor Auto-Submitted: a program of long ago.
        _house.Transport.During = async _ => await DeliverAsync("info@example.test");
        await DeliverAsync("info@example.test");
        await RunAllAsync();

        _house.Transport.Sent.Should().ContainSingle().Which.ReversePath.Should().BeNull();
        (await _house.ReadAsync("info")).Should().HaveCount(2);
    }

    [Theory]
    [InlineData("nessuno@example.test", "")]
    [InlineData("info@example.test", "require \"reject\"; reject \"No.\";")]
    [InlineData("info@example.test", "require \"ereject\"; ereject \"No.\";")]
    [InlineData("piena@example.test", "")]
    public async Task What_can_be_refused_in_the_session_is_never_reported(string recipient, string script)
    {
        await _house.AddAsync("piena", quota: 1 << 20);
        if (script.Length > 0)
            await ScriptAsync(script);
        var outcome = await DeliverAsync(recipient, Mail() + new string('x', 1 << 20));
        outcome.Should().Match<DeliveryOutcome>(fate => fate is DeliveryOutcome.Refused || fate is DeliveryOutcome.Deferred);
        (await _house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Whoever_has_not_written_it_hears_of_few_of_the_many_that_come_back()
    {
        await _house.Directory.AddAliasAsync("direttivo@example.test", "carla@elsewhere.test", House.Cancelled);
        _house.Transport.Fates["elsewhere.test"] = new RecipientFate(FateKind.Failed, "5.7.1", "550 spam", "mx.elsewhere.test");
        for (var i = 0; i < 60; i++)
            await DeliverAsync("direttivo@example.test", sender: "vittima@example.net");
        await RunAllAsync();

        _house.Transport.Sent.Count(mail => mail.Domain is "elsewhere.test").Should().Be(60);
        _house.Transport.Sent.Count(mail => mail.Domain is "example.net").Should().BeInRange(1, 10);

        _house.Time.Advance(TimeSpan.FromDays(1));
        await DeliverAsync("direttivo@example.test", sender: "vittima@example.net");
        await RunAllAsync();
        _house.Transport.Sent.Count(mail => mail.Domain is "example.net").Should().BeInRange(2, 11, "tomorrow is another day");
    }

    private async Task ScriptAsync(string script, string mailbox = "info")
    {
        var filters = (await _house.DoorAsync(mailbox)).Filters;
        await filters.PutAsync("prova", script, House.Cancelled);
        await filters.ActivateAsync("prova", House.Cancelled);
    }

    private async Task<DeliveryOutcome> DeliverAsync(string recipient, string? mail = null, string? sender = "carla@elsewhere.test")
    {
        await using var message = House.Message(mail ?? Mail());
        var request = new DeliveryRequest(sender is null ? null : House.Address(sender), [House.Address(recipient)], message)
        {
            Verdict = new AuthenticationVerdict { Client = IPAddress.Parse("192.0.2.1") },
        };
        return (await _house.Deliverer.DeliverAsync(request, House.Cancelled))[0];
    }

    private string Mail() => $"From: carla@elsewhere.test\r\nTo: info@example.test\r\nSubject: x\r\nMessage-ID: <{++_number}@elsewhere.test>\r\n\r\nciao\r\n";

    /// <summary>Each message of the queue, and what comes of it, until nothing is left: ten times as many would be a circle.</summary>
    private async Task RunAllAsync()
    {
        var store = _house.Get<IQueueStore>();
        for (var i = 0; i < 1_000; i++)
        {
            if (await store.ListAsync(House.Cancelled) is not [var waiting, ..])
                return;
            var domain = waiting.Recipients[0].Address.Domain;
            await _house.Get<DeliveryAttempt>().RunAsync(
                new DueAttempt(new AttemptKey(waiting.Id, domain), waiting, [.. waiting.Recipients.Where(recipient => string.Equals(recipient.Address.Domain, domain, StringComparison.Ordinal))]), House.Cancelled);
        }

        throw new InvalidOperationException("It goes round.");
    }

    private static async Task<string> TextAsync(StagedMessage content)
    {
        await using var stream = content.OpenRead();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(House.Cancelled);
    }
}
