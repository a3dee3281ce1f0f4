using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>include (RFC 6609 §3.2): runs another script of the owner at this place.</summary>
internal sealed class Include(int line, string name, bool isPersonal, bool once, bool optional) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        var location = arguments.OneOf([(":personal", null), (":global", null)]);
        var (once, optional) = (arguments.Flag(":once"), arguments.Flag(":optional"));
        var name = arguments.NextConstant();
        return ScriptName.IsValid(name)
            ? new Include(arguments.Line, name, location is not ":global", once, optional)
            : throw arguments.Fault("BadScriptName", name);
    }

    public override Flow Execute(SieveRun run)
    {
        if (once && (run.Included.Contains(name) || run.IncludedNow.Contains(name)))
            return Flow.Next;
        if (run.IncludedNow.Contains(name))
            throw run.Fault("IncludeCycle", name);
        if (run.IncludedNow.Count >= run.Limits.IncludeDepth || run.Included.Count >= run.Limits.Includes)
            throw run.Fault("IncludeTooMany");
        if (Find(run) is not { } script)
            return optional ? Flow.Next : throw run.Fault("IncludeMissing", name);
        run.IncludedNow.Push(name);
        run.Included.Add(name);
        var flow = script.Run(run);
        run.IncludedNow.Pop();
        run.Enter(Line);
        return flow.Kind is FlowKind.Stop ? flow : Flow.Next;
    }

    /// <summary>There are no scripts for everybody: a global one is never found.</summary>
    private SieveScript? Find(SieveRun run)
    {
        try
        {
            return isPersonal ? run.Environment.FindScript(name) : null;
        }
        catch (SieveScriptException bad)
        {
            throw run.Fault("IncludeBad", name, bad.Errors[0]);
        }
    }
}

/// <summary>return (RFC 6609 §3.3): ends this script; what has included it goes on.</summary>
internal sealed class Return(int line) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments) => new Return(arguments.Line);

    public override Flow Execute(SieveRun run) => Flow.Return;
}

/// <summary>global (RFC 6609 §3.4.1): these variables are shared by all scripts that say so.</summary>
internal sealed class Global(int line, IReadOnlyList<string> names) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        arguments.Need("variables", arguments.Name);
        var names = arguments.NextConstants().Select(name => VariableName.Check(arguments, name)).ToList();
        return names.Find(name => name.Contains('.', StringComparison.Ordinal)) is { } bad
            ? throw arguments.Fault("BadVariableName", bad)
            : new Global(arguments.Line, names);
    }

    public override Flow Execute(SieveRun run)
    {
        foreach (var name in names)
        {
            if (run.Scope.Variables.IsOwn(name))
                throw run.Fault("GlobalAlreadyOwn", name);
            run.Scope.Variables.Share(name);
        }

        return Flow.Next;
    }
}
