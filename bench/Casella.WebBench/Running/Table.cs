using System.Globalization;

namespace Casella.WebBench.Running;

/// <summary>Both webmails beside each other, as the documentation has it.</summary>
internal static class Table
{
    public static string Of(IReadOnlyList<Figure> figures)
    {
        var lines = new List<string> { "| | Casella | Roundcube | times faster | wanted | |", "|---|---|---|---|---|---|" };
        foreach (var row in figures.Select(figure => figure.Row).Distinct())
        {
            var ours = figures.FirstOrDefault(figure => figure.Row == row && figure.Webmail is "Casella");
            var theirs = figures.FirstOrDefault(figure => figure.Row == row && figure.Webmail is not "Casella");
            var ratio = ours is { Median: > 0 } && theirs is not null ? (theirs.Median / ours.Median).ToString("N1", CultureInfo.InvariantCulture) : "";
            var goal = row.Goal is { } most ? $"under {most.ToString("N0", CultureInfo.InvariantCulture)}" : "";
            var verdict = ours is null || row.Goal is null ? "" : ours.Median < row.Goal ? "yes" : "**no**";
            lines.Add($"| {row.Action} | {Text(ours)} | {Text(theirs)} | {ratio} | {goal} | {verdict} |");
        }

        return string.Join('\n', lines);
    }

    private static string Text(Figure? figure) =>
        figure is null ? "" : $"{figure.Median.ToString(figure.Median < 10 ? "N1" : "N0", CultureInfo.InvariantCulture)} {figure.Row.Unit}";
}
