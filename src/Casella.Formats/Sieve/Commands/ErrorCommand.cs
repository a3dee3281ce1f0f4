using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>error (RFC 5463 §5): the script itself says that it cannot go on.</summary>
internal sealed class ErrorCommand(int line, SieveText message) : SieveCommand(line)
{
    private const int MaxMessage = 500;

    public static SieveCommand Read(Arguments arguments) => new ErrorCommand(arguments.Line, arguments.NextText());

    public override Flow Execute(SieveRun run)
    {
        var text = message.Expand(run);
        throw run.Fault("ErrorCommand", text.Length > MaxMessage ? text[..MaxMessage] : text);
    }
}
