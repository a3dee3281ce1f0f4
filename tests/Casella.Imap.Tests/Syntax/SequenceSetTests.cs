using System.Text;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Syntax;
using CsCheck;
using Xunit;

namespace Casella.Imap.Tests.Syntax;

public sealed class SequenceSetTests
{
    private static SequenceSet Parse(string text)
    {
        var parser = new ImapParser(Encoding.ASCII.GetBytes(text));
        var set = parser.SequenceSet();
        parser.End();
        return set;
    }

    [Theory]
    [InlineData("1", 10, "1:1")]
    [InlineData("2,4:7,9,12:*", 15, "2:2 4:7 9:9 12:15")]
    [InlineData("*:4,5:7", 10, "4:10")]
    [InlineData("4:2", 10, "2:4")]
    [InlineData("3291:*", 100, "100:3291")]
    [InlineData("*", 7, "7:7")]
    [InlineData("*:*", 7, "7:7")]
    [InlineData("1,2,3", 7, "1:3")]
    [InlineData("1:4294967295,5", 7, "1:4294967295")]
    public void A_set_becomes_ascending_ranges(string text, uint star, string expected) =>
        string.Join(' ', Parse(text).Normalize(star).Select(r => $"{r.First}:{r.Last}")).Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1,")]
    [InlineData(",1")]
    [InlineData("1:")]
    [InlineData("1:2:3")]
    [InlineData("1,$")]
    [InlineData("4294967296")]
    [InlineData("1;2")]
    public void Broken_sets_are_refused(string text)
    {
        var act = () => Parse(text);
        act.Should().Throw<ImapSyntaxException>();
    }

    [Fact]
    public void A_set_that_repeats_itself_is_one_range() =>
        Parse(string.Join(',', Enumerable.Repeat("1:*", 50_000))).Normalize(9).Should().ContainSingle();

    [Fact]
    public void Normalizing_keeps_exactly_the_numbers() =>
        Gen.Select(Gen.UInt[0, 30], Gen.UInt[0, 30]).List[1, 12].Sample(pairs =>
        {
            const uint star = 17;
            var set = new SequenceSet(pairs.ConvertAll(p => new SequenceRange(p.Item1, p.Item2)));
            var expected = new SortedSet<uint>();
            foreach (var (a, b) in pairs.Select(p => (p.Item1 == 0 ? star : p.Item1, p.Item2 == 0 ? star : p.Item2)))
                for (var n = Math.Min(a, b); n <= Math.Max(a, b); n++)
                    expected.Add(n);
            var ranges = set.Normalize(star);
            ranges.SelectMany(r => Enumerable.Range((int)r.First, (int)(r.Last - r.First + 1))).Should()
                .Equal(expected.Select(n => (int)n));
            ranges.Zip(ranges.Skip(1)).Should().OnlyContain(p => p.First.Last + 1 < p.Second.First);
        });

    [Fact]
    public void Uid_sets_keep_the_order_and_join_neighbours()
    {
        UidSet.Format([new Uid(304), new Uid(319), new Uid(320)]).Should().Be("304,319:320");
        UidSet.Format([new Uid(7), new Uid(3), new Uid(4)]).Should().Be("7,3:4");
        UidSet.Format([new UidRange(new(1), new(5)), new UidRange(new(9), new(9))]).Should().Be("1:5,9");
    }
}
