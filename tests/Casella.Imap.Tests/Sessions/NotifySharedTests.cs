using AwesomeAssertions;
using Casella.Core.Annotations;
using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Transcripts;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// NOTIFY (RFC 5465) and ESEARCH (RFC 7377) in the accounts that a person sees below "Shared" (ADR 0017).
/// </summary>
public sealed class NotifySharedTests : IAsyncLifetime
{
    private const string Inbox = $"{SharedHouse.Below}/INBOX";
    private const string Everything = "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange)";
    private SharedHouse _house = null!;

    public async ValueTask InitializeAsync() => _house = await SharedHouse.StartAsync();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Anna_hears_of_all_that_happens_in_the_section_without_selecting_anything()
    {
        await using var anna = await _house.ConnectAsync("anna");
        await using var marco = await _house.ConnectAsync("marco");
        (await MailHouse.OkAsync(anna, $"n NOTIFY SET STATUS (subtree {SharedHouse.Below} {Everything})")).Should()
            .Contain(line => line.StartsWith($"* STATUS {Inbox} (UIDVALIDITY ", StringComparison.Ordinal))
            .And.NotContain(line => line.StartsWith("* STATUS Sent", StringComparison.Ordinal));

        await MailHouse.OkAsync(marco, $"a APPEND {Inbox} {{17+}}\r\nSubject: one\r\n\r\nx");
        (await anna.LineAsync()).Should().StartWith($"* STATUS {Inbox} (UIDVALIDITY ").And.EndWith(" UIDNEXT 2 MESSAGES 1 UNSEEN 1)");
        await MailHouse.OkAsync(marco, $"b CREATE {SharedHouse.Below}/Verbali");
        (await anna.LineAsync()).Should().Be($"* LIST (\\HasNoChildren) \"/\" {SharedHouse.Below}/Verbali");
        await MailHouse.OkAsync(marco, $"c RENAME {SharedHouse.Below}/Verbali {SharedHouse.Below}/Assemblee");
        (await anna.LineAsync()).Should().Be(
            $"* LIST (\\HasNoChildren) \"/\" {SharedHouse.Below}/Assemblee (\"OLDNAME\" ({SharedHouse.Below}/Verbali))");
        await MailHouse.OkAsync(marco, $"d SETMETADATA {Inbox} (/shared/comment \"x\")");
        (await anna.LineAsync()).Should().Be($"* METADATA {Inbox} /shared/comment");

        // What is in one's own account nobody has asked for.
        await using var other = await _house.ConnectAsync("anna");
        await MailHouse.OkAsync(other, "a APPEND INBOX {17+}\r\nSubject: own\r\n\r\nx");
        await MailHouse.OkAsync(marco, $"e SELECT {Inbox}");
        await MailHouse.OkAsync(marco, "f STORE 1 +FLAGS (\\Seen)");
        (await anna.LineAsync()).Should().StartWith($"* STATUS {Inbox} (UIDVALIDITY ").And.EndWith(" UNSEEN 0)");
    }

    [Fact]
    public async Task Who_looked_too_early_is_woken_again_for_an_annotation()
    {
        var signal = new IdleSignal();
        var section = await _house.OpenAsync(SharedHouse.Section);
        using var watched = new WatchedAccount(_house.Shared, section, $"{SharedHouse.Below}/", []);
        watched.Follow(signal);
        // A session that has already been woken when the annotation is noted.
        using var quick = section.Subscribe(_ => signal.Take());
        watched.FollowAnnotations(signal);

        var inbox = (await section.GetTreeAsync(CancellationToken.None)).Find(MailboxName.Inbox)!;
        await section.Annotations.SetAsync(
            inbox.Id, [new Annotation(AnnotationEntry.Parse("/shared/comment"), "x"u8.ToArray())], CancellationToken.None);

        watched.Annotations!.HasNews.Should().BeTrue();
        signal.WaitAsync().IsCompleted.Should().BeTrue();
    }

