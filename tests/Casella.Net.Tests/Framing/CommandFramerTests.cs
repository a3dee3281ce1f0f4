using System.Text;
using AwesomeAssertions;
using Casella.Net.Framing;
using CsCheck;

namespace Casella.Net.Tests.Framing;

public sealed class CommandFramerTests
{
    private static readonly FramerLimits Limits = new(MaxCommand: 200, MaxLiteral: 100, MaxLiterals: 3);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_command_is_the_same_however_its_octets_are_cut() => await Gen.Select(
            Gen.String[Gen.Char[" abc{}\r\n\0"], 0, 30].Array[0, 3], Gen.Int[0, 9].Array[0, 15])
        .SampleAsync(async (literals, cuts) =>
        {
            await using var connection = new TestConnection();
            var command = "a1 LOGIN" + string.Concat(literals.Select(text => $" {{{text.Length}+}}\r\n{text}"));
            await connection.SendAsync($"{command}\r\na2 NOOP\r\n", cuts);
            var framer = new CommandFramer(connection.Server, Limits);

            (await ReadAsync(framer)).Should().Be(command);
            (await ReadAsync(framer)).Should().Be("a2 NOOP");
        }, iter: 300);

    [Fact]
    public async Task A_synchronizing_literal_is_invited_once_and_a_non_synchronizing_one_never()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync("a1 X {3}\r\nabc {2+}\r\nde\r\n");
        var invitations = 0;
        var framer = new CommandFramer(connection.Server, Limits);

        var command = await framer.ReadCommandAsync((_, _) => LiteralDecision.Take, _ => { invitations++; return ValueTask.CompletedTask; }, None);

        Encoding.Latin1.GetString(command!.Bytes.Span).Should().Be("a1 X {3}\r\nabc {2+}\r\nde");
        invitations.Should().Be(1);
    }

    [Fact]
    public async Task A_streamed_literal_is_exactly_its_octets_and_the_command_goes_on_behind_it()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync("a1 APPEND x ~{9+}\r\none\r\ntwo) rest\r\na2 NOOP\r\n", 5, 14, 2, 2, 2);
        var framer = new CommandFramer(connection.Server, Limits);

        var begin = await framer.ReadCommandAsync(Stream, NoInvitation, None);
        begin!.PendingLiteral.Should().Be(new LiteralAnnouncement(9, IsSynchronizing: false, IsBinary: true));
        Encoding.Latin1.GetString(begin.Bytes.Span).Should().Be("a1 APPEND x ");
        var content = new MemoryStream();
        await framer.CopyLiteralAsync(content, None);
        Encoding.Latin1.GetString(content.ToArray()).Should().Be("one\r\ntwo)");
        Encoding.Latin1.GetString((await framer.ContinueAsync(Stream, NoInvitation, None))!.Bytes.Span).Should().Be(" rest");
        (await ReadAsync(framer)).Should().Be("a2 NOOP");
    }

    [Fact]
    public async Task A_literal_keeps_the_CR_that_it_ends_with()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync("a1 X {2+}\r\nb\r\na2 NOOP\r\n");
        var framer = new CommandFramer(connection.Server, Limits);

        (await ReadAsync(framer)).Should().Be("a1 X {2+}\r\nb\r");
        (await ReadAsync(framer)).Should().Be("a2 NOOP");
    }

    [Fact]
    public async Task A_skipped_literal_leaves_the_session_in_step()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync($"a1 APPEND x {{50000+}}\r\n{new string('x', 50_000)}\r\na2 NOOP\r\n", 10, 1000, 30_000);
        var framer = new CommandFramer(connection.Server, Limits);

        await framer.ReadCommandAsync(Stream, NoInvitation, None);
        await framer.SkipLiteralAsync(None);
        (await framer.ContinueAsync(Stream, NoInvitation, None))!.Bytes.Length.Should().Be(0);
        (await ReadAsync(framer)).Should().Be("a2 NOOP");
    }

    [Theory]
    [InlineData("a1 X {101}\r\n", FramingError.LiteralTooLarge, false)]
    [InlineData("a1 X {101+}\r\n", FramingError.LiteralTooLarge, true)]
    [InlineData("a1 X {99999999999999999999}\r\n", FramingError.MalformedLiteral, true)]
    [InlineData("a1 X {-1}\r\n", FramingError.MalformedLiteral, true)]
    [InlineData("a1 X {+}\r\n", FramingError.MalformedLiteral, true)]
    [InlineData("a1 X {}\r\n", FramingError.MalformedLiteral, true)]
    [InlineData("a1 X {1+}\r\na{1+}\r\nb{1+}\r\nc{1+}\r\nd\r\n", FramingError.TooManyLiterals, true)]
    public async Task What_cannot_be_framed_says_why_and_whether_the_session_may_go_on(string text, FramingError error, bool mustClose)
    {
        await using var connection = new TestConnection();
        await connection.SendAsync(text);
        var framer = new CommandFramer(connection.Server, Limits);

        var failure = await Assert.ThrowsAsync<FramingException>(() => ReadAsync(framer));

        (failure.Error, failure.MustClose).Should().Be((error, mustClose));
        Encoding.Latin1.GetString(failure.SoFar.Span).Should().StartWith("a1 ", "the tag can be answered");
    }

    [Fact]
    public async Task A_command_over_the_limit_is_refused_before_it_fills_the_memory()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync($"a1 {new string('x', 100_000)}");
        var framer = new CommandFramer(connection.Server, Limits);

        (await Assert.ThrowsAsync<FramingException>(() => ReadAsync(framer))).Error.Should().Be(FramingError.CommandTooLong);
    }

    [Fact]
    public async Task A_refused_synchronizing_literal_is_never_invited()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync("a1 X {3}\r\na2 NOOP\r\n");
        var framer = new CommandFramer(connection.Server, Limits);

        var failure = await Assert.ThrowsAsync<FramingException>(async () =>
            await framer.ReadCommandAsync((_, _) => LiteralDecision.Refuse, _ => throw new InvalidOperationException("invited"), None));

        failure.MustClose.Should().BeFalse();
        (await ReadAsync(framer)).Should().Be("a2 NOOP");
    }

    private static LiteralDecision Stream(ReadOnlyMemory<byte> command, LiteralAnnouncement literal) => LiteralDecision.Stream;

    private static ValueTask NoInvitation(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static async Task<string?> ReadAsync(CommandFramer framer) =>
        await framer.ReadCommandAsync((_, _) => LiteralDecision.Take, NoInvitation, None) is { } command ? Encoding.Latin1.GetString(command.Bytes.Span) : null;
}
