using Casella.Formats.Mime;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>extracttext (RFC 5703 §7): the text of the part in a loop, into a variable.</summary>
internal sealed class ExtractText(int line, Modifiers modifiers, long? first, string variable) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        arguments.Need("variables", arguments.Name);
        if (arguments.Compilation.Loops.Count == 0)
            throw arguments.Fault("OutsideLoop", arguments.Name);
        var modifiers = Modifiers.Read(arguments);
        var first = arguments.Number(":first");
        return new ExtractText(arguments.Line, modifiers, first, VariableName.Read(arguments));
    }

    public override Flow Execute(SieveRun run)
    {
        var text = run.Message.CurrentPart is { } part && PartFields.IsText(part) ? DecodedText.Text(part, run.Message.RawBody(part), htmlToText: false) : "";
        run.Spend(text.Length / 16);
        var length = (int)Math.Min(text.Length, Math.Min(first ?? long.MaxValue, run.Limits.VariableLength));
        VariableName.Set(run, variable, modifiers.Apply(text[..length]));
        return Flow.Next;
    }
}
