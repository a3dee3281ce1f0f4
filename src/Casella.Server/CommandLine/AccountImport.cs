using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>
/// casella account import FILE.csv: every row is checked before the first account is made, so that a list with mistakes
/// changes nothing.
/// </summary>
internal static class AccountImport
{
    private static readonly Argument<string> FileName = new("FILE") { Description = "CSV in UTF-8 with the header address,password,quota,name,members; an empty password is made and shown" };

    public static Command Create(CommandAction action)
    {
        var command = new Command("import", "Add many accounts from a CSV file") { FileName };
        action(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var file = await ImportFile.ReadAsync(run.Value(FileName), cancellationToken);
        var problems = file.Problems.Concat(await CheckAsync(run, file.Rows, cancellationToken)).OrderBy(p => p.Line).ToList();
        if (problems.Count > 0)
            return Report(run, new ImportView([], problems));

        var (added, failure) = await AddAsync(run, file.Rows, cancellationToken);
        return Report(run, new ImportView(added, failure is null ? [] : [failure]));
    }

    private static async Task<IReadOnlyList<ImportProblem>> CheckAsync(CommandRun run, IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        var problems = new List<ImportProblem>();
        foreach (var row in rows)
        {
            try
            {
                await run.SendAsync(new CheckAccount(row.Address, row.Password, row.Quota, row.Name) { Members = row.Members }, cancellationToken);
            }
            catch (CommandException refused) when (refused.Code is not ("ControlSocket" or "InUse" or "Version"))
            {
                problems.Add(new ImportProblem(row.Line, refused.Message));
            }
        }
        return problems;
    }

    // A failure here is the disk's or the store's, since all rows were checked: stop, and say how far it came.
    private static async Task<(IReadOnlyList<AddedAccountView> Added, ImportProblem? Failure)> AddAsync(CommandRun run, IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        var added = new List<AddedAccountView>();
        ImportProblem? failure = null;
        await run.Output.ProgressAsync($"Adding {Values.Count(rows.Count, "account")}", rows.Count, async step =>
        {
            foreach (var row in rows)
            {
                try
                {
                    added.Add(await run.SendAsync(new AddAccount(row.Address, row.Password, row.Quota, row.Name) { Members = row.Members }, cancellationToken));
                    step();
                }
                catch (CommandException stopped)
                {
                    failure = new ImportProblem(row.Line, $"{stopped.Message} The lines before it are done; remove them from the file and run the command again.");
                    return;
                }
            }
        });
        return (added, failure);
    }

    private static int Report(CommandRun run, ImportView view)
    {
        run.Output.Result(view, _ =>
        {
            var withPassword = view.Added.Where(a => a.Password is not null).ToList();
            if (withPassword.Count > 0)
            {
                run.Output.Table(["Address", "Password (shown only now)"], [.. withPassword.Select(a => (IReadOnlyList<string>)[a.Address, a.Password!])]);
                run.Output.Line();
            }
            if (view.Added.Count > 0 || view.Problems.Count == 0)
                run.Output.Line($"Added {Values.Count(view.Added.Count, "account")}.");
        });
        foreach (var problem in view.Problems)
            run.Output.Note($"{run.Value(FileName)}:{problem.Line.ToString(CultureInfo.InvariantCulture)}: {problem.Message}");
        if (view.Problems.Count == 0)
            return ExitCode.Success;
        if (view.Added.Count == 0)
            run.Output.Note("Nothing was added. Correct these lines and run the command again.");
        return ExitCode.Failure;
    }
}

internal sealed record ImportView(IReadOnlyList<AddedAccountView> Added, IReadOnlyList<ImportProblem> Problems);
