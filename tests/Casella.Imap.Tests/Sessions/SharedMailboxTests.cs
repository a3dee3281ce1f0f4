using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Imap.Tests.Wire;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>One login, several accounts (RFC 2342 Other Users, RFC 4314, ADR 0017).</summary>
public sealed class SharedMailboxTests : IAsyncLifetime
{
    private const string Inbox = $"{SharedHouse.Below}/INBOX";
    private SharedHouse _house = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync() => _house = await SharedHouse.StartAsync();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task The_sections_mailboxes_stand_below_shared_subscribed_and_with_no_special_use()
    {
        await using var anna = await _house.ConnectAsync("anna");

        (await anna.CommandAsync("a NAMESPACE"))[0].Should().Be("* NAMESPACE ((\"\" \"/\")) ((\"Shared/\" \"/\")) NIL");
        var all = await MailHouse.OkAsync(anna, "b LIST \"\" *");
        all.Should().Contain("* LIST (\\Noselect \\HasChildren) \"/\" Shared")
            .And.Contain($"* LIST (\\Noselect \\HasChildren) \"/\" {SharedHouse.Below}")
            .And.Contain($"* LIST (\\HasNoChildren) \"/\" {Inbox}")
            .And.Contain($"* LIST (\\HasNoChildren) \"/\" {SharedHouse.Below}/Sent")
            .And.ContainSingle(line => line.Contains("\\Sent", StringComparison.Ordinal))
            .Which.Should().Be("* LIST (\\HasNoChildren \\Sent) \"/\" Sent");
        (await MailHouse.OkAsync(anna, "c LIST \"\" %")).Should().NotContain(line => line.Contains('@')).And.Contain(line => line.EndsWith(" Shared", StringComparison.Ordinal));
        (await MailHouse.OkAsync(anna, "d LIST Shared/ %")).Should().HaveCount(2).And.Contain(line => line.EndsWith(SharedHouse.Below, StringComparison.Ordinal));
        (await MailHouse.OkAsync(anna, "e LIST (SPECIAL-USE) \"\" *")).Should().NotContain(line => line.Contains("Shared", StringComparison.Ordinal));
        (await MailHouse.OkAsync(anna, "f LSUB \"\" *")).Should().Contain($"* LSUB () \"/\" {Inbox}");
        (await MailHouse.OkAsync(anna, $"g LIST \"\" {Inbox} RETURN (MYRIGHTS STATUS (MESSAGES))")).Should()
            .StartWith([$"* LIST (\\HasNoChildren) \"/\" {Inbox}", $"* MYRIGHTS {Inbox} lrswikxtecd", $"* STATUS {Inbox} (MESSAGES 0)"]);
    }

    [Fact]
    public async Task Anna_sees_live_what_marco_does_in_the_section()
    {
        await using var anna = await _house.ConnectAsync("anna");
        await using var marco = await _house.ConnectAsync("marco");
        await MailHouse.OkAsync(anna, $"a SELECT {Inbox}");
        await anna.SendAsync("b IDLE");
        (await anna.LineAsync()).Should().StartWith("+ ");

        const string Message = "Subject: Assemblea\r\n\r\nCiao";
        await MailHouse.OkAsync(marco, $"a APPEND {Inbox} {{{Message.Length}+}}\r\n{Message}");
        (await anna.LineAsync()).Should().Be("* 1 EXISTS");
        (await anna.LineAsync()).Should().EndWith(" RECENT");
        await MailHouse.OkAsync(marco, $"b SELECT {Inbox}");
        await MailHouse.OkAsync(marco, "c STORE 1 +FLAGS (\\Flagged)");
        (await anna.LineAsync()).Should().StartWith("* 1 FETCH").And.Contain("\\Flagged");

        await anna.SendAsync("DONE");
        (await anna.ReplyAsync("b"))[^1].Should().StartWith("b OK ");
        (await MailHouse.OkAsync(anna, "d UID FETCH 1 (ENVELOPE THREADID)")).Should().Contain(line => line.Contains("Assemblea", StringComparison.Ordinal));
        (await MailHouse.OkAsync(anna, "e SEARCH SUBJECT assemblea")).Should().Contain("* SEARCH 1");
    }

    [Fact]
    public async Task Who_is_no_longer_a_member_is_signed_out_and_sees_it_no_more()
    {
        await using var anna = await _house.ConnectAsync("anna");
        await MailHouse.OkAsync(anna, $"a SELECT {Inbox}");
        await anna.SendAsync("b IDLE");
        await anna.LineAsync();

        await _house.People.RemoveMemberAsync(SharedHouse.Section, "anna", None);
        (await anna.LineAsync()).Should().StartWith("* BYE ");

        await using var again = await _house.ConnectAsync("anna");
        (await MailHouse.OkAsync(again, "a LIST \"\" *")).Should().NotContain(line => line.Contains("Shared", StringComparison.Ordinal));
        (await again.CommandAsync($"b SELECT {Inbox}"))[^1].Should().StartWith("b NO [NONEXISTENT] ");
        (await again.CommandAsync($"c STATUS {Inbox} (MESSAGES)"))[^1].Should().StartWith("c NO [NONEXISTENT] ");
    }

