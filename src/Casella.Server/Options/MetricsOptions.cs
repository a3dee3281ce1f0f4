namespace Casella.Server.Options;

/// <summary>
/// Figures about the service for programs that draw and watch them. They are served where <c>Listeners:Metrics</c> says, for
/// Prometheus, and sent where <c>Otlp</c> says; a dashboard for Grafana is in <c>docs/grafana-casella.json</c>. No address and no
/// name of anybody is in them.
/// </summary>
public sealed record MetricsOptions
{
    /// <summary>
    /// Address of an OpenTelemetry collector that gets metrics and traces, such as <c>http://127.0.0.1:4317</c>. Empty for none.
    /// </summary>
    public string Otlp { get; init; } = "";

    /// <summary>How the collector speaks: Grpc (port 4317) or Http (port 4318).</summary>
    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.Grpc;

    /// <summary>How many of a hundred traces are sent. 0 for metrics only.</summary>
    public int TracesPercent { get; init; } = 10;
}

public enum OtlpProtocol { Grpc, Http }
