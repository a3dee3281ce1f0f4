namespace Casella.Server;

/// <summary>
/// A command could not do what it was asked, for a reason its user can act on. Ends the program with exit code 1.
/// </summary>
/// <param name="code">Stable word for scripts (--json).</param>
/// <param name="message">For people: what is wrong and what to do.</param>
internal sealed class CommandException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
