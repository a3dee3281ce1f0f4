using System.Globalization;
using Casella.Core.Delivery;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Filtering.Spam;

/// <summary>
/// How good the filter is on labelled mail, before and after members have taught it. What counts first is good mail that
/// is lost in SPAM: none may be.
/// </summary>
public sealed class SpamMeasurementTests(ITestOutputHelper output)
{
    private const int Lessons = 60;
    private const int Judged = 150;

    [Fact]
    public async Task No_good_mail_is_lost_and_more_than_half_of_the_spam_is_found()
    {
        await using var house = await House.OpenAsync("info");
        var untaught = await JudgeAsync(house, new Corpus(seed: 6));
        var corpus = new Corpus(seed: 7, withheld: 3);
        for (var i = 0; i < Lessons; i++)
            await TeachAsync(house, corpus);
        await house.Get<SpamTrainer>().LearnAllAsync(House.Cancelled);
        var taught = await JudgeAsync(house, new Corpus(seed: 8));
        Tell("untaught", untaught);
        Tell($"after {Lessons} messages of each kind, a third of the kinds withheld", taught);

        untaught.FalsePositives.Should().Be(0);
        taught.FalsePositives.Should().Be(0);
        taught.Found.Should().BeGreaterThan(Judged / 2);
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    private void Tell(string what, Measure measure) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {measure.FalsePositives} of {Judged} good messages lost (marked: {measure.Marked}); {measure.Found} of {Judged} spam messages found, {measure.Missed} not even marked"));

    private static async Task<Measure> JudgeAsync(House house, Corpus corpus)
    {
        var measure = new Measure();
        for (var i = 0; i < Judged; i++)
            foreach (var mail in new[] { corpus.Ham(), corpus.Spam() })
            {
                var (fate, isMarked) = await FateAsync(house, mail);
                measure = mail.IsSpam
                    ? measure with { Found = measure.Found + (fate ? 1 : 0), Missed = measure.Missed + (fate || isMarked ? 0 : 1) }
                    : measure with { FalsePositives = measure.FalsePositives + (fate ? 1 : 0), Marked = measure.Marked + (isMarked ? 1 : 0) };
            }

        return measure;
    }

    /// <returns>In SPAM or refused; marked and in the inbox.</returns>
    private static async Task<(bool IsApart, bool IsMarked)> FateAsync(House house, LabelledMail mail)
    {
        if (await house.DeliverAsync(mail.Text, mail.Verdict) is DeliveryOutcome.Refused)
            return (true, true);
        var door = await house.DoorAsync("info");
        var tree = await door.GetTreeAsync(House.Cancelled);
        var inbox = tree.Find(MailboxName.Inbox)!;
        if (inbox.Messages == 0)
        {
            await EmptyAsync(door, tree.Find(SpecialUse.Junk)!.Id);
            return (true, true);
        }

        var email = (await door.GetSnapshotAsync(inbox.Id, House.Cancelled))[0].Email;
        var isMarked = (await door.Spam.WhyAsync(email, House.Cancelled))!.IsSpam;
        await EmptyAsync(door, inbox.Id);
        return (false, isMarked);
    }

    /// <summary>A member moves spam into SPAM, and answers what is good.</summary>
    private static async Task TeachAsync(House house, Corpus corpus)
    {
        var door = await house.DoorAsync("info");
        var (inbox, spam) = ((await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id, (await door.GetTreeAsync(House.Cancelled)).Find(SpecialUse.Junk)!.Id);
        foreach (var mail in new[] { corpus.Ham(), corpus.Spam() })
        {
            await house.DeliverAsync(mail.Text, verdict: null);
            var uid = (await door.GetSnapshotAsync(inbox, House.Cancelled))[0].Uid;
            if (mail.IsSpam)
                await door.MoveAsync(inbox, [uid], spam, House.Cancelled);
            else
                await door.StoreFlagsAsync(inbox, [uid], FlagOperation.Add, new FlagNames(MessageFlags.Answered, []), null, House.Cancelled);
            await EmptyAsync(door, inbox);
        }
    }

    private static async Task EmptyAsync(MailAccount door, MailboxId mailbox) =>
        await door.ExpungeAsync(mailbox, null, onlyDeleted: false, House.Cancelled);

    private sealed record Measure
    {
        public int FalsePositives { get; init; }
        public int Marked { get; init; }
        public int Found { get; init; }
        public int Missed { get; init; }
    }
}
