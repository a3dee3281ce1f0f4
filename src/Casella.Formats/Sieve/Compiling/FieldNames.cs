using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>Names of header fields (RFC 5228 §2.4.2.2): one that no field can have is found in no message.</summary>
internal static class FieldNames
{
    /// <summary>RFC 5322 §2.2.</summary>
    public static bool IsValid(string name) => name.Length > 0 && name.All(c => c is > ' ' and < '\x7F' and not ':');

    /// <summary>The fields of these names, those of the first name first.</summary>
    /// <param name="named">The fields of one name.</param>
    public static IEnumerable<RunningField> Select(SieveRun run, Func<string, IEnumerable<RunningField>> named, IReadOnlyList<SieveText> names) =>
        names.SelectMany(name =>
        {
            run.Spend(10);
            return named(name.Expand(run));
        });
}
