using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>The name of a variable that a command writes (RFC 5229 §4): a constant, and no match variable.</summary>
internal static class VariableName
{
    public static string Read(Arguments arguments) => Check(arguments, arguments.NextConstant());

    public static string Check(Arguments arguments, string name)
    {
        var lower = name.ToLowerInvariant();
        var own = lower.StartsWith("global.", StringComparison.Ordinal) ? lower["global.".Length..] : lower;
        if (own.Length == 0 || !(char.IsAsciiLetter(own[0]) || own[0] == '_') || !own.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw arguments.Fault("BadVariableName", name);
        if (own.Length != lower.Length)
            arguments.Need("include", name);
        return lower;
    }

    public static void Set(SieveRun run, string name, string value)
    {
        run.Spend(value.Length);
        if (!run.Scope.Variables.Set(name, value))
            throw run.Fault("TooManyVariables", run.Limits.Variables);
    }
}
