using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>
/// setflag, addflag, removeflag (RFC 5232 §3): one argument changes the internal variable, two the one that the first
/// names.
/// </summary>
internal sealed class FlagCommands(int line, string? variable, IReadOnlyList<SieveText> flags, FlagChange change) : SieveCommand(line)
{
    public static SieveCommand ReadSet(Arguments arguments) => Read(arguments, static (_, given) => given);

    public static SieveCommand ReadAdd(Arguments arguments) => Read(arguments, FlagSet.Add);

    public static SieveCommand ReadRemove(Arguments arguments) =>
        Read(arguments, static (present, given) => [.. present.Where(flag => !given.Contains(flag, StringComparer.OrdinalIgnoreCase))]);

    public override Flow Execute(SieveRun run)
    {
        IReadOnlyList<string> present = variable is null ? run.Flags : FlagSet.Read([run.Scope.Variables.Get(variable)]);
        var result = change(present, FlagSet.Read(flags.Select(flag => flag.Expand(run))));
        run.Spend(10L * (present.Count + result.Count));
        if (variable is null)
            run.Flags = result;
        else
            VariableName.Set(run, variable, FlagSet.Write(result));
        return Flow.Next;
    }

    private static FlagCommands Read(Arguments arguments, FlagChange change)
    {
        string? variable = null;
        if (arguments.PositionalCount > 1)
        {
            arguments.Need("variables", arguments.Name);
            variable = VariableName.Read(arguments);
        }

        return new FlagCommands(arguments.Line, variable, arguments.NextTexts(), change);
    }
}

/// <summary>What becomes of the flags that are there.</summary>
internal delegate IReadOnlyList<string> FlagChange(IReadOnlyList<string> present, IReadOnlyList<string> given);
