namespace Casella.Core.Migration;

/// <summary>
/// Where members bring their mail from. A port: the server room speaks the protocols, and refuses what nobody may make
/// it connect to.
/// </summary>
public interface IOldServers
{
    /// <exception cref="OldServerException">It cannot be reached, refuses, or is none that may be asked.</exception>
    Task<IOldMailbox> OpenAsync(OldPlace place, string password, CancellationToken cancellationToken);
}

/// <param name="Server">As somebody has typed it: a host, or host:port.</param>
/// <param name="HasPop3">Also its POP3 is asked, for the names that POP3 programs know the messages by.</param>
public sealed record OldPlace(string Server, string User, bool HasPop3);
