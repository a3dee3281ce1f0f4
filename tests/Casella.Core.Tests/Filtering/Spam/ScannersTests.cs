using Casella.Core.Delivery;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Tests.Filtering.Spam;

/// <summary>Another engine's opinion counts while it has one; a virus is refused; nothing is lost while both are away.</summary>
public sealed class ScannersTests : IAsyncLifetime
{
    private readonly FakeEngine _engine = new();
    private readonly FakeScanner _scanner = new();
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync(
        new SpamOptions { Engine = SpamEngine.Rspamd }, services => services.AddSingleton<ISpamEngine>(_engine).AddSingleton<IVirusScanner>(_scanner), "info");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task The_engine_decides_while_it_answers()
    {
        _engine.Opinion = [new SpamReason("R_BAD", 7), new SpamReason("R_GOOD", -0.5)];
        await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"));
        (await _house.ReadAsync("info", "SPAM")).Should().ContainSingle().Which.Should()
            .Contain("X-Spam-Status: Yes, score=6.5 required=4.0\r\n\ttests=R_BAD=7.0,\r\n\tR_GOOD=-0.5").And.NotContain("FIRST_CONTACT");

        await (await _house.DoorAsync("info")).Spam.SetAsync("good.test", true, House.Cancelled);
        await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"));
        (await _house.ReadAsync("info")).Should().ContainSingle("the lists are ours");
    }

    [Fact]
    public async Task While_it_is_silent_the_built_in_filter_speaks()
    {
        await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"));
        (await _house.ReadAsync("info")).Should().ContainSingle().Which.Should().Contain("FIRST_CONTACT");
        (await _house.DeliverAsync(SpamMail.Trap(), SpamMail.Unknown)).Should().BeOfType<DeliveryOutcome.Refused>();
    }

    [Fact]
    public async Task A_defect_of_either_loses_no_mail()
    {
        _engine.Fails = true;
        (await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"))).Should().BeOfType<DeliveryOutcome.Delivered>();
        (_engine.Fails, _scanner.Fails) = (false, true);
        (await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"))).Should().BeOfType<DeliveryOutcome.Delivered>();
        (await _house.ReadAsync("info")).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_virus_is_refused_whoever_sends_it_and_its_absence_is_told()
    {
        await (await _house.DoorAsync("info")).Spam.SetAsync("good.test", true, House.Cancelled);
        _scanner.Found = "Casella.Test";
        (await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"))).Should().BeOfType<DeliveryOutcome.Refused>().Which.Text.Should().Contain("un virus");
        _scanner.Found = "";
        await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"));
        (await _house.ReadAsync("info")).Should().ContainSingle().Which.Should().Contain("X-Virus-Status: Clean\r\n");
    }

    [Fact]
    public async Task A_script_asks_for_viruses()
    {
        var filters = (await _house.DoorAsync("info")).Filters;
        await filters.PutAsync("prova", "require [\"virustest\", \"fileinto\", \"relational\", \"comparator-i;ascii-numeric\"]; if virustest :value \"eq\" :comparator \"i;ascii-numeric\" \"1\" { fileinto \"Archive\"; }", House.Cancelled);
        await filters.ActivateAsync("prova", House.Cancelled);
        await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"));
        (await _house.ReadAsync("info")).Should().ContainSingle("nobody has looked");
        _scanner.Found = "";
        await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"));
        (await _house.ReadAsync("info", "Archive")).Should().ContainSingle();
    }

    [Fact]
    public async Task What_members_say_reaches_the_engine_once()
    {
        await _house.DeliverAsync(Letter(), SpamMail.Good("good.test"));
        var door = await _house.DoorAsync("info");
        var tree = await door.GetTreeAsync(House.Cancelled);
        var (inbox, spam) = (tree.Find(MailboxName.Inbox)!.Id, tree.Find(SpecialUse.Junk)!.Id);
        await door.MoveAsync(inbox, [(await door.GetSnapshotAsync(inbox, House.Cancelled))[0].Uid], spam, House.Cancelled);
        var trainer = _house.Get<SpamTrainer>();
        await trainer.LearnAllAsync(House.Cancelled);
        await trainer.LearnAllAsync(House.Cancelled);
        await door.MoveAsync(spam, [(await door.GetSnapshotAsync(spam, House.Cancelled))[0].Uid], inbox, House.Cancelled);
        await trainer.LearnAllAsync(House.Cancelled);
        _engine.Learned.Should().Equal(true, false);
    }

    private static string Letter() => SpamMail.Plain("marco@good.test", "Iscrizione", "Buongiorno.");

    private sealed class FakeEngine : ISpamEngine
    {
        public IReadOnlyList<SpamReason>? Opinion { get; set; }
        public bool Fails { get; set; }
        public List<bool> Learned { get; } = [];

        public Task<IReadOnlyList<SpamReason>?> AskAsync(DeliveryRequest request, CancellationToken cancellationToken) =>
            Fails ? throw new InvalidOperationException("a defect") : Task.FromResult(Opinion);

        public Task<bool> LearnAsync(ReadOnlyMemory<byte> message, bool isSpam, CancellationToken cancellationToken)
        {
            Learned.Add(isSpam);
            return Task.FromResult(true);
        }
    }

    private sealed class FakeScanner : IVirusScanner
    {
        public string? Found { get; set; }
        public bool Fails { get; set; }

        public Task<string?> ScanAsync(StagedMessage message, CancellationToken cancellationToken) =>
            Fails ? throw new InvalidOperationException("a defect") : Task.FromResult(Found);
    }
}
