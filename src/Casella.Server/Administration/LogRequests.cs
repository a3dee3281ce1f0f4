using Casella.Server.Hosting;

namespace Casella.Server.Administration;

/// <summary>Tells the last lines of the server's log, each as it comes.</summary>
/// <param name="Level">The least important that is told.</param>
/// <param name="Words">Only lines that have this, in whatever case; null for all.</param>
/// <param name="Follow">Goes on with what comes, until the one who asked is gone.</param>
internal sealed record ShowLogs(int Count, LogLevel Level, string? Words, bool Follow) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var memory = context.Services.GetService<LogMemory>()
            ?? throw new CommandException("NotRunning", "No server runs on this data folder. What it said before is in the journal: journalctl -u casella");
        foreach (var line in memory.Last(Count, IsWanted))
            context.Tell(line.Text);
        if (Follow)
            await foreach (var line in memory.FollowAsync(cancellationToken))
                if (IsWanted(line))
                    context.Tell(line.Text);
        return new Done();
    }

    private bool IsWanted(LogLine line) => line.Level >= Level && (Words is null || line.Text.Contains(Words, StringComparison.OrdinalIgnoreCase));
}
