using AwesomeAssertions;
using Casella.Transcripts;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// What a session hears that has said NOTIFY (RFC 5465) or keeps a search up to date (RFC 5267), while others work.
/// </summary>
public sealed class NotifyTests
{
    private const string Everything =
        "n NOTIFY SET (selected (MessageNew (UID) MessageExpunge FlagChange)) (personal (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange))";

    [Fact]
    public async Task A_session_that_says_nothing_hears_of_a_delivery_a_rename_and_a_flag()
    {
        await using var house = await MailHouse.StartAsync();
        await using var worker = await house.ConnectAsync();
        await MailHouse.AppendAsync(worker, 1, 1);
        await using var listener = await house.ConnectToInboxAsync();
        await MailHouse.OkAsync(listener, Everything);

        await HearsAsync(
            listener, "* STATUS Archive (UIDVALIDITY", () => MailHouse.OkAsync(worker, "w APPEND Archive {16+}\r\nSubject: x\r\n\r\nab"));
        await HearsAsync(listener, "* LIST (\\HasNoChildren \\Archive \\Subscribed) \"/\" Archivio (\"OLDNAME\" (Archive))", async () =>
        {
            await MailHouse.OkAsync(worker, "w RENAME Archive Archivio");
            // The subscription goes with it; its old name comes first.
            (await listener.LineAsync()).Should().Be("* LIST (\\NonExistent \\HasNoChildren) \"/\" Archive");
        });
        await MailHouse.OkAsync(worker, "w SELECT INBOX");
        await HearsAsync(
            listener, "* 1 FETCH (UID 1 FLAGS (\\Flagged", () => MailHouse.OkAsync(worker, "w STORE 1 +FLAGS (\\Flagged)"));
    }

    [Fact]
    public async Task A_result_follows_what_starts_and_stops_matching()
    {
        await using var house = await MailHouse.StartAsync();
        await using var worker = await house.ConnectAsync();
        await MailHouse.AppendAsync(worker, 1, 3);
        await MailHouse.OkAsync(worker, "w SELECT INBOX");
        await using var listener = await house.ConnectToInboxAfterAsync(Everything);
        await MailHouse.OkAsync(listener, "f UID SEARCH RETURN (UPDATE ALL) FLAGGED");

        await MailHouse.OkAsync(worker, "w STORE 2 +FLAGS (\\Flagged)");
        (await listener.LineAsync()).Should().StartWith("* 2 FETCH ");
        (await listener.LineAsync()).Should().Be("* ESEARCH (TAG \"f\") UID ADDTO (0 2)");
        await MailHouse.OkAsync(worker, "w STORE 2 -FLAGS (\\Flagged)");
        (await listener.LineAsync()).Should().StartWith("* 2 FETCH ");
        (await listener.LineAsync()).Should().Be("* ESEARCH (TAG \"f\") UID REMOVEFROM (0 2)");
    }

    [Fact]
    public async Task Who_is_too_far_behind_is_told_so_and_nothing_more()
    {
        await using var house = await MailHouse.StartAsync();
        await using var worker = await house.ConnectAsync();
        await MailHouse.AppendAsync(worker, 1, 70);
        await MailHouse.OkAsync(worker, "w SELECT INBOX");
        foreach (var _ in (int[])[1, 2, 3, 4])
            await MailHouse.OkAsync(worker, "w UID COPY 1:* INBOX");
        await using var listener = await house.ConnectAsync();
        await MailHouse.OkAsync(listener, "s SELECT Archive");
        await MailHouse.OkAsync(listener, Everything);

        await MailHouse.OkAsync(worker, "w UID COPY 1:1120 Archive");
        (await listener.LineAsync()).Should().Be("* 1120 EXISTS");
        (await listener.LineAsync()).Should().StartWith("* 1120 RECENT");
        (await listener.LineAsync()).Should().StartWith("* OK [NOTIFICATIONOVERFLOW] ");
        await MailHouse.OkAsync(worker, "w COPY 1 Archive");
        await MailHouse.OkAsync(worker, "w CREATE New");
        (await MailHouse.OkAsync(listener, "l NOOP")).Should().Equal("l OK NOOP completed");
        (await MailHouse.OkAsync(listener, Everything)).Should().Contain("* 1121 EXISTS");
    }

    [Fact]
    public async Task A_silent_STORE_is_silent_only_about_flags_that_the_client_knew_when_it_sent_it()
    {
        await using var house = await MailHouse.StartAsync();
        await using var worker = await house.ConnectAsync();
        await MailHouse.AppendAsync(worker, 1, 1);
        await MailHouse.OkAsync(worker, "w SELECT INBOX");
        await using var listener = await house.ConnectToInboxAfterAsync(Everything);

        await HearsAsync(
            listener, "* 1 FETCH (UID 1 FLAGS (\\Flagged", () => MailHouse.OkAsync(worker, "w STORE 1 +FLAGS (\\Flagged)"));
        // The server cannot know whether that line and this command met on their way.
        (await MailHouse.OkAsync(listener, "a STORE 1 +FLAGS.SILENT (\\Seen)"))
            .Should().Contain(line => line.StartsWith("* 1 FETCH (UID 1 FLAGS (\\Flagged \\Seen", StringComparison.Ordinal));
        (await MailHouse.OkAsync(listener, "b STORE 1 +FLAGS.SILENT (\\Answered)")).Should().Equal("b OK STORE completed");
    }

    [Fact]
    public async Task Commands_sent_ahead_are_answered_in_order_whatever_comes_between()
    {
        await using var house = await MailHouse.StartAsync();
        await using var worker = await house.ConnectAsync();
        await using var listener = await house.ConnectToInboxAfterAsync(Everything);
        var work = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
                await MailHouse.AppendAsync(worker, i, 1);
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 30; i++)
            await listener.SendRawAsync($"a{i} NOOP\r\nb{i} STATUS \"Sent\" (MESSAGES)\r\nc{i} LIST \"\" {{4+}}\r\nSent\r\n");
        await work;
        await listener.SendAsync("z NOOP");
        var lines = new List<string>();
        while (lines is [] || !lines[^1].StartsWith("z OK", StringComparison.Ordinal))
            lines.Add(await listener.LineAsync());

        lines.Where(line => char.IsAsciiLetterLower(line[0])).Should().HaveCount(91).And.AllSatisfy(line => line.Should().Contain(" OK "));
        lines.Where(line => line.Contains(" FETCH (UID ", StringComparison.Ordinal)).Should().Equal(
            Enumerable.Range(1, 30).Select(number => $"* {number} FETCH (UID {number})"));
    }

    private static async Task HearsAsync(WireClient listener, string expected, Func<Task> work)
    {
        await work();
        (await listener.LineAsync()).Should().StartWith(expected);
    }
}
