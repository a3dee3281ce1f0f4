using System.Text.Json;
using Casella.Core.Notices;
using Casella.Formats.Addresses;
using Casella.Net.Tls;
using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Alerts;

/// <summary>
/// Looks every quarter of an hour whether the office should know something, and tells it by mail: everything that is new
/// in one letter, and the same thing again a day later at the earliest. What was told is kept over restarts.
/// </summary>
internal sealed class OfficeAlerts : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Again = TimeSpan.FromDays(1);

    private readonly AlertChecks _checks;
    private readonly AlertMail _mail;
    private readonly CasellaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<OfficeAlerts> _log;
    private readonly string _file;

    public OfficeAlerts(AlertChecks checks, AlertMail mail, CasellaOptions options, DataFolder folder, TimeProvider time, ILogger<OfficeAlerts> log) =>
        (_checks, _mail, _options, _time, _log, _file) = (checks, mail, options, time, log, Path.Join(folder.Root, "alerts.json"));

    /// <summary>Null when nobody wants to know.</summary>
    private EmailAddress? Office => EmailAddress.TryParse(_options.Office.Alerts.Length > 0 ? _options.Office.Alerts : _options.Office.Contact, out var office) ? office : null;

    /// <summary>Tells what is new.</summary>
    /// <returns>What was told.</returns>
    public async Task<IReadOnlyList<Alert>> LookAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var alerts = await _checks.LookAsync(cancellationToken);
        var told = Read();
        var news = alerts.Where(alert => !told.TryGetValue(alert.Kind, out var last) || now - last >= Again).ToList();
        if (news.Count == 0)
            return [];
        foreach (var alert in news)
            Log.Alerted(_log, alert.Kind, string.Join(", ", alert.Values));
        if (Office is { } office)
        {
            var words = new AlertWords(await _mail.LanguageOfAsync(office, cancellationToken));
            await _mail.SendAsync(office, words.Sender, words.Letter(news, _options.HostName), cancellationToken);
        }

        foreach (var alert in news)
            told[alert.Kind] = now;
        PemFile.WriteSecret(_file, JsonSerializer.Serialize(told));
        return news;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.AlertsFailed(_log, failed);
            }
    }

    private Dictionary<AlertKind, DateTimeOffset> Read()
    {
        try
        {
            return File.Exists(_file) ? JsonSerializer.Deserialize<Dictionary<AlertKind, DateTimeOffset>>(File.ReadAllText(_file)) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];   // the office hears it once more
        }
    }
}
