using System.Diagnostics.Metrics;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Net.Tls;
using Casella.Server.Options;

namespace Casella.Server.Metrics;

/// <summary>
/// What is looked at rather than counted: the queue, sessions, the disk, the certificate. Looked at now and then, so that
/// whoever asks for figures costs nothing but the asking. Made only where somebody listens.
/// </summary>
internal sealed class ServerGauges : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly Meter _meter = new("Casella.Server");
    private readonly MailQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerGauges> _log;
    private (int Length, double OldestSeconds) _waiting;

    public ServerGauges(IServiceProvider services, MailQueue queue, TimeProvider time, ILogger<ServerGauges> log)
    {
        (_queue, _time, _log) = (queue, time, log);
        var disk = services.GetRequiredService<IFreeDisk>();
        var floor = services.GetRequiredService<CasellaOptions>().Limits.MinimumFreeDisk;
        var certificate = services.GetRequiredService<ServerCertificate>();
        var sessions = services.GetRequiredService<LiveSessions>();
        _meter.CreateObservableGauge("casella.queue.length", () => _waiting.Length, description: "Messages that wait to be handed over to others.");
        _meter.CreateObservableGauge("casella.queue.oldest", () => _waiting.OldestSeconds, "s", "How long the oldest of them has waited.");
        _meter.CreateObservableGauge("casella.disk.free", () => disk.Bytes, "By", "Room on the disk of the data folder.");
        _meter.CreateObservableGauge("casella.disk.floor", () => floor, "By", "Room below which no new mail is taken.");
        _meter.CreateObservableGauge(
            "casella.certificate.remaining", () => (certificate.Certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalSeconds, "s", "Until the certificate ends.");
        _meter.CreateObservableGauge("casella.sessions", () => Sessions(sessions), description: "Sessions that have signed in, by protocol.");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
            await LookAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var waiting = await _queue.ListAsync(cancellationToken);
            var oldest = waiting.Count == 0 ? TimeSpan.Zero : _time.GetUtcNow() - waiting.Min(message => message.QueuedAt);
            _waiting = (waiting.Count, oldest.TotalSeconds);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            Log.GaugesFailed(_log, failed);
        }
    }

    private static IEnumerable<Measurement<int>> Sessions(LiveSessions sessions) => sessions.List()
        .GroupBy(session => session.Who.Actor.Protocol)
        .Select(group => new Measurement<int>(group.Count(), new KeyValuePair<string, object?>("protocol", group.Key.ToString())));
}
