using Casella.Core.Storage;
using Casella.Formats.Sieve;

namespace Casella.Core.Filtering;

/// <summary>
/// The script that a mailbox's incoming mail goes through, in memory as long as the account is: compiled at the first
/// message.
/// </summary>
internal sealed class ActiveScript(string name, string source)
{
    private readonly Lazy<SieveScript> _compiled = new(() => SieveScript.Compile(source));

    public string Name => name;

    /// <exception cref="SieveScriptException">A newer server has taken what this one does not know.</exception>
    public SieveScript Compiled => _compiled.Value;

    /// <summary>As of the unit that asks; null when none is active.</summary>
    public static ActiveScript? Read(IFilterRows rows) =>
        rows.Scripts().FirstOrDefault(script => script.IsActive) is { } active && rows.Content(active.Name) is { } source
            ? new ActiveScript(active.Name, source)
            : null;
}

/// <param name="Active">Null for none.</param>
internal sealed record ScriptUpdate(ActiveScript? Active);
