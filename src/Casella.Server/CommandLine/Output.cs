using System.Text.Encodings.Web;
using System.Text.Json;
using Casella.Server.Administration;
using Spectre.Console;

namespace Casella.Server.CommandLine;

/// <summary>
/// What a command says. With --json standard output is exactly one JSON document, the result or
/// {"error":{"code","message"}}; else it is for people: tables with colours on a terminal, plain aligned columns in a
/// pipe. Errors for people go to standard error in both.
/// </summary>
internal sealed class Output(TextWriter writer, TextWriter error, bool isTerminal, TextReader? input = null)
{
    private static readonly JsonSerializerOptions Indented = new(ControlFrames.Json)
    {
        WriteIndented = true,
        // For terminals and scripts, not for web pages: "è" stays "è".
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public bool IsJson { get; set; }

    /// <summary>For what the command line library writes itself: help and the version.</summary>
    public TextWriter Writer => writer;

    /// <summary>Standard input, where somebody else than the console stands for it.</summary>
    public TextReader? Input => input;

    public bool IsTerminal => isTerminal && !IsJson;

    /// <summary>The command's result: as JSON, or by <paramref name="forPeople"/>.</summary>
    public void Result<T>(T result, Action<T> forPeople)
        where T : notnull
    {
        if (IsJson)
            writer.WriteLine(JsonSerializer.Serialize(result, result.GetType(), Indented));
        else
            forPeople(result);
    }

    /// <summary>A line for people; silent with --json.</summary>
    public void Line(string text = "")
    {
        if (!IsJson)
            writer.WriteLine(text);
    }

    /// <summary>Raw text whatever the mode (config describe --markdown).</summary>
    public void Raw(string text) => writer.Write(text);

    public void Failure(string code, string message)
    {
        if (IsJson)
            writer.WriteLine(JsonSerializer.Serialize(new { Error = new ControlError(code, message) }, Indented));
        error.WriteLine($"casella: {message}");
    }

    /// <summary>A remark beside the result, on standard error.</summary>
    public void Note(string text) => error.WriteLine(text);

    public void Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (isTerminal)
            FancyTable(columns, rows);
        else
            PlainTable([columns, .. rows]);
    }

    /// <summary>Runs work with a progress bar on a terminal, silently elsewhere.</summary>
    /// <param name="work">Gets what to call after each of <paramref name="total"/> steps.</param>
    public async Task ProgressAsync(string title, int total, Func<Action, Task> work)
    {
        if (!IsTerminal)
        {
            await work(() => { });
            return;
        }
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask(Markup.Escape(title), maxValue: total);
                await work(() => bar.Increment(1));
            });
    }

    private static void FancyTable(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(column)}[/]")));
        foreach (var row in rows)
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        AnsiConsole.Write(table);
    }

    private void PlainTable(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
            writer.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
