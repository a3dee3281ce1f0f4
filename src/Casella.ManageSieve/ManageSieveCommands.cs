using System.Diagnostics.CodeAnalysis;
using Casella.ManageSieve.Commands;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve;

/// <summary>When a command is allowed (RFC 5804 §2).</summary>
[Flags]
internal enum ManageSieveStates
{
    NotAuthenticated = 1,
    Authenticated = 2,
    Both = NotAuthenticated | Authenticated,
}

internal delegate ManageSieveCommand ParseArguments(ref ManageSieveParser parser);

/// <summary>One row: what a command is called, when it is allowed, how its arguments read.</summary>
internal sealed record ManageSieveCommandRow(string Name, ManageSieveStates States, ParseArguments Parse);

/// <summary>All commands, one table. To add one: a file in Commands/, a row here, a transcript.</summary>
internal static class ManageSieveCommands
{
    private static readonly ManageSieveCommandRow[] Rows =
    [
        new("CAPABILITY", ManageSieveStates.Both, Capability.Parse),                // RFC 5804 §2.4
        new("STARTTLS", ManageSieveStates.NotAuthenticated, StartTls.Parse),        // RFC 5804 §2.2
        new("AUTHENTICATE", ManageSieveStates.NotAuthenticated, Authenticate.Parse), // RFC 5804 §2.1
        new("UNAUTHENTICATE", ManageSieveStates.Authenticated, Unauthenticate.Parse), // RFC 5804 §2.14
        new("HAVESPACE", ManageSieveStates.Authenticated, HaveSpace.Parse),         // RFC 5804 §2.5
        new("PUTSCRIPT", ManageSieveStates.Authenticated, PutScript.Parse),         // RFC 5804 §2.6
        new("LISTSCRIPTS", ManageSieveStates.Authenticated, ListScripts.Parse),     // RFC 5804 §2.7
        new("SETACTIVE", ManageSieveStates.Authenticated, SetActive.Parse),         // RFC 5804 §2.8
        new("GETSCRIPT", ManageSieveStates.Authenticated, GetScript.Parse),         // RFC 5804 §2.9
        new("DELETESCRIPT", ManageSieveStates.Authenticated, DeleteScript.Parse),   // RFC 5804 §2.10
        new("RENAMESCRIPT", ManageSieveStates.Authenticated, RenameScript.Parse),   // RFC 5804 §2.11
        new("CHECKSCRIPT", ManageSieveStates.Authenticated, CheckScript.Parse),     // RFC 5804 §2.12
        new("NOOP", ManageSieveStates.Both, Noop.Parse),                            // RFC 5804 §2.13
        new("LOGOUT", ManageSieveStates.Both, Logout.Parse),                        // RFC 5804 §2.3
    ];

    /// <summary>RFC 5804 §1.3: commands are without case.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out ManageSieveCommandRow? row)
    {
        row = Array.Find(Rows, r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase));
        return row is not null;
    }
}
