using System.Globalization;
using Casella.Server.Administration;
using Casella.Server.CommandLine;

namespace Casella.Server.Demo;

/// <summary>
/// What to show of the demo: addresses, passwords, and lines that read the inbox and send to it when they are pasted
/// into a terminal.
/// </summary>
internal sealed record DemoSummary(IReadOnlyList<DemoAccount> Accounts)
{
    public void Write(Output output, ServerStatus status, string? authorityFile)
    {
        output.Line();
        output.Table(["Mailbox", "Name", "Password"], [.. Accounts.Select(a => (IReadOnlyList<string>)[a.Address, a.Name, a.Password])]);
        output.Line();
        foreach (var (title, line) in new[] { ("Read the inbox, in another terminal:", ReadLine(status, authorityFile)), ("Send it a message:", SendLine(status, authorityFile)) })
            if (line is not null)
            {
                output.Line(title);
                output.Line($"  {line}");
            }
        output.Line();
    }

    /// <summary>Lists what is in the first mailbox's INBOX; null when IMAP over TLS is off.</summary>
    public string? ReadLine(ServerStatus status, string? authorityFile) => Curl(status, "IMAP", "imaps", Accounts[0], authorityFile) is { } curl
        ? $"{curl}/INBOX' -X 'FETCH 1:* (FLAGS ENVELOPE)'"
        : null;

    /// <summary>Sends a message from the second mailbox to the first; null when submission over TLS is off.</summary>
    public string? SendLine(ServerStatus status, string? authorityFile) => Curl(status, "SMTP submission", "smtps", Accounts[1], authorityFile) is { } curl
        ? $"printf 'From: {Accounts[1].Address}\\nTo: {Accounts[0].Address}\\nSubject: Ciao\\n\\nFirst mail.\\n' | {curl}' --crlf --mail-from {Accounts[1].Address} --mail-rcpt {Accounts[0].Address} -T -"
        : null;

    // "curl … 'imaps://localhost:993", or null when the service has no port with TLS from the first byte.
    private static string? Curl(ServerStatus status, string service, string scheme, DemoAccount account, string? authorityFile)
    {
        var listener = status.Listeners.FirstOrDefault(l => string.Equals(l.Service, service, StringComparison.Ordinal) && l.Encryption is "SSL/TLS");
        if (listener is null)
            return null;
        var host = authorityFile is null ? status.HostName : listener.Address is "*" ? "localhost" : listener.Address;
        var trust = authorityFile is null ? "" : $"--cacert '{authorityFile}' ";
        return $"curl -s {trust}-u '{account.Address}:{account.Password}' '{scheme}://{host}:{listener.Port.ToString(CultureInfo.InvariantCulture)}";
    }
}

internal sealed record DemoAccount(string Address, string Name, string Password);
