using System.Globalization;

namespace Casella.Formats.Sieve;

/// <summary>What is wrong with a script, or went wrong while it ran: where, and in words for its author.</summary>
/// <param name="Line">From 1; 0 when it is about the script as a whole.</param>
/// <param name="Name">Of the text in Words.resx.</param>
/// <param name="Values">What stands in the text's places.</param>
public sealed record SieveError(int Line, string Name, IReadOnlyList<object> Values)
{
    /// <summary>"line 3: …" in a language that has the words, else in English.</summary>
    public string Text(CultureInfo language)
    {
        var text = Words.Of(Name, language, [.. Values]);
        return Line > 0 ? Words.Of("AtLine", language, Line, text) : text;
    }

    public override string ToString() => Text(CultureInfo.InvariantCulture);
}

/// <summary>A script that cannot be used; every mistake that was found, in the order of the lines.</summary>
public sealed class SieveScriptException(IReadOnlyList<SieveError> errors)
    : Exception(string.Join('\n', errors.Select(error => error.ToString())))
{
    public IReadOnlyList<SieveError> Errors => errors;
}

/// <summary>One mistake on its way to <see cref="SieveScriptException"/>, or out of a run.</summary>
internal sealed class SieveFault(int line, string name, params object[] values) : Exception(name)
{
    public SieveError Error { get; } = new(line, name, values);
}
