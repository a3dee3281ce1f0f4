using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Transcripts;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// Each person has a \Seen of their own (ADR 0016): what Anna reads is read on all of Anna's devices, and Marco has not
/// read it.
/// </summary>
public sealed class PersonalSeenTests : IAsyncLifetime
{
    private MailHouse _house = null!;
    private WireClient _phone = null!;
    private WireClient _computer = null!;
    private WireClient _marco = null!;
    private WireClient _common = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await MailHouse.StartAsync();
        await _house.SetAsync("seen", "person");
        await using (var writer = await _house.ConnectAsync())
            await MailHouse.AppendAsync(writer, 1, 4);
        _phone = await _house.ConnectToInboxAsync(await _house.AddDeviceAsync("anna", "phone"));
        _computer = await _house.ConnectToInboxAsync(await _house.AddDeviceAsync("anna", "computer"));
        _marco = await _house.ConnectToInboxAsync(await _house.AddDeviceAsync("marco", "phone"));
        _common = await _house.ConnectToInboxAsync();
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync()).Should().BeEmpty();
        foreach (var client in (WireClient[])[_phone, _computer, _marco, _common])
            await client.DisposeAsync();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task What_Anna_reads_is_read_for_Anna()
    {
        await OkAsync(_phone, "a FETCH 1 BODY[TEXT]");
        await OkAsync(_phone, "a STORE 3 +FLAGS (\\Seen)");

        foreach (var device in (WireClient[])[_phone, _computer])
        {
            (await OkAsync(device, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH 1 3");
            (await OkAsync(device, "b SEARCH UNSEEN"))[^2].Should().Be("* SEARCH 2 4");
            (await OkAsync(device, "b STATUS INBOX (UNSEEN)"))[^2].Should().Be("* STATUS INBOX (UNSEEN 2)");
            (await OkAsync(device, "b SELECT INBOX")).Should().Contain("* OK [UNSEEN 2] First unseen message");
        }

        foreach (var other in (WireClient[])[_marco, _common])
        {
            (await OkAsync(other, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH");
            (await OkAsync(other, "b FETCH 1 (FLAGS)"))[^2].Should().NotContain("\\Seen");
            (await OkAsync(other, "b STATUS INBOX (UNSEEN)"))[^2].Should().Be("* STATUS INBOX (UNSEEN 4)");
            (await OkAsync(other, "b SELECT INBOX")).Should().Contain("* OK [UNSEEN 1] First unseen message");
        }
    }

    [Fact]
    public async Task Annas_other_device_hears_of_it_at_once_and_Marco_is_left_alone()
    {
        await _computer.SendAsync("i IDLE");
        await _marco.SendAsync("i IDLE");
        (await _computer.LineAsync()).Should().StartWith("+ ");
        (await _marco.LineAsync()).Should().StartWith("+ ");

        await OkAsync(_phone, "a STORE 2 +FLAGS.SILENT (\\Seen)");
        await OkAsync(_phone, "a STORE 4 +FLAGS.SILENT (\\Flagged)");

        (await _computer.LineAsync()).Should().StartWith("* 2 FETCH (UID 2 FLAGS (\\Seen");
        (await _computer.LineAsync()).Should().StartWith("* 4 FETCH (UID 4 FLAGS (\\Flagged");
        (await _marco.LineAsync()).Should().StartWith("* 4 FETCH (UID 4 FLAGS (\\Flagged", "the second is as unread for him as before");
    }

    [Fact]
    public async Task Who_may_only_read_marks_for_themselves_and_nothing_else()
    {
        await using var luca = await _house.ConnectAsync(await _house.AddDeviceAsync("luca", "phone", MemberRights.Read));

        (await OkAsync(luca, "r MYRIGHTS INBOX"))[0].Should().Be("* MYRIGHTS INBOX lrs");
        (await OkAsync(luca, "s SELECT INBOX")).Should().Contain("* OK [PERMANENTFLAGS (\\Seen)] Flags permitted").And.Contain("s OK [READ-WRITE] SELECT completed");
        await OkAsync(luca, "a STORE 2 +FLAGS (\\Seen)");
        await OkAsync(luca, "a FETCH 3 BODY[TEXT]");
        await luca.SendAsync("a STORE 4 +FLAGS (\\Flagged)");
        (await luca.LineAsync()).Should().StartWith("a NO [NOPERM]");
        await luca.SendAsync("a MOVE 4 Trash");
        (await luca.LineAsync()).Should().StartWith("a NO ");

        (await OkAsync(luca, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH 2 3");
        (await OkAsync(_marco, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH");
        await OkAsync(luca, "c CLOSE");
    }

    [Fact]
    public async Task There_is_one_MODSEQ_for_all_and_it_says_what_has_changed_for_whom()
    {
        await OkAsync(_computer, "e ENABLE CONDSTORE");
        await OkAsync(_marco, "e ENABLE CONDSTORE");
        var before = await HighestModSeqAsync(_marco);

        var stored = await OkAsync(_phone, $"a STORE 2 (UNCHANGEDSINCE {before}) +FLAGS.SILENT (\\Seen)");

        var after = await HighestModSeqAsync(_phone);
        after.Should().BeGreaterThan(before);
        stored.Should().Contain($"* 2 FETCH (UID 2 MODSEQ ({after}))");
        (await OkAsync(_computer, "n NOOP"))[0].Should().StartWith($"* 2 FETCH (UID 2 MODSEQ ({after}) FLAGS (\\Seen");
        (await OkAsync(_marco, "n NOOP"))[0].Should().Be($"* 2 FETCH (UID 2 MODSEQ ({after}))", "his next conditional STORE is to hold");
        (await OkAsync(_marco, $"f FETCH 1:* (FLAGS) (CHANGEDSINCE {before})")).Should().ContainSingle(line => line.StartsWith("* 2 FETCH", StringComparison.Ordinal));
        (await OkAsync(_marco, $"a STORE 2 (UNCHANGEDSINCE {after}) +FLAGS.SILENT (\\Seen)"))[^1].Should().Contain("OK STORE completed");
    }

    [Fact]
    public async Task Copies_moves_and_appended_messages_keep_whose_reading_it_is()
    {
        await OkAsync(_phone, "a STORE 1 +FLAGS.SILENT (\\Seen)");
        await OkAsync(_marco, "a STORE 2 +FLAGS.SILENT (\\Seen)");
        await OkAsync(_marco, "a COPY 1:2 Archive");
        await OkAsync(_phone, "a MOVE 1:2 Archive");
        await OkAsync(_phone, "a APPEND Archive (\\Seen) {16+}\r\nSubject: x\r\n\r\nxy");

        await OkAsync(_computer, "s SELECT Archive");
        await OkAsync(_marco, "s SELECT Archive");
        await OkAsync(_common, "s SELECT Archive");
        (await OkAsync(_computer, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH 1 3 5");
        (await OkAsync(_marco, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH 2 4");
        (await OkAsync(_common, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH");
    }

    [Fact]
    public async Task Open_sessions_follow_the_policy_to_common_and_back()
    {
        await OkAsync(_phone, "a STORE 1 +FLAGS.SILENT (\\Seen)");
        await OkAsync(_marco, "a STORE 2 +FLAGS.SILENT (\\Seen)");

        await _house.SetAsync("seen", "common");
        (await OkAsync(_marco, "n NOOP"))[0].Should().StartWith("* 1 FETCH (UID 1 FLAGS (\\Seen");
        (await OkAsync(_marco, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH 1 2");

        await _house.SetAsync("seen", "person");
        (await OkAsync(_marco, "n NOOP"))[0].Should().StartWith("* 1 FETCH (UID 1 FLAGS (").And.NotContain("\\Seen");
        (await OkAsync(_marco, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH 2");
        (await OkAsync(_computer, "b SEARCH SEEN"))[^2].Should().Be("* SEARCH 1");
    }

    private static Task<List<string>> OkAsync(WireClient client, string command) => MailHouse.OkAsync(client, command);

    private static async Task<long> HighestModSeqAsync(WireClient client)
    {
        var line = (await OkAsync(client, "h STATUS INBOX (HIGHESTMODSEQ)"))[^2];
        return long.Parse(line[(line.LastIndexOf(' ') + 1)..^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
