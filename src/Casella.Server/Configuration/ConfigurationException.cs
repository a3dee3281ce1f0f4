namespace Casella.Server.Configuration;

/// <summary>
/// The configuration cannot be used; each problem says what to do. Ends the program with exit code 2.
/// </summary>
internal sealed class ConfigurationException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
