using System.CommandLine;
using Casella.Server.Administration.Doctor;

namespace Casella.Server.CommandLine;

/// <summary>casella doctor: what is wrong around the mail, each with its cure; exit code 1 when something is.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommandAction action)
    {
        var noDns = new Option<bool>("--no-dns") { Description = "Do not ask DNS, and do not look from outside" };
        var command = new Command("doctor", "Examine ports, certificate, disk, permissions, clock, queue, backups, DNS, the view from outside and what others think of our address; say what is wrong and the cure") { noDns };
        action(command, async (run, cancellationToken) =>
        {
            var seen = await run.SendAsync(new RunDoctor(!run.Value(noDns)), cancellationToken);
            run.Output.Result(seen, view => ForPeople(run.Output, view));
            return seen.Wrong == 0 ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static void ForPeople(Output output, DoctorView view)
    {
        foreach (var finding in view.Findings)
        {
            output.Line($"{finding.State.ToUpperInvariant(),-8} {finding.Check}: {finding.Finding}");
            if (finding.Cure is { } cure)
                output.Line($"         Cure: {cure}");
        }

        output.Line();
        output.Line(view.Wrong == 0 ? "Nothing is wrong." : $"{Values.Count(view.Wrong, "thing")} wrong.");
    }
}
