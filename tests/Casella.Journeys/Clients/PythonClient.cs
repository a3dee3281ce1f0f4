using Casella.Journeys.Server;

namespace Casella.Journeys.Clients;

/// <summary>
/// Python's own imaplib, poplib and smtplib, by the scripts in Scripts/. A script gets the authority's file first, ends
/// with 0 when all was as it expects, and else prints what was not.
/// </summary>
internal static class PythonClient
{
    public static Task<ProgramRun> RunAsync(CasellaServer server, string script, params string[] arguments) =>
        ProgramRun.OfAsync("python3", [Path.Join(AppContext.BaseDirectory, "Clients", "Scripts", script), server.AuthorityFile, .. arguments]);
}