    [Fact]
    public async Task Nobody_is_told_there_of_what_he_does_himself()
    {
        await using var anna = await _house.ConnectAsync("anna");
        await using var marco = await _house.ConnectAsync("marco");
        await MailHouse.OkAsync(anna, $"n NOTIFY SET (selected (MessageNew (UID) MessageExpunge FlagChange)) (subtree Shared {Everything})");
        await MailHouse.OkAsync(anna, $"a APPEND {Inbox} {{17+}}\r\nSubject: one\r\n\r\nx");
        await MailHouse.OkAsync(anna, $"b SETMETADATA {Inbox} (/shared/comment \"x\")");
        await MailHouse.OkAsync(anna, $"c CREATE {SharedHouse.Below}/Verbali");
        (await MailHouse.OkAsync(anna, "d NOOP")).Should().Equal("d OK NOOP completed");

        // In the selected mailbox too, wherever it is: EXISTS, but nothing is fetched of what one has put there.
        await MailHouse.OkAsync(anna, $"e SELECT {Inbox}");
        (await MailHouse.OkAsync(anna, $"f APPEND {Inbox} {{17+}}\r\nSubject: two\r\n\r\nx"))[..^1].Should().Equal("* 2 EXISTS", "* 2 RECENT");
        await MailHouse.OkAsync(marco, $"a APPEND {Inbox} {{17+}}\r\nSubject: six\r\n\r\nx");
        (await anna.LineAsync()).Should().Be("* 3 EXISTS");
        (await anna.LineAsync()).Should().Be("* 3 RECENT");
        (await anna.LineAsync()).Should().Be("* 3 FETCH (UID 3)");
    }

    [Fact]
    public async Task Subscribed_means_the_persons_own_subscriptions_there_and_personal_means_none()
    {
        await using var anna = await _house.ConnectAsync("anna");
        await using var marco = await _house.ConnectAsync("marco");
        await MailHouse.OkAsync(anna, "n NOTIFY SET (subscribed (MessageNew MessageExpunge))");
        await MailHouse.OkAsync(marco, $"a APPEND {Inbox} {{17+}}\r\nSubject: one\r\n\r\nx");
        (await anna.LineAsync()).Should().Be($"* STATUS {Inbox} (UIDNEXT 2 MESSAGES 1)");

        await MailHouse.OkAsync(anna, $"b UNSUBSCRIBE {Inbox}");
        await MailHouse.OkAsync(marco, $"b APPEND {Inbox} {{17+}}\r\nSubject: two\r\n\r\nx");
        await MailHouse.OkAsync(marco, $"c APPEND {SharedHouse.Below}/Sent {{17+}}\r\nSubject: sen\r\n\r\nx");
        (await anna.LineAsync()).Should().Be($"* STATUS {SharedHouse.Below}/Sent (UIDNEXT 2 MESSAGES 1)");

        await MailHouse.OkAsync(anna, $"m NOTIFY SET (personal {Everything})");
        await MailHouse.OkAsync(marco, $"d APPEND {SharedHouse.Below}/Sent {{17+}}\r\nSubject: sen\r\n\r\nx");
        (await MailHouse.OkAsync(anna, "c NOOP")).Should().Equal("c OK NOOP completed");
    }

    [Fact]
    public async Task Esearch_looks_there_too()
    {
        await _house.AppendAsync(SharedHouse.Section, "INBOX", "Subject: Bilancio\n\nx\n");
        await _house.AppendAsync(SharedHouse.Section, "Archive", "Subject: Bilancio\n\nx\n");
        await _house.AppendAsync(SharedHouse.Own("anna"), "INBOX", "Subject: Bilancio\n\nx\n");
        await using var anna = await _house.ConnectAsync("anna");

        (await FoundAsync(anna, $"mailboxes {Inbox}")).Should().Equal(Inbox);
        (await FoundAsync(anna, $"subtree {SharedHouse.Below}")).Should().Equal(Inbox, $"{SharedHouse.Below}/Archive");
        (await FoundAsync(anna, "subtree-one Shared")).Should().BeEmpty();
        (await FoundAsync(anna, "subscribed")).Should().Equal("INBOX", Inbox, $"{SharedHouse.Below}/Archive");
        (await FoundAsync(anna, "personal")).Should().Equal("INBOX");
    }

    /// <summary>The mailboxes with matches.</summary>
    private static async Task<IReadOnlyList<string>> FoundAsync(WireClient client, string sources) =>
        [
            .. (await MailHouse.OkAsync(client, $"e ESEARCH IN ({sources}) SUBJECT bilancio"))[..^1]
                .Select(line => line.Split(" MAILBOX ")[1].Split(" UIDVALIDITY ")[0]),
        ];
}
