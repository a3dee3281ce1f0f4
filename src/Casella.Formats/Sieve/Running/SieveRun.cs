namespace Casella.Formats.Sieve.Running;

/// <summary>One run of a script for one message: everything that changes while it runs, and the fuel.</summary>
internal sealed class SieveRun(SieveMessage message, SieveEnvironment environment, SieveLimits limits)
{
    private const long LookEvery = 50_000;

    private long _steps;
    private long _nextLook;
    private int _edits;
    private int _line;

    public SieveEnvironment Environment => environment;
    public SieveLimits Limits => limits;
    public RunningMessage Message { get; } = new(message, limits);
    public SieveResult Result { get; } = new(limits);

    /// <summary>Of the script that runs now.</summary>
    public SieveScope Scope { get; set; } = new([], new SieveVariables(limits, []));

    /// <summary>Variables that scripts share (RFC 6609 §3.4).</summary>
    public Dictionary<string, string> Globals { get; } = new(StringComparer.Ordinal);

    /// <summary>The internal variable of imap4flags (RFC 5232 §3).</summary>
    public IReadOnlyList<string> Flags { get; set; } = environment.Flags;

    /// <summary>Scripts that run inside each other, and all that were included so far (RFC 6609 §3.2).</summary>
    public Stack<string> IncludedNow { get; } = new();
    public List<string> Included { get; } = [];

    public SieveFault Fault(string name, params object[] values) => new(_line, name, values);

    /// <summary>RFC 6785 §3.11, §4.6: what belongs to the arrival of mail has no place in an event.</summary>
    public void NeedDelivery(string what)
    {
        if (environment.IsEvent)
            throw Fault("NotForEvents", what);
    }

    /// <summary>A command or test begins.</summary>
    public void Enter(int line)
    {
        _line = line;
        Spend(1);
    }

    public bool Evaluate(SieveTest test)
    {
        Enter(test.Line);
        return test.Evaluate(this);
    }

    /// <summary>So much work is about to be done.</summary>
    /// <exception cref="SieveFault">It is too much.</exception>
    public void Spend(long steps)
    {
        _steps += steps;
        if (_steps > limits.Steps || (_steps >= _nextLook && IsLate()))
            throw Fault("TooMuchWork");
    }

    /// <summary>The message is about to be replaced or enclosed.</summary>
    public void CountEdit()
    {
        if (++_edits > limits.Edits)
            throw Fault("TooManyActions", limits.Edits);
    }

    /// <summary>The steps are a guess of the time; what knows the time has the last word.</summary>
    private bool IsLate()
    {
        _nextLook = _steps + LookEvery;
        return environment.TimeIsUp();
    }

    public void RequireEnabled(IReadOnlyList<string> capabilities)
    {
        foreach (var capability in capabilities)
            if (!Scope.Capabilities.Contains(capability))
                throw Fault("NotEnabled", capability);
    }
}
