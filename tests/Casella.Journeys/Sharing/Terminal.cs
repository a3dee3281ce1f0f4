using AwesomeAssertions;
using Casella.Journeys.Server;

namespace Casella.Journeys.Sharing;

/// <summary>neomutt in a terminal that nobody looks at, driven by keys. It copies and expunges where others move.</summary>
internal sealed class Terminal(CasellaServer server, Mailbox mailbox, string folder)
{
    private readonly string _configuration = Path.Join(folder, "neomuttrc");

    public void SetUp() => File.WriteAllText(_configuration, $"""
        set imap_user="{mailbox.Address}" imap_pass="{mailbox.Password}"
        set folder="imaps://localhost:{server.Ports.Imaps}/" spoolfile="imaps://localhost:{server.Ports.Imaps}/INBOX"
        set ssl_ca_certificates_file="{server.AuthorityFile}" certificate_file="{folder}/none" ssl_force_tls=yes
        set move=no delete=yes quit=yes confirmappend=no confirmcreate=no wait_key=no sleep_time=0 resolve=no
        set pipe_decode=no pipe_split=yes copy=no record= postponed="{folder}/postponed" tmpdir="{folder}"

        """);

    /// <summary>Stars and archives what is hers, and leaves.</summary>
    public Task WorkAsync() => PressAsync(
        $"{Tag("~s 'terminal stars'")}<tag-prefix-cond><flag-message><end-cond><untag-pattern>~A<enter>"
        + $"{Tag("~s 'terminal archives'")}<tag-prefix-cond><save-message>=Archive<enter><end-cond><untag-pattern>~A<enter><sync-mailbox><quit>");

    /// <summary>The Message-IDs of those that it shows with a star.</summary>
    public async Task<IReadOnlyList<string>> StarredAsync()
    {
        var list = Path.Join(folder, $"starred-{Guid.NewGuid():N}");
        // No ^ before it: neomutt would press Enter for ^m.
        await PressAsync($"{Tag("~F")}<tag-prefix><pipe-message>grep -i message-id: >> {list}<enter><exit>");
        return [.. File.ReadAllLines(list).Select(line => line.Split('<', '>')[1]).Order(StringComparer.Ordinal)];
    }

    /// <summary>What its last runs have said to the server and heard from it: to be read when the journey fails.</summary>
    public IEnumerable<string> Wire() => Directory.EnumerateFiles(folder, "neomutt?").OrderDescending(StringComparer.Ordinal)
        .SelectMany(File.ReadLines)
        .Where(line => line.Contains("mutt_socket_", StringComparison.Ordinal) && !line.Contains("AUTHENTICATE", StringComparison.Ordinal))
        .Select(line => line[..Math.Min(line.Length, 200)]);

    private static string Tag(string pattern) => $"<tag-pattern>{pattern}<enter>";

    private async Task PressAsync(string keys)
    {
        var script = Path.Join(AppContext.BaseDirectory, "Clients", "Scripts", "in_terminal.py");
        var run = await ProgramRun.OfAsync("python3", [script, "neomutt", "-d", "3", "-l", Path.Join(folder, "neomutt"), "-n", "-F", _configuration, "-e", $"push \"{keys}\""], folder: folder);
        run.ExitCode.Should().Be(0, run.Output);
    }
}
