using System.Globalization;
using Casella.Bench.Running;
using Spectre.Console;

namespace Casella.Bench.Reports;

/// <summary>What people read: the workloads, one run's figures, and two servers side by side.</summary>
internal static class Tables
{
    private static readonly string[] InColumns =
        ["connections", "count", "seconds", Workload.Rate, "p50_ms", "p99_ms", "max_ms"];

    public static Table Workloads()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("workload", "connections", "operations", "what it does");
        foreach (var row in WorkloadTable.All)
        {
            var count = row.Count == 0 ? "for a time" : row.Count.ToString(CultureInfo.InvariantCulture);
            table.AddRow(
                row.Name, row.Connections.ToString(CultureInfo.InvariantCulture), count, Markup.Escape(row.Does));
        }

        return table;
    }

    /// <summary>One line of text for one run, so that a long series can be read while it grows.</summary>
    public static string Summary(ResultLine result)
    {
        var figures = result.Figures;
        var further = figures.Where(figure => !InColumns.Contains(figure.Key, StringComparer.Ordinal))
            .Select(figure => $"{figure.Key} {Short(figure.Value)}");
        var rate = Short(figures[Workload.Rate]);
        var (p50, p99) = (Short(figures["p50_ms"]), Short(figures["p99_ms"]));
        return $"{result.Label,-12} {result.Workload,-15} {rate,9} {result.Unit}/s  p50 {p50} ms  p99 {p99} ms  "
            + string.Join("  ", further);
    }

    /// <summary>The medians of both servers' rounds, and how they compare.</summary>
    public static Table Ratios(IReadOnlyList<ResultLine> results, string ours, string theirs)
    {
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns("workload", "figure", ours, theirs, "ratio", "goal", "p99 ms", "server CPU µs");
        foreach (var workload in WorkloadTable.All)
        {
            var (our, their) = (Of(results, ours, workload.Name), Of(results, theirs, workload.Name));
            if (our.Count + their.Count == 0)
                continue;
            var (a, b) = (Median(our, workload.Compared), Median(their, workload.Compared));
            var figure = string.Equals(workload.Compared, Workload.Rate, StringComparison.Ordinal) ? $"{workload.Unit}/s" : workload.Compared;
            table.AddRow(
                workload.Name, figure, Short(a), Short(b), Ratio(a / b), GoalOf(workload, a / b),
                $"{Short(Median(our, "p99_ms"))} / {Short(Median(their, "p99_ms"))}",
                $"{Short(Median(our, "server_cpu_us"))} / {Short(Median(their, "server_cpu_us"))}");
        }

        return table;
    }

    private static List<ResultLine> Of(IReadOnlyList<ResultLine> results, string label, string workload) =>
        [.. results.Where(result => string.Equals(result.Label, label, StringComparison.Ordinal)
            && string.Equals(result.Workload, workload, StringComparison.Ordinal))];

    private static double Median(List<ResultLine> rounds, string figure)
    {
        var sorted = rounds.Where(round => round.Figures.ContainsKey(figure))
            .Select(round => round.Figures[figure]).Order().ToList();
        return sorted.Count == 0
            ? double.NaN
            : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string GoalOf(Workload workload, double ratio)
    {
        if (workload.Goal is not { } goal)
            return "";
        var wanted = (workload.LessIsBetter ? "≤ " : "≥ ") + goal.ToString("0.##", CultureInfo.InvariantCulture);
        if (double.IsNaN(ratio))
            return wanted;
        return wanted + ((workload.LessIsBetter ? ratio <= goal : ratio >= goal) ? " met" : " missed");
    }

    private static string Ratio(double ratio) =>
        double.IsNaN(ratio) ? "–" : ratio.ToString("0.00", CultureInfo.InvariantCulture) + "×";

    private static string Short(double figure) => figure switch
    {
        double.NaN => "–",
        >= 100 or <= -100 => figure.ToString("#,##0", CultureInfo.InvariantCulture),
        >= 10 or <= -10 => figure.ToString("0.0", CultureInfo.InvariantCulture),
        _ => figure.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
