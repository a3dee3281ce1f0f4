using AwesomeAssertions;
using Casella.Server.Hosting;

namespace Casella.Server.Tests.Hosting;

/// <summary>When a server that has worked gives its memory back.</summary>
public sealed class RestTests
{
    private const long Megabyte = 1024 * 1024;
    private const long Heap = 30 * Megabyte;

    private readonly Rest _rest = new(allocated: 5 * Megabyte);
    private long _allocated = 5 * Megabyte;

    [Fact]
    public void Not_while_it_works()
    {
        Look(after: 100 * Megabyte).Should().BeFalse();
        Look(after: 2 * Megabyte).Should().BeFalse();
    }

    [Fact]
    public void Once_when_it_has_come_to_rest()
    {
        Look(after: 100 * Megabyte);

        Look(after: Megabyte / 10).Should().BeTrue();
        Look(after: Megabyte / 10).Should().BeFalse();
    }

    [Fact]
    public void Again_after_the_next_work()
    {
        Look(after: 100 * Megabyte);
        Look(after: 0);

        Look(after: 20 * Megabyte).Should().BeFalse();
        Look(after: 0).Should().BeTrue();
    }

    [Fact]
    public void Little_by_little_it_adds_up()
    {
        Enumerable.Range(0, 20).Count(_ => Look(after: Megabyte * 9 / 10)).Should().Be(1);
    }

    [Fact]
    public void Not_for_little_work()
    {
        Look(after: 3 * Megabyte);

        Look(after: 0).Should().BeFalse();
    }

    /// <summary>Its collection would be felt.</summary>
    [Fact]
    public void Not_with_a_large_heap()
    {
        Look(after: 500 * Megabyte);

        Look(after: 0, heap: Rest.LargestHeap + 1).Should().BeFalse();
        Look(after: 0).Should().BeTrue("it has become smaller, and nothing was given back yet");
    }

    private bool Look(long after, long heap = Heap) => _rest.IsReached(_allocated += after, heap);
}
