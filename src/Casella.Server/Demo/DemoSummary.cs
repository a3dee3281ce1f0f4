using System.Globalization;
using Casella.Server.Administration;
using Casella.Server.CommandLine;

namespace Casella.Server.Demo;

/// <summary>What to show of the demo: addresses, passwords, and a line that reads the inbox when it is pasted into a terminal.</summary>
internal sealed record DemoSummary(IReadOnlyList<DemoAccount> Accounts)
{
    public void Write(Output output, ServerStatus status, string? authorityFile)
    {
        output.Line();
        output.Table(["Mailbox", "Name", "Password"], [.. Accounts.Select(a => (IReadOnlyList<string>)[a.Address, a.Name, a.Password])]);
        output.Line();
        if (CurlLine(status, authorityFile) is not { } curl)
            return;
        output.Line("Read the inbox, in another terminal:");
        output.Line($"  {curl}");
        output.Line();
    }

    /// <summary>Lists what is in the first mailbox's INBOX; null when IMAP over TLS is off.</summary>
    public string? CurlLine(ServerStatus status, string? authorityFile)
    {
        var imaps = status.Listeners.FirstOrDefault(l => l is { Service: "IMAP", Encryption: "SSL/TLS" });
        if (imaps is null)
            return null;
        var host = authorityFile is null ? status.HostName : imaps.Address is "*" ? "localhost" : imaps.Address;
        var trust = authorityFile is null ? "" : $"--cacert '{authorityFile}' ";
        var port = imaps.Port.ToString(CultureInfo.InvariantCulture);
        return $"curl -s {trust}-u '{Accounts[0].Address}:{Accounts[0].Password}' 'imaps://{host}:{port}/INBOX' -X 'FETCH 1:* (FLAGS ENVELOPE)'";
    }
}

internal sealed record DemoAccount(string Address, string Name, string Password);
