using System.Runtime.InteropServices;

namespace Casella.Server.Hosting;

/// <summary>
/// When the server has come to rest, the memory that its last work took is given back to the machine: the heap of .NET, which
/// is collected when something is allocated, so that who allocates no more keeps the garbage and the room for more of it
/// for hours; and that of the C library, which SQLite and .NET's own compiler take theirs from. (ADR 0063)
/// </summary>
internal sealed partial class RestingMemory(TimeProvider time, ILogger<RestingMemory> log) : BackgroundService
{
    /// <summary>Long enough that a pause between two clicks is no rest.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var rest = new Rest(GC.GetTotalAllocatedBytes());
        while (await timer.WaitForNextTickAsync(stoppingToken))
            if (rest.IsReached(GC.GetTotalAllocatedBytes(), GC.GetTotalMemory(forceFullCollection: false)))
                GiveBack();
    }

    private void GiveBack()
    {
        var (before, paused) = (Environment.WorkingSet, GC.GetTotalPauseDuration());
        // The only mode that hands free regions back at once.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // What objects held outside the heap is freed by their finalizers.
        GC.WaitForPendingFinalizers();
        // glibc's; another C library has none, and keeps less.
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out _))
            _ = MallocTrim(0);
        var now = Environment.WorkingSet;
        Log.MemoryGivenBack(log, (before - now) / 1024, now / 1024, (GC.GetTotalPauseDuration() - paused).TotalMilliseconds);
    }

    /// <summary>malloc_trim(3): gives back the free pages of all arenas, each under its own lock for moments.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MallocTrim(nuint keep);
}
