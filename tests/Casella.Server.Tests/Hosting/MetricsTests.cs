using System.Globalization;
using System.Net;
using System.Text;
using AwesomeAssertions;
using Casella.Server.Options;
using Casella.Transcripts;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Casella.Server.Tests.Hosting;

/// <summary>What programs that watch the service read.</summary>
public sealed class MetricsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Prometheus_reads_figures_on_a_port_that_has_nothing_else()
    {
        await using var server = await RunningServer.StartAsync(
            _folder.Data, change: options => options with { Listeners = options.Listeners with { Metrics = RunningServer.Free } });
        var port = PortOf(server, "Metrics");
        await CommandResult.OfAsync("--data", _folder.Data, "domain", "add", "example.org");
        await CommandResult.OfAsync("--data", _folder.Data, "account", "add", "info@example.org");
        await using (var pop3 = await TlsClient.ConnectAsync(server, "POP3"))
        {
            await pop3.ReadAsync();
            await pop3.AskAsync("USER info@example.org");
            (await pop3.AskAsync("PASS wrong-as-can-be")).Should().StartWith("-ERR");
        }

        var figures = await _http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Stop);

        figures.Should().Contain("casella_queue_length").And.Contain("casella_disk_free_bytes").And.Contain("casella_disk_floor_bytes")
            .And.Contain("casella_commit_duration_seconds_bucket").And.Contain("casella_certificate_remaining_seconds").And.Contain("casella_pop3_command_duration");
        Line(figures, "casella_signins_total{").Should().Contain("protocol=\"Pop3\"").And.Contain("outcome=\"WrongPassword\"");
        figures.Should().NotContain("info@example.org");
        (await _http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), Stop)).Should().Be("ok\n");
        (await _http.GetAsync(new Uri($"http://127.0.0.1:{port}/"), Stop)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await _http.GetAsync(new Uri($"http://127.0.0.1:{PortOf(server, "Webmail")}/metrics"), Stop)).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_collector_is_sent_figures_and_traces()
    {
        await using var collector = await Collector.StartAsync();
        await using (var server = await RunningServer.StartAsync(
            _folder.Data,
            change: options => options with { Metrics = new MetricsOptions { Otlp = collector.Address, OtlpProtocol = OtlpProtocol.Http, TracesPercent = 100 } }))
        {
            await CommandResult.OfAsync("--data", _folder.Data, "domain", "add", "example.org");
            await CommandResult.OfAsync("--data", _folder.Data, "account", "add", "info@example.org");
            using var smtp = new SmtpClient();
            await smtp.ConnectAsync("127.0.0.1", int.Parse(PortOf(server, "SMTP"), CultureInfo.InvariantCulture), SecureSocketOptions.None, Stop);
            await smtp.SendAsync(new MimeMessage([new MailboxAddress("Gino", "gino@example.test")], [new MailboxAddress("", "info@example.org")], "x", new TextPart { Text = "x" }), Stop);
            await smtp.DisconnectAsync(quit: true, Stop);
        }

        // What is left is sent when the server ends.
        collector.Received("/v1/metrics").Should().Contain("casella.queue.length").And.Contain("casella.smtp.command.duration").And.Contain("mail.example.org");
        collector.Received("/v1/traces").Should().Contain("casella.recipients").And.Contain("deliver").And.NotContain("info@example.org");
    }

    [Fact]
    public async Task Health_is_told_on_the_web_ports_and_a_full_disk_is_none()
    {
        await using var server = await RunningServer.StartAsync(_folder.Data, limits: new LimitsOptions { MinimumFreeDisk = long.MaxValue });
        var port = PortOf(server, "Webmail");

        (await _http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/health/live"), Stop)).Should().Be("ok\n");
        var ready = await _http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), Stop);

        (ready.StatusCode, await ready.Content.ReadAsStringAsync(Stop)).Should().Be((HttpStatusCode.ServiceUnavailable, "disk full\n"));
    }

    [Fact]
    public async Task Every_figure_on_the_dashboard_is_one_that_is_measured()
    {
        var folder = RepositoryFolder.Path;
        var dashboard = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Join(folder, "docs", "grafana-casella.json"), Stop));
        var sources = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(Path.Join(folder, "src"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)))
            sources.Append(await File.ReadAllTextAsync(file, Stop));
        var code = sources.ToString();

        var figures = dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .SelectMany(target => target.GetProperty("expr").GetString()!.Split(' ', '(', ')', '[', '{', ',').Where(word => word.StartsWith("casella_", StringComparison.Ordinal))).Distinct(StringComparer.Ordinal).ToList();

        figures.Should().HaveCountGreaterThan(12);
        foreach (var figure in figures)
            code.Should().Contain($"\"{Instrument(figure)}\"", figure);
    }

    /// <summary>As Prometheus' names are made of ours.</summary>
    private static string Instrument(string figure)
    {
        foreach (var ending in new[] { "_bucket", "_count", "_total", "_seconds", "_bytes" })
            if (figure.EndsWith(ending, StringComparison.Ordinal))
                figure = figure[..^ending.Length];
        return figure.Replace('_', '.');
    }

    private static string Line(string figures, string start) =>
        figures.Split('\n').FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) ?? "";

    private static string PortOf(RunningServer server, string service) => server.Server.Status().Listeners
        .First(listener => listener.Service.StartsWith(service, StringComparison.Ordinal)).Port.ToString(CultureInfo.InvariantCulture);
}