    [Fact]
    public async Task An_account_that_is_removed_is_gone_from_the_sessions_of_its_members()
    {
        await using var anna = await _house.ConnectAsync("anna");
        await MailHouse.OkAsync(anna, $"a SELECT {Inbox}");

        await _house.RemoveAsync(SharedHouse.Section);

        (await anna.LineAsync()).Should().StartWith("* BYE ");
        await using var again = await _house.ConnectAsync("anna");
        (await MailHouse.OkAsync(again, "a LIST \"\" *")).Should().NotContain(line => line.Contains("Shared", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_may_only_read_changes_nothing()
    {
        await _house.AppendAsync(SharedHouse.Section, "INBOX", "Subject: 1\n\n1\n");
        await _house.People.SetMemberAsync(SharedHouse.Section, "anna", MemberRights.Read, None);
        await using var anna = await _house.ConnectAsync("anna");

        var selected = await MailHouse.OkAsync(anna, $"a SELECT {Inbox}");
        selected.Should().Contain(line => line.StartsWith("* OK [PERMANENTFLAGS ()]", StringComparison.Ordinal));
        selected[^1].Should().StartWith("a OK [READ-ONLY] ");
        foreach (var command in (string[])["STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "MOVE 1 Trash", $"COPY 1 {SharedHouse.Below}/Archive",
            $"CREATE {SharedHouse.Below}/New", $"DELETE {SharedHouse.Below}/Archive", $"APPEND {Inbox} {{5}}", $"GETACL {Inbox}", $"SETACL {Inbox} anna lrswipkxtea"])
            (await anna.CommandAsync($"b {command}"))[^1].Should().StartWith("b NO [NOPERM] ", command);
        await MailHouse.OkAsync(anna, "c COPY 1 Archive");
        (await _house.CountAsync(SharedHouse.Own("anna"), "Archive")).Should().Be(1);
        (await MailHouse.OkAsync(anna, $"d MYRIGHTS {Inbox}"))[0].Should().Be($"* MYRIGHTS {Inbox} lr");
    }

    [Fact]
    public async Task Messages_are_copied_and_moved_between_accounts_with_flags_and_dates()
    {
        await _house.AppendAsync(SharedHouse.Section, "INBOX", "Subject: 1\n\n1\n");
        await _house.AppendAsync(SharedHouse.Section, "INBOX", "Subject: 2\n\n" + new string('x', 200_000) + "\n");
        await using var anna = await _house.ConnectAsync("anna");
        await MailHouse.OkAsync(anna, $"a SELECT {Inbox}");
        await MailHouse.OkAsync(anna, "b STORE 1:2 +FLAGS.SILENT (\\Flagged Urgente)");

        (await MailHouse.OkAsync(anna, "c COPY 1:2 INBOX"))[^1].Should().MatchRegex(@"^c OK \[COPYUID \d+ 1:2 1:2\]");
        var moved = await MailHouse.OkAsync(anna, "d MOVE 2 INBOX");
        moved[0].Should().MatchRegex(@"^\* OK \[COPYUID \d+ 2 3\]");
        moved.Should().Contain("* 2 EXPUNGE");
        (await _house.CountAsync(SharedHouse.Section, "INBOX")).Should().Be(1);

        await MailHouse.OkAsync(anna, "e SELECT INBOX");
        var fetched = await MailHouse.OkAsync(anna, "f FETCH 3 (FLAGS RFC822.SIZE)");
        fetched[0].Should().Contain("\\Flagged").And.Contain("Urgente").And.Contain("RFC822.SIZE 200016");
        (await anna.CommandAsync($"g RENAME Archive {SharedHouse.Below}/Archive2"))[^1].Should().StartWith("g NO [CANNOT] ");
        (await anna.CommandAsync("h COPY 1 Shared/marco@example.org/INBOX"))[^1].Should().StartWith("h NO [NONEXISTENT] ");
    }

    [Fact]
    public async Task A_draft_goes_from_ones_own_to_the_sections_in_one_command()
    {
        await _house.AppendAsync(SharedHouse.Own("anna"), "Drafts", "Subject: 1\n\n1\n");
        await using var anna = await _house.ConnectAsync("anna");
        await MailHouse.OkAsync(anna, "a SELECT Drafts");

        const string Message = "Subject: 2\r\n\r\n2";
        var lines = await MailHouse.OkAsync(anna, $"b REPLACE 1 {SharedHouse.Below}/Drafts {{{Message.Length}+}}\r\n{Message}");

        lines[0].Should().StartWith("* OK [APPENDUID ");
        lines.Should().Contain("* 1 EXPUNGE");
        (await _house.CountAsync(SharedHouse.Section, "Drafts")).Should().Be(1);
        (await _house.CountAsync(SharedHouse.Own("anna"), "Drafts")).Should().Be(0);
    }

    [Fact]
    public async Task Mailboxes_are_made_renamed_and_deleted_there_and_subscriptions_are_a_persons_own()
    {
        await using var anna = await _house.ConnectAsync("anna");
        await using var marco = await _house.ConnectAsync("marco");
        await MailHouse.OkAsync(anna, $"a CREATE {SharedHouse.Below}/Verbali");
        await MailHouse.OkAsync(anna, $"b RENAME {SharedHouse.Below}/Verbali {SharedHouse.Below}/Atti");
        await MailHouse.OkAsync(anna, $"c SUBSCRIBE {SharedHouse.Below}/Atti");
        await MailHouse.OkAsync(anna, $"d UNSUBSCRIBE {Inbox}");
        (await anna.CommandAsync($"e SUBSCRIBE {SharedHouse.Below}/Verbali"))[^1].Should().StartWith("e NO [NONEXISTENT] ");

        (await MailHouse.OkAsync(anna, "f LSUB \"\" Shared/*")).Should().NotContain($"* LSUB () \"/\" {Inbox}").And.Contain($"* LSUB () \"/\" {SharedHouse.Below}/Atti");
        (await MailHouse.OkAsync(marco, "a LSUB \"\" Shared/*")).Should().Contain($"* LSUB () \"/\" {Inbox}");
        await MailHouse.OkAsync(marco, $"b DELETE {SharedHouse.Below}/Atti");
        (await MailHouse.OkAsync(anna, $"g GETQUOTAROOT {Inbox}"))[..2].Should()
            .Equal($"* QUOTAROOT {Inbox} {SharedHouse.Below}", $"* QUOTA {SharedHouse.Below} (STORAGE 0 1048576)");
        await MailHouse.OkAsync(anna, $"h GETQUOTA {SharedHouse.Below}");
        (await anna.CommandAsync("i GETQUOTA Shared/marco@example.org"))[^1].Should().StartWith("i NO [NONEXISTENT] ");
    }

    [Fact]
    public async Task An_account_that_is_set_up_by_itself_does_not_stand_below_the_others_too_unless_chosen()
    {
        await using var own = await _house.ConnectAsync("anna", SharedHouse.Section);
        await using var anna = await _house.ConnectAsync("anna");
        (await MailHouse.OkAsync(own, "a LIST \"\" Shared/%")).Should().HaveCount(1);
        (await MailHouse.OkAsync(anna, "a LIST \"\" Shared/*")).Should().HaveCount(1);

        await _house.People.SetOneLoginAsync(SharedHouse.Section, "anna", OneLogin.On, None);
        (await anna.LineAsync()).Should().StartWith("* BYE ");
        await using var again = await _house.ConnectAsync("anna");
        (await MailHouse.OkAsync(again, $"a SELECT {Inbox}"))[^1].Should().StartWith("a OK [READ-WRITE] ");
        await _house.People.SetOneLoginAsync(SharedHouse.Section, "marco", OneLogin.Off, None);
        await using var marco = await _house.ConnectAsync("marco");
        (await MailHouse.OkAsync(marco, "a LIST \"\" *")).Should().NotContain(line => line.Contains("Shared", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_manager_gives_and_takes_rights_of_the_section_from_ones_own_login()
    {
        await _house.People.SetMemberAsync(SharedHouse.Section, "anna", MemberRights.All, None);
        await using var anna = await _house.ConnectAsync("anna");
        await using var marco = await _house.ConnectAsync("marco");

        await MailHouse.OkAsync(anna, $"a SETACL {Inbox} marco lr");
        (await marco.LineAsync()).Should().StartWith("* BYE ");
        (await MailHouse.OkAsync(anna, $"b GETACL {Inbox}"))[0].Should()
            .Be($"* ACL {Inbox} section@example.org lrswikxtecdpa anna lrswikxtecdpa marco lr");
        await using var again = await _house.ConnectAsync("marco");
        (await MailHouse.OkAsync(again, $"a SELECT {Inbox}"))[^1].Should().StartWith("a OK [READ-ONLY] ");
        await MailHouse.OkAsync(anna, $"c DELETEACL {Inbox} marco");
        (await again.LineAsync()).Should().StartWith("* BYE ");
        (await _house.People.MembersAsync(SharedHouse.Section, None)).Should().ContainSingle(member => member.Login == "anna");
    }
}
