using System.Text;
using AwesomeAssertions;
using Casella.Net.Connections;
using Casella.Net.Framing;
using CsCheck;

namespace Casella.Net.Tests.Framing;

public sealed class LineReaderTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Lines_are_the_same_however_the_octets_are_cut() => await Gen.Select(
            Gen.String[Gen.Char[" .abc\0é"], 0, 20].Array[0, 6], Gen.Int[0, 9].Array[0, 12])
        .SampleAsync(async (lines, cuts) =>
        {
            await using var connection = new TestConnection();
            await connection.SendAsync(string.Concat(lines.Select(line => $"{line}\r\n")), cuts);
            await connection.CloseAsync();
            var reader = new LineReader(connection.Server, 100);

            foreach (var line in lines)
                Encoding.Latin1.GetString((await reader.ReadLineAsync(None))!.Value.Span).Should().Be(line);
            (await reader.ReadLineAsync(None)).Should().BeNull();
        }, iter: 300);

    [Fact]
    public async Task A_bare_LF_ends_a_line_and_a_bare_CR_does_not()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync("by hand\na\rb\r\n");
        var reader = new LineReader(connection.Server, 100);

        (await ReadAsync(reader)).Should().Be("by hand");
        (await ReadAsync(reader)).Should().Be("a\rb");
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(11, 0)]
    public async Task The_limit_is_without_the_line_end(int length, int read)
    {
        await using var connection = new TestConnection();
        await connection.SendAsync($"{new string('x', length)}\r\nnext\r\n", 3, 3, 3, 3);
        var reader = new LineReader(connection.Server, 10);

        if (read > 0)
            (await ReadAsync(reader)).Should().HaveLength(read);
        else
            (await Assert.ThrowsAsync<LineTooLongException>(() => ReadAsync(reader))).MayContinue.Should().BeTrue();
        (await ReadAsync(reader)).Should().Be("next", "the session stays in step");
    }

    [Fact]
    public async Task A_line_that_goes_on_for_ever_is_given_up()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync(new string('x', 200_000));
        var reader = new LineReader(connection.Server, 1_000);

        (await Assert.ThrowsAsync<LineTooLongException>(() => ReadAsync(reader))).MayContinue.Should().BeFalse();
    }

    [Fact]
    public async Task Silence_ends_with_the_deadline()
    {
        await using var connection = new TestConnection();
        connection.Server.SetDeadline(TimeSpan.FromMinutes(5));
        var reading = ReadAsync(new LineReader(connection.Server, 100));

        connection.Time.Advance(TimeSpan.FromMinutes(4));
        reading.IsCompleted.Should().BeFalse();
        connection.Time.Advance(TimeSpan.FromMinutes(2));

        await Assert.ThrowsAsync<DeadlinePassedException>(() => reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    private static async Task<string?> ReadAsync(LineReader reader) =>
        await reader.ReadLineAsync(None) is { } line ? Encoding.Latin1.GetString(line.Span) : null;
}
