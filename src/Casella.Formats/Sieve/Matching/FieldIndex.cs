using Casella.Formats.Sieve.Compiling;

namespace Casella.Formats.Sieve.Matching;

/// <summary>[":index" &lt;fieldno: number&gt; [":last"]] of a test (RFC 5260 §6): which of the fields is looked at.</summary>
internal sealed class FieldIndex
{
    private readonly long? _number;
    private readonly bool _fromEnd;

    private FieldIndex(long? number, bool fromEnd) => (_number, _fromEnd) = (number, fromEnd);

    /// <param name="capability">"index"; of editheader, whose own it is, null.</param>
    public static FieldIndex Read(Arguments arguments, string? capability = "index")
    {
        var number = arguments.Number(":index", capability);
        var last = arguments.Flag(":last", capability);
        if (last && number is null)
            throw arguments.Fault("LastWithoutIndex");
        if (number is 0)
            throw arguments.Fault("IndexFromOne");
        return new FieldIndex(number, last);
    }

    public IEnumerable<T> Select<T>(IEnumerable<T> fields)
    {
        if (_number is not { } number)
            return fields;
        var all = fields.ToList();
        var at = _fromEnd ? all.Count - number : number - 1;
        return at >= 0 && at < all.Count ? [all[(int)at]] : [];
    }
}
