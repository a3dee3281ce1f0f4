using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>valid_ext_list (RFC 6134 §2.7): all the lists can be asked.</summary>
internal sealed class ValidExtList(int line, IReadOnlyList<SieveText> names) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments) => new ValidExtList(arguments.Line, arguments.NextTexts());

    public override bool Evaluate(SieveRun run) => names.All(name => run.Environment.FindList(name.Expand(run)) is not null);
}
