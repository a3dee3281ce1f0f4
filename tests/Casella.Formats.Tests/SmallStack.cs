using System.Runtime.InteropServices;

namespace Casella.Formats.Tests;

/// <summary>
/// Hostile work on a thread of its own: on little stack, and with a clock that runs only while the thread does, so that
/// what else the machine is doing says nothing about the work.
/// </summary>
internal static partial class SmallStack
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ClockOfThisThread = 3;

    /// <summary>Something that hangs is a failure, and not a test run that never ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What the work has cost in processor time. Its exception is the caller's.</summary>
    public static TimeSpan Run(int size, Action work)
    {
        Exception? failure = null;
        var cost = TimeSpan.Zero;
        var thread = new Thread(
            () =>
            {
                var begin = Now();
                try
                {
                    work();
                }
                catch (Exception thrown)
                {
                    failure = thrown;
                }

                cost = Now() - begin;
            },
            size);
        thread.IsBackground = true;
        thread.Start();
        thread.Join(Patience).Should().BeTrue("it ends");
        failure.Should().BeNull();
        return cost;
    }

    private static TimeSpan Now()
    {
        ReadClock(ClockOfThisThread, out var now).Should().Be(0);
        return TimeSpan.FromSeconds(now.Seconds) + TimeSpan.FromMicroseconds(now.Nanoseconds / 1000);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadClock(int clock, out Moment moment);

    /// <summary>struct timespec of 64 bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Moment
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
