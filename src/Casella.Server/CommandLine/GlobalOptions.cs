using System.CommandLine;

namespace Casella.Server.CommandLine;

/// <summary>Options every command takes.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Data { get; } = new("--data")
    {
        Description = "Data folder (default ./data; also CASELLA_Data)",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<string?> Config { get; } = new("--config")
    {
        Description = "Configuration file (default ./casella.json where there is one)",
        HelpName = "FILE",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write the result as one JSON document",
        Recursive = true,
    };
}
