using Casella.Core.Filtering;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Sieve.Rules;

namespace Casella.Core.Tests.Filtering;

public sealed class MailRulesTests : IAsyncLifetime
{
    private static readonly MailRule Invoices =
        new("Fatture", true, true, [new(RuleField.Subject, RuleMatch.Contains, "Fattura")], [new RuleAction.MarkRead(), new RuleAction.File("Fatture", false)], true);

    private House _house = null!;
    private MailAccount _mail = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        _mail = await _house.DoorAsync("info");
        await _mail.CreateMailboxAsync(MailboxName.Parse("Fatture"), SpecialUse.None, House.Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Rules_are_the_active_script_and_come_back_from_it()
    {
        (await _mail.Rules.ReadAsync(House.Cancelled)).ScriptName.Should().BeNull();
        await _mail.Rules.SaveAsync([Invoices], "intro", House.Cancelled);

        var book = await _mail.Rules.ReadAsync(House.Cancelled);

        (book.ScriptName, book.IsActive, book.HandWritten).Should().Be(("Casella", true, null));
        book.Rules.Should().ContainSingle().Which.Should().BeEquivalentTo(Invoices, options => options.PreferringRuntimeMemberTypes());
    }

    [Fact]
    public async Task A_script_written_by_hand_is_shown_and_kept()
    {
        const string Own = "require \"vacation\"; vacation \"away\";";
        await _mail.Filters.PutAsync("Casella", Own, House.Cancelled);
        await _mail.Filters.ActivateAsync("Casella", House.Cancelled);
        (await _mail.Rules.ReadAsync(House.Cancelled)).Should().BeEquivalentTo(new RuleBook("Casella", [], Own, true));

        await _mail.Rules.SaveAsync([Invoices], "intro", House.Cancelled);

        (await _mail.Filters.GetAsync("Casella", House.Cancelled)).Should().Be(Own);
        (await _mail.Rules.ReadAsync(House.Cancelled)).ScriptName.Should().Be("Casella 2");
    }

    [Fact]
    public async Task A_trial_says_what_would_be_and_is_done_when_asked()
    {
        var inbox = (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        foreach (var subject in new[] { "Fattura 1", "Gita", "Fattura 2" })
        {
            await using var message = House.Message($"Subject: {subject}\r\n\r\nbody\r\n");
            await _mail.AppendAsync(inbox, [new NewMessage(message, FlagNames.None, null)], House.Cancelled);
        }

        var trial = await _mail.Rules.TryAsync([Invoices], inbox, 100, House.Cancelled);
        (trial.Looked, trial.Matches.Count).Should().Be((3, 2));
        (await _mail.GetSnapshotAsync(inbox, House.Cancelled)).Count.Should().Be(3, "it is only a trial");
        var changes = await _mail.Rules.ApplyAsync(trial, House.Cancelled);

        (await _mail.GetSnapshotAsync(inbox, House.Cancelled)).Count.Should().Be(1);
        (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse("Fatture"))!.Should().Match<MailboxInfo>(folder => folder.Messages == 2 && folder.Unseen == 0);
        foreach (var change in changes)
            await _mail.UndoAsync(new Casella.Core.Changes.UndoRequest { Change = change }, House.Cancelled);
        (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Should().Match<MailboxInfo>(folder => folder.Messages == 3 && folder.Unseen == 3);
    }
}
