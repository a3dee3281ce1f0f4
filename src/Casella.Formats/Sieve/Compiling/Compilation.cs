using Casella.Formats.Sieve.Commands;
using Casella.Formats.Sieve.Running;
using Casella.Formats.Sieve.Syntax;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>
/// Turns the syntax of one script into what can run, by the table <see cref="SieveWords"/>. Each command that is wrong
/// is noted and passed over, so that an author sees all mistakes at once.
/// </summary>
internal sealed class Compilation(SieveLimits limits)
{
    /// <summary>Mistakes that are told at once.</summary>
    private const int MaxErrors = 10;

    private bool _requireIsOver;

    public SieveLimits Limits => limits;
    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);
    public List<SieveError> Errors { get; } = [];

    /// <summary>Names of the loops around, null for one without a name (RFC 5703 §3).</summary>
    public Stack<string?> Loops { get; } = new();

    /// <summary>RFC 5463 §4: what the script may not use shows when it gets there.</summary>
    public bool IsLenient => Required.Contains("ihave");

    public SieveBlock Script(IReadOnlyList<CommandSyntax> commands) => Block(commands, isTop: true);

    public SieveBlock Block(IReadOnlyList<CommandSyntax> commands) => Block(commands, isTop: false);

    public SieveTest Test(TestSyntax syntax)
    {
        try
        {
            if (!SieveWords.Tests.TryGetValue(syntax.Name, out var word))
                throw SieveWords.Commands.ContainsKey(syntax.Name)
                    ? new SieveFault(syntax.Line, "NotATest", syntax.Name)
                    : new SieveFault(syntax.Line, "UnknownTest", syntax.Name);
            var arguments = new Arguments(this, syntax);
            arguments.Need(word.Capability, syntax.Name);
            var test = word.Read(arguments);
            arguments.End();
            return arguments.Deferred.Count == 0 ? test : new DeferredTest(syntax.Line, arguments.Deferred, test);
        }
        catch (SieveFault unknown) when (IsLenient && IsOfUnknown(unknown))
        {
            return new UnsupportedTest(unknown.Error);
        }
    }

    /// <summary>A string's content with encoded characters decoded and variables ready to be filled in.</summary>
    public SieveText Text(string value, int line)
    {
        if (Required.Contains("encoded-character"))
            value = EncodedCharacters.Decode(value, line);
        return Required.Contains("variables") ? SieveText.WithVariables(value, line) : SieveText.Constant(value);
    }

    private SieveBlock Block(IReadOnlyList<CommandSyntax> commands, bool isTop)
    {
        var compiled = new List<SieveCommand>(commands.Count);
        for (var i = 0; i < commands.Count; i++)
        {
            var next = i + 1;
            while (commands[i].Name is "if" && next < commands.Count && commands[next].Name is "elsif" or "else")
                next++;
            try
            {
                if (Command(commands, i, next, isTop) is { } command)
                    compiled.Add(command);
            }
            catch (SieveFault fault)
            {
                Errors.Add(fault.Error);
                if (Errors.Count == MaxErrors)
                    throw new SieveScriptException(Errors);
            }

            i = next - 1;
        }

        return new SieveBlock([.. compiled]);
    }

    private SieveCommand? Command(IReadOnlyList<CommandSyntax> commands, int at, int next, bool isTop)
    {
        var syntax = commands[at];
        if (syntax.Name is "require")
        {
            Require(new Arguments(this, syntax), isTop);
            return null;
        }

        _requireIsOver = true;
        if (syntax.Name is "if")
            return If.Read([.. commands.Skip(at).Take(next - at).Select(part => new Arguments(this, part))]);
        try
        {
            if (!SieveWords.Commands.TryGetValue(syntax.Name, out var word))
                throw SieveWords.Tests.ContainsKey(syntax.Name)
                    ? new SieveFault(syntax.Line, "NotACommand", syntax.Name)
                    : new SieveFault(syntax.Line, syntax.Name is "elsif" or "else" ? "ElseWithoutIf" : "UnknownCommand", syntax.Name);
            var arguments = new Arguments(this, syntax);
            arguments.Need(word.Capability, syntax.Name);
            var command = word.Read(arguments);
            arguments.End();
            return arguments.Deferred.Count == 0 ? command : new DeferredCommand(syntax.Line, arguments.Deferred, command);
        }
        catch (SieveFault unknown) when (IsLenient && IsOfUnknown(unknown))
        {
            return new UnsupportedCommand(unknown.Error);
        }
    }

    /// <summary>RFC 5228 §3.2: only before everything else, and only what is there.</summary>
    private void Require(Arguments arguments, bool isTop)
    {
        if (_requireIsOver || !isTop)
            throw arguments.Fault("RequireTooLate");
        var names = arguments.NextConstants();
        arguments.End();
        foreach (var name in names)
        {
            if (!SieveCapabilities.IsKnown(name))
                Errors.Add(new SieveError(arguments.Line, "UnknownCapability", [name]));
            Required.Add(name);
            // RFC 6131 §2.1: the one is more of the other.
            if (name is "vacation-seconds")
                Required.Add("vacation");
        }
    }

    private static bool IsOfUnknown(SieveFault fault) => fault.Error.Name is "UnknownTag" or "UnknownCommand" or "UnknownTest" or "UnknownComparator";
}
