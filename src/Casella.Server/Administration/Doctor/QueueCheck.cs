using System.Globalization;

namespace Casella.Server.Administration.Doctor;

/// <summary>Mail that does not get out.</summary>
internal static class QueueCheck
{
    private const string Check = "queue";
    private static readonly TimeSpan Old = TimeSpan.FromHours(4);

    public static async Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var waiting = await context.Queue.ListAsync(cancellationToken);
        var now = context.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var old = waiting.Where(message => now - message.QueuedAt > Old).ToList();
        if (old.Count == 0)
            return [DoctorFinding.Ok(Check, string.Create(CultureInfo.InvariantCulture, $"{waiting.Count} waiting, none for long."))];
        var hours = (int)(now - old.Min(message => message.QueuedAt)).TotalHours;
        var answer = old.SelectMany(message => message.Recipients).Select(recipient => recipient.LastError).FirstOrDefault(error => error is not null);
        return [DoctorFinding.Warning(
            Check, string.Create(CultureInfo.InvariantCulture, $"{old.Count} waiting, the oldest for {hours} hours{(answer is null ? "" : $"; one was answered: {answer}")}"),
            "casella queue list says to whom and why. If all of it waits: may this machine connect to port 25 outside? Many providers allow it only when asked, or want a smart host (Outbound:SmartHost).")];
    }
}
