using System.Diagnostics;
using AwesomeAssertions;
using Casella.Imap.Commands;
using CsCheck;
using Xunit;

namespace Casella.Imap.Tests.Commands;

public sealed class ListPatternTests
{
    [Theory]
    [InlineData("", "*", "INBOX", true)]
    [InlineData("", "*", "a/b/c", true)]
    [InlineData("", "%", "a", true)]
    [InlineData("", "%", "a/b", false)]
    [InlineData("", "%/%", "a/b", true)]
    [InlineData("", "%/%", "a/b/c", false)]
    [InlineData("a/", "%", "a/b", true)]
    [InlineData("a", "/%", "a/b", true)]
    [InlineData("", "a*", "a", true)]
    [InlineData("", "a*c", "a/b/c", true)]
    [InlineData("", "a%c", "a/b/c", false)]
    [InlineData("", "a*%b", "axx/yyb", true)]
    [InlineData("", "Sent", "sent", false)]
    [InlineData("", "inbox", "INBOX", true)]
    [InlineData("", "iNb%", "INBOX", true)]
    [InlineData("", "inbox/%", "INBOX/sub", true)]
    [InlineData("", "inbox/SUB", "INBOX/sub", false)]
    [InlineData("", "inboxes", "INBOXES", false)]
    [InlineData("", "", "", true)]
    [InlineData("", "a", "", false)]
    public void Star_matches_anything_and_percent_one_level(string reference, string pattern, string name, bool expected) =>
        new ListPattern(reference, pattern).Matches(name).Should().Be(expected);

    [Fact]
    public void Matching_agrees_with_the_definition() =>
        Gen.Select(Gen.String[Gen.Char["ab/*%"], 0, 8], Gen.String[Gen.Char["ab/"], 0, 8]).Sample((pattern, name) =>
            new ListPattern("", pattern).Matches(name).Should().Be(Slow(pattern, name)));

    /// <summary>The definition, word for word: exponential, for short inputs only.</summary>
    private static bool Slow(string pattern, string name)
    {
        if (pattern.Length == 0)
            return name.Length == 0;
        if (pattern[0] is '*' or '%')
            return Slow(pattern[1..], name)
                || (name.Length > 0 && (pattern[0] == '*' || name[0] != '/') && Slow(pattern, name[1..]));
        return name.Length > 0 && pattern[0] == name[0] && Slow(pattern[1..], name[1..]);
    }

    [Fact]
    public void Many_wildcards_take_no_time()
    {
        var pattern = new ListPattern("", string.Concat(Enumerable.Repeat("*a%", 300)) + "b");
        var started = Stopwatch.GetTimestamp();
        pattern.Matches(new string('a', 1_000)).Should().BeFalse();
        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(20), "what tries every way never ends");
    }
}
