namespace Casella.Formats.Sieve.Running;

/// <summary>A command that is ready to run; each one is a file in Commands.</summary>
internal abstract class SieveCommand(int line)
{
    public int Line => line;

    /// <exception cref="SieveFault">A runtime error.</exception>
    public abstract Flow Execute(SieveRun run);
}

/// <summary>A test that is ready to run; each one is a file in Tests.</summary>
internal abstract class SieveTest(int line)
{
    public int Line => line;

    /// <exception cref="SieveFault">A runtime error.</exception>
    public abstract bool Evaluate(SieveRun run);
}

/// <summary>Commands one after the other.</summary>
internal sealed class SieveBlock(SieveCommand[] commands)
{
    public Flow Execute(SieveRun run)
    {
        foreach (var command in commands)
        {
            run.Enter(command.Line);
            if (command.Execute(run) is { Kind: not FlowKind.Next } flow)
                return flow;
        }

        return Flow.Next;
    }
}

/// <summary>A command of an extension that the script may turn on by "ihave" (RFC 5463 §4).</summary>
internal sealed class DeferredCommand(int line, IReadOnlyList<string> capabilities, SieveCommand inner) : SieveCommand(line)
{
    public override Flow Execute(SieveRun run)
    {
        run.RequireEnabled(capabilities);
        return inner.Execute(run);
    }
}

/// <summary>A test of an extension that the script may turn on by "ihave".</summary>
internal sealed class DeferredTest(int line, IReadOnlyList<string> capabilities, SieveTest inner) : SieveTest(line)
{
    public override bool Evaluate(SieveRun run)
    {
        run.RequireEnabled(capabilities);
        return inner.Evaluate(run);
    }
}

/// <summary>What this server does not know, in a script that asks with "ihave" before it comes here.</summary>
internal sealed class UnsupportedCommand(SieveError error) : SieveCommand(error.Line)
{
    public override Flow Execute(SieveRun run) => throw new SieveFault(error.Line, error.Name, [.. error.Values]);
}

internal sealed class UnsupportedTest(SieveError error) : SieveTest(error.Line)
{
    public override bool Evaluate(SieveRun run) => throw new SieveFault(error.Line, error.Name, [.. error.Values]);
}
