namespace Casella.Formats.Sieve.Running;

/// <summary>What is one script's own while it runs: its capabilities and its variables.</summary>
internal sealed class SieveScope(IEnumerable<string> required, SieveVariables variables)
{
    /// <summary>Required, or turned on by "ihave".</summary>
    public HashSet<string> Capabilities { get; } = new(required, StringComparer.Ordinal);

    public SieveVariables Variables => variables;
}
