using System.Globalization;
using Casella.Journeys.Server;

namespace Casella.Journeys.Sharing;

/// <summary>swaks as another mail server on port 25, and as a program that submits.</summary>
internal sealed class Swaks(CasellaServer server, string folder)
{
    public Task DeliverAsync(Letter letter, Mailbox to) => SendAsync(
        letter, "--server", string.Create(CultureInfo.InvariantCulture, $"localhost:{server.Ports.Smtp}"), "--tls", "--helo", "mx.example.org",
        "--from", Letter.Outside, "--to", to.Address);

    public Task SubmitAsync(Letter letter, Mailbox from, Mailbox to) => SendAsync(
        letter, "--server", string.Create(CultureInfo.InvariantCulture, $"localhost:{server.Ports.Submissions}"), "--tls-on-connect",
        "--auth", "PLAIN", "--auth-user", from.Address, "--auth-password", from.Password, "--from", from.Address, "--to", to.Address);

    private async Task SendAsync(Letter letter, params string[] arguments)
    {
        var file = Path.Join(folder, letter.MessageId);
        // It writes CRLF for LF itself, and dots.
        await File.WriteAllTextAsync(file, System.Text.Encoding.UTF8.GetString(letter.Content).ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        (await ProgramRun.OfAsync("swaks", [.. arguments, "--tls-verify", "--tls-ca-path", server.AuthorityFile, "--data", $"@{file}"])).Succeeded();
    }
}
