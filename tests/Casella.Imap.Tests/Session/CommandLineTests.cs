using System.Text;
using AwesomeAssertions;
using Casella.Imap.Session;
using Casella.Net.Framing;
using Xunit;

namespace Casella.Imap.Tests.Session;

/// <summary>What is said to commands that cannot be understood: BAD, and words for what was expected.</summary>
public sealed class CommandLineTests
{
    private static CommandLine Parse(string text, ImapStates state, LiteralAnnouncement? literal = null) =>
        CommandLine.Parse(new FramedCommand(Encoding.UTF8.GetBytes(text), literal), state);

    [Theory]
    [InlineData("", "*", "a tag")]
    [InlineData(" ", "*", "a tag")]
    [InlineData("+ NOOP", "*", "a tag")]
    [InlineData("a", "a", "a space")]
    [InlineData("a ", "a", "a command")]
    [InlineData("a  NOOP", "a", "a command")]
    [InlineData("a XYZZY", "a", "Unknown command")]
    [InlineData("a UID", "a", "a space")]
    [InlineData("a UID NOOP", "a", "Unknown command")]
    [InlineData("a NOOP ", "a", "the end of the command")]
    [InlineData("a NOOP x", "a", "the end of the command")]
    [InlineData("a NO\0OP", "a", "Unknown command")]
    [InlineData("a \0", "a", "a command")]
    [InlineData("\0 NOOP", "*", "a tag")]
    [InlineData("a NOOP\r", "a", "the end of the command")]
    [InlineData("a SELECT", "a", "a space")]
    [InlineData("a SELECT ", "a", "a mailbox name")]
    [InlineData("a SELECT a\0b", "a", "a space|the end of the command")]
    [InlineData("a SELECT \"a\0b\"", "a", "the closing quote")]
    [InlineData("a SELECT {3}\r\na\0b", "a", "without NUL")]
    [InlineData("a SELECT a b", "a", "\"(\"")]
    [InlineData("a SELECT &AGE-", "a", "modified UTF-7")]
    [InlineData("a CREATE a%b", "a", "the end of the command")]
    [InlineData("a CREATE \u00e8", "a", "a mailbox name")]
    [InlineData("a STATUS INBOX", "a", "a space")]
    [InlineData("a STATUS INBOX ()", "a", "a status item")]
    [InlineData("a STATUS INBOX (FOO)", "a", "MESSAGES, RECENT")]
    [InlineData("a STATUS INBOX (MESSAGES", "a", "\")\"")]
    [InlineData("a LIST (RECURSIVEMATCH) \"\" *", "a", "beside RECURSIVEMATCH")]
    [InlineData("a LIST (REMOTE RECURSIVEMATCH) \"\" *", "a", "beside RECURSIVEMATCH")]
    [InlineData("a LIST (FOO) \"\" *", "a", "SUBSCRIBED, SPECIAL-USE")]
    [InlineData("a LIST \"\" * RETURN (FOO)", "a", "SUBSCRIBED, CHILDREN")]
    [InlineData("a LIST \"\" * FOO", "a", "RETURN")]
    [InlineData("a LIST \"\"", "a", "a space")]
    [InlineData("a APPEND INBOX", "a", "a space")]
    [InlineData("a APPEND INBOX foo", "a", "a literal")]
    [InlineData("a APPEND INBOX (\\Foo) ", "a", "\\Seen")]
    [InlineData("a APPEND INBOX \"1-Jan-2026 00:00:00 +0000\" ", "a", "a digit")]
    [InlineData("a ENABLE", "a", "a space")]
    [InlineData("a ID", "a", "a space")]
    [InlineData("a ID foo", "a", "\"(\"")]
    [InlineData("a ID (\"name\")", "a", "a space")]
    public void Commands_that_make_no_sense_are_bad(string text, string tag, string words)
    {
        var line = Parse(text, ImapStates.Authenticated);
        line.Tag.Should().Be(tag);
        line.Command.Should().BeNull();
        line.Refusal!.Value.Status.Should().Be(ReplyStatus.Bad);
        words.Split('|').Should().Contain(word => line.Refusal.Value.Text.Contains(word, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a STORE", "a space")]
    [InlineData("a STORE x FLAGS ()", "a message number")]
    [InlineData("a STORE 1 FOO ()", "FLAGS")]
    [InlineData("a STORE 1 FLAGS.LOUD ()", "FLAGS|a space")]
    [InlineData("a STORE 1 +FLAGS", "a space")]
    [InlineData("a STORE 1 (CHANGEDSINCE 1) FLAGS ()", "UNCHANGEDSINCE")]
    [InlineData("a STORE 1 (UNCHANGEDSINCE x) FLAGS ()", "a mod-sequence")]
    [InlineData("a STORE 1 (UNCHANGEDSINCE 9223372036854775808) FLAGS ()", "below 2^63")]
    [InlineData("a COPY 0 x", "a message number")]
    [InlineData("a COPY 1:4294967296 x", "4294967296")]
    [InlineData("a COPY 1", "a space")]
    [InlineData("a UID EXPUNGE", "a space")]
    [InlineData("a EXPUNGE 1", "the end of the command")]
    [InlineData("a UID MOVE $x x", "a space")]
    [InlineData("a UID SEARCH RETURN (PARTIAL) ALL", "a space")]
    [InlineData("a SEARCH RETURN (PARTIAL 1:4294967296) ALL", "below 4294967296")]
    [InlineData("a SEARCH RETURN ((MIN)) ALL", "MIN, MAX, ALL")]
    [InlineData("a SEARCH RETURN (MIN  MAX) ALL", "MIN, MAX, ALL")]
    [InlineData("a SEARCH OLDER 99999999999", "below 4294967296")]
    [InlineData("a SEARCH UID $:5", "the end of the command")]
    [InlineData("a FETCH 1 (PREVIEW (LAZY)(LAZY))", "\")\"")]
    public void Selected_commands_that_make_no_sense_are_bad(string text, string words)
    {
        var refusal = Parse(text, ImapStates.Selected).Refusal!.Value;
        refusal.Status.Should().Be(ReplyStatus.Bad);
        words.Split('|').Should().Contain(word => refusal.Text.Contains(word, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("(", "ALL", ")")]
    [InlineData("NOT ", "ALL", "")]
    [InlineData("OR ALL ", "ALL", "")]
    [InlineData("(OR ALL NOT ", "ALL", ")")]
    public void Search_keys_go_so_deep_and_no_deeper(string open, string key, string close)
    {
        string Nested(int times) => $"a SEARCH {string.Concat(Enumerable.Repeat(open, times))}{key}{string.Concat(Enumerable.Repeat(close, times))}";

        Parse(Nested(20), ImapStates.Selected).Command.Should().NotBeNull();
        Parse(Nested(100_000), ImapStates.Selected).Refusal!.Value.Text.Should().Contain("inside each other");
    }

    [Theory]
    [InlineData("a FETCH 1 BODY[HEADER.FIELDS ({4+}\r\nA\r\nB)]", "a field name")]
    [InlineData("a FETCH 1 BODY[HEADER.FIELDS (\"\")]", "a field name")]
    [InlineData("a FETCH 1 BODY[TEXT]<1>", "\".\"")]
    [InlineData("a FETCH 1 (FLAGS", "\")\"")]
    [InlineData("a FETCH 1 FLAGS (CHANGEDSINCE x)", "a mod-sequence")]
    [InlineData("a SEARCH MODSEQ \"/flags/x\" mine 1", "priv, shared or all")]
    [InlineData("a SEARCH CHARSET UTF-8", "a space")]
    public void Fetches_and_searches_that_make_no_sense_are_bad(string text, string words) =>
        Parse(text, ImapStates.Selected).Refusal!.Value.Text.Should().Contain(words);

    [Theory]
    [InlineData("a LIST \"\" *", ImapStates.NotAuthenticated, "Sign in first")]
    [InlineData("a STORE 1 FLAGS ()", ImapStates.NotAuthenticated, "Sign in first")]
    [InlineData("a STORE 1 FLAGS ()", ImapStates.Authenticated, "Select a mailbox first")]
    [InlineData("a LOGIN a b", ImapStates.Authenticated, "Already signed in")]
    [InlineData("a STARTTLS", ImapStates.Selected, "Already signed in")]
    public void A_command_in_the_wrong_state_is_bad(string text, object state, string words)
    {
        var line = Parse(text, (ImapStates)state);
        line.Refusal!.Value.Status.Should().Be(ReplyStatus.Bad);
        line.Refusal.Value.Text.Should().Be(words);
    }

    [Fact]
    public void A_store_of_a_million_flags_is_read_in_time()
    {
        var text = "a STORE 1 FLAGS (" + string.Join(' ', Enumerable.Repeat("\\Seen", 1_000_000)) + ")";
        Parse(text, ImapStates.Selected).Command.Should().NotBeNull();
    }

    [Fact]
    public void Passwords_do_not_show_in_a_command_as_text()
    {
        Parse("a LOGIN info@example.org secret", ImapStates.NotAuthenticated).Command!.ToString().Should().NotContain("secret");
        Parse("a AUTHENTICATE PLAIN c2VjcmV0", ImapStates.NotAuthenticated).Command!.ToString().Should().NotContain("c2Vj");
    }

    [Fact]
    public void Every_command_of_the_table_is_found_in_any_case()
    {
        foreach (var row in ImapCommands.All)
            Parse($"a {row.Name.ToLowerInvariant()}", row.States & ~(row.States & (row.States - 1))).Row.Should().BeSameAs(row);
    }

    [Fact]
    public void Only_commands_with_message_numbers_hold_expunges_back()
    {
        // RFC 3501 §7.4.1: FETCH, STORE, SEARCH, and not their UID forms.
        ImapCommands.All.Where(row => row.Expunges == Expunges.HeldBack).Select(row => row.Name)
            .Should().BeSubsetOf(["FETCH", "STORE", "SEARCH", "SORT", "THREAD"]).And.Contain("STORE");
    }
}
