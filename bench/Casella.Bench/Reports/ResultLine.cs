using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Casella.Bench.Running;

namespace Casella.Bench.Reports;

/// <summary>
/// One run of one workload as one line of JSON: label, workload and unit as text, every figure as a number under a
/// name that tells its unit.
/// </summary>
internal sealed record ResultLine(string Label, string Workload, string Unit, IReadOnlyDictionary<string, double> Figures)
{
    public static ResultLine From(string label, Workload workload, int connections, Outcome outcome)
    {
        var figures = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["connections"] = connections,
            ["count"] = outcome.Count,
            ["seconds"] = outcome.Elapsed.TotalSeconds,
            [Running.Workload.Rate] = outcome.Rate,
            ["p50_ms"] = outcome.Latencies.Percentile(0.50),
            ["p99_ms"] = outcome.Latencies.Percentile(0.99),
            ["max_ms"] = outcome.Latencies.Percentile(1),
        };
        if (outcome.ServerMicrosecondsPerUnit is { } processor)
            figures["server_cpu_us"] = processor;
        foreach (var (name, figure) in outcome.Details)
            figures[name] = figure;
        return new ResultLine(label, workload.Name, workload.Unit, figures);
    }

    public string ToJson()
    {
        var line = new JsonObject { ["label"] = Label, ["workload"] = Workload, ["unit"] = Unit };
        foreach (var (name, figure) in Figures)
            line[name] = Math.Round(figure, 4);
        return line.ToJsonString();
    }

    /// <exception cref="FormatException">The line was not written by <see cref="ToJson"/>.</exception>
    public static ResultLine Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Number)
                figures[property.Name] = property.Value.GetDouble();
            else
                texts[property.Name] = property.Value.ToString();
        }

        return texts.TryGetValue("label", out var label) && texts.TryGetValue("workload", out var workload)
            && texts.TryGetValue("unit", out var unit)
            ? new ResultLine(label, workload, unit, figures)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"not a result: {json}"));
    }
}
