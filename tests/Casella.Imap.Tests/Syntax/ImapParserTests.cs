using System.Text;
using AwesomeAssertions;
using Casella.Core.Messages;
using Casella.Imap.Syntax;
using Xunit;

namespace Casella.Imap.Tests.Syntax;

public sealed class ImapParserTests
{
    private delegate T Rule<out T>(ref ImapParser parser);

    private static T Parse<T>(string text, Rule<T> rule)
    {
        var parser = new ImapParser(Encoding.UTF8.GetBytes(text));
        var value = rule(ref parser);
        parser.End();
        return value;
    }

    private static void Refuses<T>(string text, Rule<T> rule, string words)
    {
        var act = () => Parse(text, rule);
        act.Should().Throw<ImapSyntaxException>().WithMessage($"*{words}*");
    }

    [Theory]
    [InlineData("a001")]
    [InlineData("A.1-2_3")]
    [InlineData("[x]")]
    public void A_tag_is_any_astring_without_plus(string text) =>
        Parse(text, static (ref p) => p.Tag()).Should().Be(text);

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("a+b")]
    [InlineData("(a")]
    [InlineData("a b")]
    [InlineData("a\u00e8")]
    public void Other_tags_are_refused(string text)
    {
        var act = () => Parse(text, static (ref p) => p.Tag());
        act.Should().Throw<ImapSyntaxException>();
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("a]b", "a]b")]
    [InlineData("\"a b\"", "a b")]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    [InlineData("{3}\r\na\"b", "a\"b")]
    [InlineData("{3+}\r\nabc", "abc")]
    [InlineData("{0}\r\n", "")]
    [InlineData("{4}\r\na\r\nb", "a\r\nb")]
    [InlineData("\"perch\u00e9\"", "perch\u00e9")]
    [InlineData("{7}\r\nperch\u00e9", "perch\u00e9")]
    public void An_astring_is_an_atom_a_quoted_string_or_a_literal(string text, string expected) =>
        Parse(text, static (ref p) => p.Astring()).Should().Be(expected);

    [Theory]
    [InlineData("", "a string")]
    [InlineData("\"abc", "closing quote")]
    [InlineData("\"a\\b\"", "after \\")]
    [InlineData("\"a\r\nb\"", "closing quote")]
    [InlineData("\"a\0b\"", "closing quote")]
    [InlineData("a%b", "end of the command")]
    [InlineData("{5}\r\nabc", "announced size")]
    [InlineData("{5}abcde", "end of the line")]
    [InlineData("{-1}\r\n", "size of a literal")]
    [InlineData("{99999999999999999999}\r\n", "below 2^63")]
    [InlineData("{3}\r\na\0b", "without NUL")]
    [InlineData("(a)", "a string")]
    public void Broken_astrings_are_refused_with_words(string text, string words) =>
        Refuses(text, static (ref p) => p.Astring(), words);

    [Fact]
    public void Octets_that_are_not_utf8_are_refused_where_text_is_asked_for()
    {
        var act = () =>
        {
            var parser = new ImapParser([(byte)'"', 0xE8, (byte)'"']);
            parser.Astring("a user name");
        };
        act.Should().Throw<ImapSyntaxException>().WithMessage("*a user name in UTF-8*");
    }

    [Theory]
    [InlineData("NIL", null)]
    [InlineData("nil", null)]
    [InlineData("\"NIL\"", "NIL")]
    public void An_nstring_is_a_string_or_nil(string text, string? expected) =>
        Parse(text, static (ref p) => p.Nstring()).Should().Be(expected);

    [Theory]
    [InlineData("0", 0u)]
    [InlineData("007", 7u)]
    [InlineData("4294967295", uint.MaxValue)]
    public void A_number_has_32_bits(string text, uint expected) =>
        Parse(text, static (ref p) => p.Number()).Should().Be(expected);

    [Theory]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999999")]
    [InlineData("-1")]
    [InlineData("x")]
    public void Other_numbers_are_refused(string text) => Refuses(text, static (ref p) => p.Number(), "a number");

    [Theory]
    [InlineData("0")]
    [InlineData("01")]
    public void An_nz_number_begins_with_a_digit_above_0(string text) => Refuses(text, static (ref p) => p.NzNumber(), "above 0");

    [Fact]
    public void A_number64_goes_up_to_2_63()
    {
        Parse("9223372036854775807", static (ref p) => p.Number64()).Should().Be(long.MaxValue);
        Refuses("9223372036854775808", static (ref p) => p.Number64(), "below 2^63");
    }

    [Theory]
    [InlineData("(\\Seen)", 1, "")]
    [InlineData("()", 0, "")]
    [InlineData("(\\seen \\FLAGGED \\Deleted)", 13, "")]
    [InlineData("(\\Answered \\Draft $Forwarded Label1 $forwarded)", 18, "$Forwarded,Label1")]
    [InlineData("(\\Recent)", 0, "")]
    public void A_flag_list_has_system_flags_and_keywords(string text, int bits, string keywords)
    {
        var flags = Parse(text, static (ref p) => p.FlagList());
        flags.System.Should().Be(new MessageFlags((UInt128)bits));
        string.Join(',', flags.Keywords).Should().Be(keywords);
    }

    [Theory]
    [InlineData("(\\Seen", "a space")]
    [InlineData("(\\Seen  \\Draft)", "a keyword")]
    [InlineData("( \\Seen)", "a keyword")]
    [InlineData("(\\Foo)", "\\Seen")]
    [InlineData("(\\*)", "a flag")]
    [InlineData("\\Seen", "\"(\"")]
    public void Broken_flag_lists_are_refused(string text, string words) => Refuses(text, static (ref p) => p.FlagList(), words);

    [Fact]
    public void A_keyword_longer_than_its_limit_is_refused() =>
        Refuses($"({new string('k', 101)})", static (ref p) => p.FlagList(), "at most 100 characters");

    [Fact]
    public void Store_takes_flags_without_parentheses()
    {
        var flags = Parse("\\Seen $Junk", static (ref p) => p.FlagsOrFlagList());
        flags.System.Should().Be(MessageFlags.Seen);
        flags.Keywords.Should().Equal("$Junk");
    }

    [Theory]
    [InlineData("17-Jul-1996", 1996, 7, 17)]
    [InlineData("\"1-Feb-1994\"", 1994, 2, 1)]
    [InlineData("01-feb-2024", 2024, 2, 1)]
    [InlineData("29-Feb-2024", 2024, 2, 29)]
    public void A_date_may_be_quoted_and_have_one_digit(string text, int year, int month, int day) =>
        Parse(text, static (ref p) => p.Date()).Should().Be(new DateOnly(year, month, day));

    [Theory]
    [InlineData("30-Feb-2024", "exists")]
    [InlineData("0-Jan-2024", "exists")]
    [InlineData("1-Jan-24", "a digit")]
    [InlineData("1-Gen-2024", "a month")]
    [InlineData("Jan-1-2024", "a day")]
    [InlineData("\"1-Jan-2024", "\"\"\"")]
    public void Dates_that_do_not_exist_are_refused(string text, string words) => Refuses(text, static (ref p) => p.Date(), words);

    [Theory]
    [InlineData("\"17-Jul-1996 02:44:25 -0700\"", "1996-07-17T02:44:25-07:00")]
    [InlineData("\" 7-Feb-1994 21:52:25 -0800\"", "1994-02-07T21:52:25-08:00")]
    [InlineData("\"31-Dec-2016 23:59:60 +0000\"", "2016-12-31T23:59:59+00:00")]
    [InlineData("\"01-Jan-2026 00:00:00 +1245\"", "2026-01-01T00:00:00+12:45")]
    public void A_date_time_has_a_fixed_form(string text, string expected) =>
        Parse(text, static (ref p) => p.DateTime()).Should().Be(DateTimeOffset.Parse(expected, null));

    [Theory]
    [InlineData("17-Jul-1996 02:44:25 -0700", "\"\"\"")]
    [InlineData("\"17-Jul-1996 24:00:00 +0000\"", "exists")]
    [InlineData("\"17-Jul-1996 02:60:00 +0000\"", "exists")]
    [InlineData("\"17-Jul-1996 02:44:25 +1500\"", "exists")]
    [InlineData("\"17-Jul-1996 02:44:25 GMT\"", "\"+\"")]
    [InlineData("\"7-Jul-1996 02:44:25 +0000\"", "a digit")]
    public void Broken_date_times_are_refused(string text, string words) => Refuses(text, static (ref p) => p.DateTime(), words);

    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("inbox", "inbox")]
    [InlineData("\"Sent Items\"", "Sent Items")]
    [InlineData("&ANg-re", "\u00d8re")]
    [InlineData("Ricerca&-Sviluppo", "Ricerca&Sviluppo")]
    public void A_mailbox_is_decoded_from_modified_utf7(string text, string expected) =>
        Parse(text, static (ref p) => p.Mailbox()).Should().Be(expected);

    [Theory]
    [InlineData("&AGE-")]
    [InlineData("&")]
    public void Another_spelling_of_a_mailbox_is_refused(string text) => Refuses(text, static (ref p) => p.Mailbox(), "modified UTF-7");

    [Fact]
    public void A_mailbox_in_utf8_is_taken_and_one_in_latin1_is_not()
    {
        // RFC 6855 §3.
        Parse("\"\u00d8re\"", static (ref p) => p.Mailbox()).Should().Be("\u00d8re");
        var act = static () =>
        {
            var parser = new ImapParser([(byte)'"', 0xD8, (byte)'r', (byte)'"']);
            parser.Mailbox();
        };
        act.Should().Throw<ImapSyntaxException>().Which.Message.Should().Contain("UTF-8");
    }

    [Fact]
    public void Parentheses_have_a_depth_limit()
    {
        var text = new string('(', 1_000);
        var act = () =>
        {
            var parser = new ImapParser(Encoding.ASCII.GetBytes(text));
            while (true)
                parser.OpenList();
        };
        act.Should().Throw<ImapSyntaxException>().WithMessage("Too many parentheses*");
    }

    [Fact]
    public void A_word_is_taken_only_as_a_whole()
    {
        var parser = new ImapParser("UIDNEXT"u8);
        parser.TryWord("UID"u8).Should().BeFalse();
        parser.TryWord("uidnext"u8).Should().BeTrue();
        parser.AtEnd.Should().BeTrue();
    }
}
