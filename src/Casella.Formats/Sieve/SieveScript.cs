using System.Text;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;
using Casella.Formats.Sieve.Syntax;

namespace Casella.Formats.Sieve;

/// <summary>
/// A checked script of the Sieve language (RFC 5228), ready to run any number of times, on several threads. A run is
/// pure: script, message and environment in, actions out. Compiled by ManageSieve's PUTSCRIPT and by the delivery.
/// </summary>
public sealed class SieveScript
{
    /// <summary>RFC 6785 §3.11: in an event even their name in "require" is an error.</summary>
    private static readonly string[] OfDelivery = ["reject", "ereject", "vacation", "vacation-seconds"];

    private readonly SieveBlock _block;
    private readonly HashSet<string> _required;
    private readonly SieveLimits _limits;

    private SieveScript(SieveBlock block, Compilation compilation) =>
        (_block, _required, _limits) = (block, compilation.Required, compilation.Limits);

    /// <exception cref="SieveScriptException">What is wrong, with lines.</exception>
    public static SieveScript Compile(string source, SieveLimits? limits = null)
    {
        limits ??= SieveLimits.Default;
        if (Encoding.UTF8.GetByteCount(source) > limits.ScriptSize)
            throw new SieveScriptException([new SieveError(0, "ScriptTooLarge", [limits.ScriptSize / 1024])]);
        var compilation = new Compilation(limits);
        SieveBlock block;
        try
        {
            block = compilation.Script(SieveParser.Parse(source, limits));
        }
        catch (SieveFault fault)
        {
            throw new SieveScriptException([fault.Error]);
        }

        return compilation.Errors.Count == 0 ? new SieveScript(block, compilation) : throw new SieveScriptException(compilation.Errors);
    }

    /// <summary>
    /// What the script wants done with a message. Never throws for what a script or a message does: then the outcome is
    /// a failure, and the message is kept (RFC 5228 §2.10.6).
    /// </summary>
    public SieveOutcome Run(SieveMessage message, SieveEnvironment environment)
    {
        var run = new SieveRun(message, environment, _limits);
        try
        {
            _ = Run(run);
            return run.Result.Finish(run);
        }
        catch (SieveFault fault)
        {
            return SieveOutcome.Failed(fault.Error);
        }
    }

    /// <summary>Runs within another script's run (RFC 6609), with variables of its own.</summary>
    internal Flow Run(SieveRun run)
    {
        foreach (var capability in OfDelivery)
            if (_required.Contains(capability))
                run.NeedDelivery(capability);
        var outer = run.Scope;
        run.Scope = new SieveScope(_required, new SieveVariables(run.Limits, run.Globals));
        try
        {
            return _block.Execute(run);
        }
        finally
        {
            run.Scope = outer;
        }
    }
}
