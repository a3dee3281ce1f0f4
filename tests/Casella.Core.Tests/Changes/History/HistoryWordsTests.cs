using System.Globalization;
using System.Resources;
using Casella.Core.Changes;
using Casella.Core.Changes.History;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Changes.History;

/// <summary>Every change and every step of a story has words, in both languages.</summary>
public sealed class HistoryWordsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly Actor Anna = new(new PersonId(1), new DeviceId(1), AccessProtocol.Imap, "old name", "iOS Mail");

    private static readonly ActorNames Names = new(
        new Dictionary<PersonId, string> { [new PersonId(1)] = "Anna" }, new Dictionary<DeviceId, string> { [new DeviceId(1)] = "Anna's iPhone" });

    public static TheoryData<string> Kinds => [.. Enum.GetNames<ChangeKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_change_has_words(string name)
    {
        var entry = Sample(Enum.Parse<ChangeKind>(name));
        var (english, italian) = (In(Language.English, entry), In(Language.Italian, entry));

        foreach (var sentence in (string[])[english, italian])
            sentence.Should().NotBeEmpty().And.NotContain("{").And.NotContain("|").And.NotContain("  ");
        english.Should().NotBe(In(Language.English, Sample((ChangeKind)255)), "it has words of its own");
        italian.Should().NotBe(english);
    }

    public static TheoryData<string> Steps => [.. Enum.GetNames<StoryStep>()];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_step_of_a_story_has_words(string name)
    {
        var told = new StoryEvent(Noon, new ModSeq(1), Enum.Parse<StoryStep>(name), Anna)
        {
            Folder = "INBOX",
            OtherFolder = "Archive",
            Label = "Soci",
            Link = new StoryLink(new EmailId(2), "a@example.org", "Re: Soci"),
        };
        var story = new MessageStory(new EmailId(1), [told]) { Subject = "Soci", Sender = "marco@example.org" };
        var (english, italian) = (
            new StoryWords(Language.English, Names, TimeZoneInfo.Utc).Of(story, told), new StoryWords(Language.Italian, Names, TimeZoneInfo.Utc).Of(story, told));

        foreach (var sentence in (string[])[english, italian])
            sentence.Should().NotBeEmpty().And.NotContain("{").And.NotContain("|").And.NotContain("  ");
        italian.Should().NotBe(english);
    }

    [Fact]
    public void The_two_languages_have_the_same_words_and_places()
    {
        var resources = new ResourceManager("Casella.Core.Changes.History.Words", typeof(HistoryWords).Assembly);
        var (english, italian) = (Read(resources, CultureInfo.InvariantCulture), Read(resources, CultureInfo.GetCultureInfo("it")));

        italian.Keys.Should().BeEquivalentTo(english.Keys);
        foreach (var (name, text) in english)
            Places(italian[name]).Should().BeSubsetOf(Places(text), "{0} has no other values", name);
    }

    [Fact]
    public void Who_it_was_is_said_by_person_device_protocol_and_program()
    {
        var moved = Sample(ChangeKind.Moved) with { Messages = 3, Subject = null };
        In(Language.English, moved).Should().Be("Anna (Anna's iPhone, IMAP, iOS Mail) moved 3 messages from INBOX to Archive");
        In(Language.Italian, moved).Should().Be("Anna (Anna's iPhone, IMAP, iOS Mail) ha spostato 3 messaggi da Posta in arrivo a Archive");
        In(Language.English, moved with { Actor = Actor.Server }).Should().Be("The server moved 3 messages from INBOX to Archive");
        In(Language.Italian, moved with { Actor = new Actor(null, null, AccessProtocol.CommandLine, "administrator") })
            .Should().StartWith("La segreteria ha spostato");
        In(Language.English, moved with { Actor = new Actor(null, new DeviceId(9), AccessProtocol.Pop3, "common password") })
            .Should().StartWith("Somebody with the common password (POP3) moved");
        In(Language.English, moved with { Actor = new Actor(new PersonId(1), new DeviceId(7), AccessProtocol.Imap, "Anna's other mailbox") })
            .Should().StartWith("Anna (Anna's other mailbox, IMAP) moved", "a device of another mailbox is not in this one's list");
    }

    [Fact]
    public void Flags_are_said_as_people_say_them()
    {
        var marked = Sample(ChangeKind.FlagsChanged) with
        {
            Messages = 2,
            Subject = null,
            Set = new FlagNames(MessageFlags.Flagged, ["$Forwarded", "Tessere"]),
            Cleared = new FlagNames(MessageFlags.Seen, []),
        };
        In(Language.English, marked).Should().Be(
            "Anna (Anna's iPhone, IMAP, iOS Mail) marked 2 messages in INBOX as flagged, forwarded and unread and put the label “Tessere” on 2 messages in INBOX");
        In(Language.Italian, marked).Should().Be(
            "Anna (Anna's iPhone, IMAP, iOS Mail) ha segnato 2 messaggi in Posta in arrivo come speciali, inoltrati e da leggere e ha messo l'etichetta «Tessere» a 2 messaggi in Posta in arrivo");
        In(Language.English, marked with { Set = new FlagNames(MessageFlags.None, ["$InProgress", "$label2"]), Cleared = FlagNames.None, Messages = 1, Subject = "Dues" })
            .Should().EndWith("marked “Dues” in INBOX as in progress");
    }

    [Fact]
    public void What_a_change_was_about_is_said_too()
    {
        In(Language.English, Sample(ChangeKind.MembersChanged) with { Text = ["Marco", "none", "read,work"] })
            .Should().EndWith("made Marco a member, who may read and work");
        In(Language.Italian, Sample(ChangeKind.MembersChanged) with { Text = ["Marco", "read", "none"] }).Should().EndWith("ha tolto Marco dai membri");
        In(Language.English, Sample(ChangeKind.Undone)).Should().EndWith("took back what Anna's iPhone had done; put back: 2, left as they were: 1");
        In(Language.English, Sample(ChangeKind.Undone) with { Text = ["in words of another version"] }).Should().EndWith("took changes back");
        In(Language.English, Sample(ChangeKind.Delivered) with { Messages = 1, Subject = "Dues", Sender = "marco@example.org" })
            .Should().Be("“Dues” arrived in INBOX from marco@example.org");
        In(Language.Italian, Sample(ChangeKind.Delivered) with { Messages = 2, Subject = null }).Should().Be("In Posta in arrivo sono arrivati 2 messaggi");
        In(Language.English, Sample(ChangeKind.AnnotationsChanged)).Should().EndWith("changed notes on the folder INBOX: /private/comment and /shared/comment");
        In(Language.Italian, Sample(ChangeKind.AnnotationsChanged) with { Folder = null }).Should().Contain("note sulla casella: /private/comment");
        In(Language.English, Sample(ChangeKind.QuotaChanged) with { Text = [] }).Should().EndWith("took away the limit of the mailbox's space");
    }

    private static string In(Language language, HistoryEntry entry) => new HistoryWords(language, Names).Of(entry);

    private static HistoryEntry Sample(ChangeKind kind) => new(new ModSeq(1), new ModSeq(2), Noon, Noon, Anna)
    {
        Kind = kind,
        Messages = 1,
        Subject = "Soci",
        Folder = "INBOX",
        OtherFolder = "Archive",
        Set = new FlagNames(MessageFlags.Seen, []),
        Text = kind switch
        {
            ChangeKind.MailboxCreated or ChangeKind.Subscribed or ChangeKind.Unsubscribed => ["Soci"],
            ChangeKind.MailboxDeleted => ["Soci", "0"],
            ChangeKind.MailboxRenamed or ChangeKind.Merged => ["Soci", "Soci 2026"],
            ChangeKind.QuotaChanged => ["1073741824"],
            ChangeKind.PolicyChanged => ["trash", "30", "60"],
            ChangeKind.SpamListChanged => ["shop.example", "", "deny"],
            ChangeKind.OfficeVisited => ["Marco asked to look for the invoice"],
            ChangeKind.MembersChanged => ["Marco", "read", "read,work"],
            ChangeKind.Undone => ["device 1", "2026-11-24T12:00:00", "2", "1"],
            ChangeKind.BrakeWarned => ["60", "100"],
            ChangeKind.AnnotationsChanged => ["/private/comment", "/shared/comment"],
            _ => [],
        },
    };

    private static Dictionary<string, string> Read(ResourceManager resources, CultureInfo culture) =>
        resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);

    private static List<string> Places(string text) =>
        [.. Enumerable.Range(0, 6).Select(number => number.ToString(CultureInfo.InvariantCulture)).Where(number => text.Contains($"{{{number}", StringComparison.Ordinal))];
}
