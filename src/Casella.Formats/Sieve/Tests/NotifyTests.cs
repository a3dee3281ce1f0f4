using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>valid_notify_method (RFC 5435 §4): all of them can be notified.</summary>
internal sealed class ValidNotifyMethod(int line, IReadOnlyList<SieveText> methods) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments) => new ValidNotifyMethod(arguments.Line, arguments.NextTexts());

    public override bool Evaluate(SieveRun run) => methods.All(method => NotifyMethod.TryParse(method.Expand(run)) is not null);
}

/// <summary>notify_method_capability (RFC 5435 §5): by mail nobody can tell who is there (RFC 5436 §2.6).</summary>
internal sealed class NotifyMethodCapability(int line, Matcher matcher, SieveText method, SieveText capability, IReadOnlyList<SieveText> keys) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments);
        var (method, capability) = (arguments.NextText(), arguments.NextText());
        return new NotifyMethodCapability(arguments.Line, matcher, method, capability, TestTexts.ReadKeys(arguments, matcher));
    }

    public override bool Evaluate(SieveRun run) =>
        NotifyMethod.TryParse(method.Expand(run)) is not null && capability.Expand(run).Equals("online", StringComparison.OrdinalIgnoreCase)
        && matcher.Any(run, ["maybe"], keys);
}
