using Casella.Server.Hosting;
using Casella.Server.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Casella.Server.Metrics;

/// <summary>
/// Whoever listens to the rooms' meters: Prometheus, which comes, and a collector, which is sent to. Where neither is
/// wanted nothing is listened to, and nothing of OpenTelemetry is loaded.
/// </summary>
internal static class MetricsRegistration
{
    private static readonly double[] Milliseconds = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 60_000];

    public static IServiceCollection AddMetrics(this IServiceCollection services, CasellaOptions options) =>
        HasPrometheus(options) || HasCollector(options) ? Listen(services, options) : services;

    /// <summary>The metrics' port has metrics, health, and nothing else.</summary>
    public static void Map(WebApplication app, CasellaOptions options)
    {
        if (HasPrometheus(options))
            MapPrometheus(app);
    }

    private static bool HasPrometheus(CasellaOptions options) => !options.Listeners.Metrics.IsOff;
    private static bool HasCollector(CasellaOptions options) => options.Metrics.Otlp.Length > 0;

    private static IServiceCollection Listen(IServiceCollection services, CasellaOptions options)
    {
        services.AddSingleton<ServerGauges>().AddHostedService(provider => provider.GetRequiredService<ServerGauges>());
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("casella", serviceVersion: ProductVersion.Text, serviceInstanceId: options.HostName));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter("Casella.*", "Microsoft.AspNetCore.Hosting", "System.Runtime");
            // From a millisecond to a minute, whichever of the two units a room measures in.
            metrics.AddView(instrument => !instrument.Name.EndsWith(".duration", StringComparison.Ordinal) ? null : new ExplicitBucketHistogramConfiguration
            {
                Boundaries = string.Equals(instrument.Unit, "ms", StringComparison.Ordinal) ? Milliseconds : [.. Milliseconds.Select(bound => bound / 1_000)],
            });
            if (HasPrometheus(options))
                metrics.AddPrometheusExporter();
            if (HasCollector(options))
                metrics.AddOtlpExporter(exporter => Point(exporter, options.Metrics, "metrics"));
        });
        if (HasCollector(options) && options.Metrics.TracesPercent > 0)
            telemetry.WithTracing(traces => traces
                .AddSource("Casella.*")
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(Math.Min(options.Metrics.TracesPercent, 100) / 100.0)))
                .AddOtlpExporter(exporter => Point(exporter, options.Metrics, "traces")));
        return services;
    }

    private static void Point(OtlpExporterOptions exporter, MetricsOptions options, string signal)
    {
        exporter.Protocol = options.OtlpProtocol is OtlpProtocol.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        // By HTTP each signal has a path of its own (OTLP 1.0).
        exporter.Endpoint = options.OtlpProtocol is OtlpProtocol.Http ? new Uri($"{options.Otlp.TrimEnd('/')}/v1/{signal}") : new Uri(options.Otlp);
    }

    private static void MapPrometheus(WebApplication app)
    {
        var ports = app.Services.GetRequiredService<OpenPorts>();
        app.UseOpenTelemetryPrometheusScrapingEndpoint(http => http.Connection.LocalPort == ports.Metrics && http.Request.Path == "/metrics");
        app.Use(async (http, next) =>
        {
            if (http.Connection.LocalPort == ports.Metrics)
                http.Response.StatusCode = 404;
            else
                await next(http);
        });
    }
}
