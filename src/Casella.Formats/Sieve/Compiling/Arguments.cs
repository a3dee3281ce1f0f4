using Casella.Formats.Sieve.Running;
using Casella.Formats.Sieve.Syntax;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>
/// The arguments of one command or test as its reader takes them: tags first, in any order, then the positional ones
/// (RFC 5228 §2.6), then tests and the block. What nobody has taken is a mistake.
/// </summary>
internal sealed class Arguments
{
    private readonly List<ArgumentSyntax> _left;
    private readonly List<string> _deferred = [];
    private readonly IReadOnlyList<TestSyntax> _tests;
    private readonly IReadOnlyList<CommandSyntax>? _block;
    private readonly List<ArgumentSyntax> _all;
    private readonly ArgumentSyntax? _lastTag;
    private bool _testsTaken;
    private bool _blockTaken;

    public Arguments(Compilation compilation, CommandSyntax command)
    {
        (Compilation, Line, Name) = (compilation, command.Line, command.Name);
        (_left, _tests, _block) = ([.. command.Arguments], command.Tests, command.Block);
        _lastTag = _left.FindLast(argument => argument is ArgumentSyntax.Tag);
        _all = [.. _left];
    }

    public Arguments(Compilation compilation, TestSyntax test)
    {
        (Compilation, Line, Name) = (compilation, test.Line, test.Name);
        (_left, _tests) = ([.. test.Arguments], test.Tests);
        _lastTag = _left.FindLast(argument => argument is ArgumentSyntax.Tag);
        _all = [.. _left];
    }

    public Compilation Compilation { get; }
    public int Line { get; }
    public string Name { get; }

    /// <summary>
    /// Capabilities that the script has not required but may turn on itself while it runs (RFC 5463 §4).
    /// </summary>
    public IReadOnlyList<string> Deferred => _deferred;

    public SieveFault Fault(string name, params object[] values) => new(Line, name, values);

    /// <summary>RFC 5228 §2.10.5: nothing of an extension without "require".</summary>
    public void Need(string? capability, string what)
    {
        if (capability is null || Compilation.Required.Contains(capability))
            return;
        if (!Compilation.IsLenient)
            throw Fault("NotRequired", what, capability);
        _deferred.Add(capability);
    }

    // ---- tags

    /// <summary>Takes a tag without a value; false when it is not there.</summary>
    public bool Flag(string tag, string? capability = null)
    {
        if (IndexOf(tag) is not (>= 0 and var at))
            return false;
        Need(capability, tag);
        _left.RemoveAt(at);
        if (IndexOf(tag) >= 0)
            throw Fault("TagTwice", tag);
        return true;
    }

    /// <summary>Takes the one of some tags that exclude each other; null when none is there.</summary>
    public string? OneOf(IReadOnlyList<(string Tag, string? Capability)> tags)
    {
        string? found = null;
        foreach (var (tag, capability) in tags)
        {
            if (!Flag(tag, capability))
                continue;
            if (found is not null)
                throw Fault("TagsExclude", found, tag);
            found = tag;
        }

        return found;
    }

    public SieveText? Text(string tag, string? capability = null) => TakeValue(tag, capability) is { } value ? OneText(value, tag) : null;

    public IReadOnlyList<SieveText>? Texts(string tag, string? capability = null) => TakeValue(tag, capability) is { } value ? AllTexts(value, tag) : null;

    public string? Constant(string tag, string? capability = null) =>
        TakeValue(tag, capability) is { } value ? ConstantOf(OneText(value, tag), tag) : null;

    public long? Number(string tag, string? capability = null) => TakeValue(tag, capability) switch
    {
        null => null,
        ArgumentSyntax.Number number => number.Value,
        _ => throw Fault("TagWantsNumber", tag),
    };

    // ---- positional arguments

    public int PositionalCount => _left.Count(argument => argument is not ArgumentSyntax.Tag);

    public SieveText NextText() => OneText(Next("WantsString"), Name);

    public IReadOnlyList<SieveText> NextTexts() => AllTexts(Next("WantsString"), Name);

    public string NextConstant() => ConstantOf(NextText(), Name);

    public IReadOnlyList<string> NextConstants() => [.. NextTexts().Select(text => ConstantOf(text, Name))];

    public long NextNumber() => Next("WantsNumber") is ArgumentSyntax.Number number ? number.Value : throw Fault("WantsNumber", Name);

    // ---- tests and block

    public SieveTest OneTest() => Tests() is [var only] ? only : throw Fault("WantsOneTest", Name);

    public IReadOnlyList<SieveTest> Tests()
    {
        _testsTaken = true;
        return _tests.Count == 0 ? throw Fault("WantsTest", Name) : [.. _tests.Select(Compilation.Test)];
    }

    public SieveBlock Block()
    {
        _blockTaken = true;
        return Compilation.Block(_block ?? throw Fault("WantsBlock", Name));
    }

    /// <summary>Nothing may be left.</summary>
    public void End()
    {
        foreach (var argument in _left)
            throw argument is ArgumentSyntax.Tag tag ? Fault("UnknownTag", tag.Name, Name) : Fault("TooManyArguments", Name);
        if (_tests.Count > 0 && !_testsTaken)
            throw Fault("NoTestWanted", Name);
        if (_block is not null && !_blockTaken)
            throw Fault("NoBlockWanted", Name);
    }

    private int IndexOf(string tag) =>
        _left.FindIndex(argument => argument is ArgumentSyntax.Tag found && string.Equals(found.Name, tag, StringComparison.Ordinal));

    private ArgumentSyntax? TakeValue(string tag, string? capability)
    {
        var at = IndexOf(tag);
        if (at < 0)
            return null;
        if (at + 1 == _left.Count || _left[at + 1] is ArgumentSyntax.Tag)
            throw Fault("TagWantsValue", tag);
        var value = _left[at + 1];
        _left.RemoveAt(at + 1);
        _ = Flag(tag, capability);
        return value;
    }

    private ArgumentSyntax Next(string fault)
    {
        var at = _left.FindIndex(argument => argument is not ArgumentSyntax.Tag);
        if (at < 0)
            throw Fault(fault, Name);
        var next = _left[at];
        _left.RemoveAt(at);
        // RFC 5228 §2.6.2: tags stand before positional arguments.
        if (_lastTag is ArgumentSyntax.Tag tag && Place(next) < Place(tag))
            throw Fault("TagAfterArgument", tag.Name, Name);
        return next;
    }

    private int Place(ArgumentSyntax argument) => _all.FindIndex(other => ReferenceEquals(other, argument));

    private SieveText OneText(ArgumentSyntax argument, string what) => argument is ArgumentSyntax.Strings { IsList: false, Values: [var only] }
        ? Compilation.Text(only, argument.Line)
        : throw Fault("WantsString", what);

    private List<SieveText> AllTexts(ArgumentSyntax argument, string what) => argument is ArgumentSyntax.Strings strings
        ? [.. strings.Values.Select(value => Compilation.Text(value, argument.Line))]
        : throw Fault("WantsString", what);

    private string ConstantOf(SieveText text, string what) => text.IsConstant ? text.Source : throw Fault("WantsConstant", what);
}
