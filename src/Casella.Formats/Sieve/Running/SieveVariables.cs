using System.Globalization;

namespace Casella.Formats.Sieve.Running;

/// <summary>
/// The variables that one script sees (RFC 5229): its own, those it shares with included scripts (RFC 6609 §3.4), and
/// what the last pattern has matched. Values that are too long are cut.
/// </summary>
internal sealed class SieveVariables(SieveLimits limits, Dictionary<string, string> globals)
{
    private readonly Dictionary<string, string> _own = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shared = new(StringComparer.Ordinal);

    /// <summary>Index 0 is the whole that matched.</summary>
    public IReadOnlyList<string> Matched { get; private set; } = [];

    /// <summary>Empty for one that was never set.</summary>
    /// <param name="name">Lower case.</param>
    public string Get(string name)
    {
        if (char.IsAsciiDigit(name[0]))
            return int.Parse(name, CultureInfo.InvariantCulture) is var index && index < Matched.Count ? Matched[index] : "";
        return Place(ref name).GetValueOrDefault(name, "");
    }

    /// <returns>False when there are too many variables.</returns>
    public bool Set(string name, string value)
    {
        var place = Place(ref name);
        if (!place.ContainsKey(name) && place.Count >= limits.Variables)
            return false;
        place[name] = Cut(value);
        return true;
    }

    public void Share(string name) => _shared.Add(name);

    /// <summary>Whether the script has used a name for itself: then it cannot be shared any more.</summary>
    public bool IsOwn(string name) => _own.ContainsKey(name);

    public void SetMatched(IReadOnlyList<string> values) => Matched = [.. values.Select(Cut)];

    private Dictionary<string, string> Place(ref string name)
    {
        const string Global = "global.";
        if (name.StartsWith(Global, StringComparison.Ordinal))
        {
            name = name[Global.Length..];
            return globals;
        }

        return _shared.Contains(name) ? globals : _own;
    }

    private string Cut(string value)
    {
        if (value.Length <= limits.VariableLength)
            return value;
        // Never half a character.
        return value[..(char.IsHighSurrogate(value[limits.VariableLength - 1]) ? limits.VariableLength - 1 : limits.VariableLength)];
    }
}
