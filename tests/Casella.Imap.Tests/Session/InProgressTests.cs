using System.IO.Pipelines;
using System.Text;
using AwesomeAssertions;
using Casella.Imap.Session;
using Casella.Imap.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Casella.Imap.Tests.Session;

/// <summary>A client that waits long hears that its command still runs (RFC 9585).</summary>
public sealed class InProgressTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = new();

    [Fact]
    public async Task What_is_quick_is_not_announced()
    {
        (await TellAsync(Task.FromResult(7))).Should().Be(7);
        await _pipe.Writer.CompleteAsync();
        (await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task What_takes_long_is_announced_every_ten_seconds()
    {
        var work = new TaskCompletionSource<int>();
        var telling = TellAsync(work.Task);
        for (var i = 0; i < 2; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            var read = await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
            Encoding.ASCII.GetString(read.Buffer).Should().Be("* OK [INPROGRESS (\"a1\" NIL NIL)] Still working\r\n");
            _pipe.Reader.AdvanceTo(read.Buffer.End);
        }
        work.SetResult(7);
        (await telling).Should().Be(7);
    }

    [Fact]
    public async Task What_fails_fails_as_it_would_without()
    {
        var act = () => TellAsync(Task.FromException<int>(new InvalidOperationException("x")));
        await act.Should().ThrowAsync<InvalidOperationException>();
    }

    private Task<int> TellAsync(Task<int> work) =>
        InProgress.TellAsync(new ImapWriter(_pipe.Writer), "a1", _time, work, TestContext.Current.CancellationToken);
}
