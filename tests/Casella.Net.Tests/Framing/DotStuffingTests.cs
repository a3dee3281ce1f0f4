using System.IO.Pipelines;
using System.Text;
using AwesomeAssertions;
using Casella.Net.Framing;
using CsCheck;

namespace Casella.Net.Tests.Framing;

public sealed class DotStuffingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_is_stuffed_comes_out_as_it_was_however_it_is_cut() => await Gen.Select(
            Gen.String[Gen.Char[".a \0"], 0, 8].Array[0, 6], Gen.Int[0, 5].Array[0, 15], Gen.Int[1, 7])
        .SampleAsync(async (lines, cuts, piece) =>
        {
            var content = string.Concat(lines.Select(line => $"{line}\r\n"));
            var (read, facts) = await ReadAsync(Encoding.Latin1.GetString(Stuffed(content, piece)) + "QUIT\r\n", 1_000, cuts);

            read.Should().Be(content);
            facts.HasBareLineEnd.Should().BeFalse();
            facts.HasNul.Should().Be(content.Contains('\0'));
            facts.Size.Should().Be(content.Length);
            facts.LongestLine.Should().Be(lines.Select(line => line.Length).DefaultIfEmpty().Max());
        }, iter: 500);

    [Fact]
    public void Bare_line_ends_leave_us_as_CRLF_so_that_nobody_can_read_them_in_two_ways() => Gen.Select(
            Gen.String[Gen.Char["\r\n.a"], 0, 20], Gen.Int[1, 7])
        .Sample((content, piece) =>
        {
            var text = Encoding.Latin1.GetString(Stuffed(content, piece));

            $"\r\n{text}".Should().EndWith("\r\n.\r\n");
            text.Replace("\r\n", "", StringComparison.Ordinal).Should().NotContainAny("\r", "\n");
            text[..^3].Split("\r\n").Where(line => line.StartsWith('.')).Should().OnlyContain(line => line.StartsWith("..", StringComparison.Ordinal));
        }, iter: 2_000);

    [Theory]
    [InlineData("a\n.\nb")]
    [InlineData("a\n.\r\nb")]
    [InlineData("a\r.\rb")]
    [InlineData("a\r.\r\nb")]
    [InlineData("a\r\n.\nb")]
    [InlineData("a\r\n.\rb")]
    public async Task What_a_careless_reader_takes_for_the_end_is_content_and_is_reported(string text)
    {
        var (read, facts) = await ReadAsync($"{text}\r\n.\r\nQUIT\r\n", 1_000);

        read.Should().Contain("b");
        facts.HasBareLineEnd.Should().BeTrue();
    }

    [Fact]
    public async Task Content_over_the_limit_is_read_to_its_end_and_kept_no_further()
    {
        var (read, facts) = await ReadAsync($"{new string('x', 50_000)}\r\n.\r\nQUIT\r\n", maxSize: 1_000);

        facts.IsTooLarge.Should().BeTrue();
        facts.Size.Should().Be(50_002);
        read.Length.Should().BeLessThanOrEqualTo(1_000);
    }

    [Fact]
    public async Task A_connection_that_ends_within_is_no_message()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync("half a mess");
        await connection.CloseAsync();

        await Assert.ThrowsAsync<EndOfStreamException>(() => new DotStuffedReader(connection.Server, 1_000).CopyToAsync(new MemoryStream(), None));
    }

    private static async Task<(string Content, DotStuffedContent Facts)> ReadAsync(string wire, long maxSize, params int[] cuts)
    {
        await using var connection = new TestConnection();
        await connection.SendAsync(wire, cuts);
        var content = new MemoryStream();
        var facts = await new DotStuffedReader(connection.Server, maxSize).CopyToAsync(content, None);
        var next = await new LineReader(connection.Server, 100).ReadLineAsync(None);
        Encoding.Latin1.GetString(next!.Value.Span).Should().Be("QUIT", "the session stays in step");
        return (Encoding.Latin1.GetString(content.ToArray()), facts);
    }

    private static byte[] Stuffed(string content, int piece)
    {
        var stream = new MemoryStream();
        var output = PipeWriter.Create(stream);
        var writer = new DotStuffedWriter(output);
        foreach (var octets in Encoding.Latin1.GetBytes(content).Chunk(piece))
            writer.Write(octets);
        writer.Complete();
        output.Complete();
        return stream.ToArray();
    }
}
