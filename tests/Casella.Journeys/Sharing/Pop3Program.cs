using AwesomeAssertions;
using Casella.Journeys.Server;

namespace Casella.Journeys.Sharing;

/// <summary>
/// A POP3 program of the old kind: it fetches what there is, deletes it on the server, and keeps it at home. Each letter
/// is a file.
/// </summary>
internal sealed class Pop3Program
{
    private const int NoMail = 1;

    private readonly string _home;
    private readonly string _program;
    private readonly string[] _arguments;

    private Pop3Program(string home, string program, string[] arguments)
    {
        (_home, _program, _arguments) = (home, program, arguments);
        Directory.CreateDirectory(_home);
    }

    public static Pop3Program Fetchmail(CasellaServer server, Mailbox mailbox, string folder)
    {
        var configuration = Path.Join(folder, "fetchmailrc");
        var program = new Pop3Program(
            Path.Join(folder, "fetchmail"), "fetchmail", ["--fetchmailrc", configuration, "--nosyslog", "--nodetach", "--pidfile", Path.Join(folder, "fetchmail.pid")]);
        File.WriteAllText(configuration, $"""
            poll localhost protocol pop3 service {server.Ports.Pop3s}
              username "{mailbox.Address}" password "{mailbox.Password}" ssl sslcertck sslcertfile "{server.AuthorityFile}"
              fetchall no keep mda "{program.Save}"

            """);
        // It reads no file with a password in it that others could read.
        File.SetUnixFileMode(configuration, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return program;
    }

    public static Pop3Program Getmail(CasellaServer server, Mailbox mailbox, string folder)
    {
        var configuration = Path.Join(folder, "getmailrc");
        var program = new Pop3Program(Path.Join(folder, "getmail"), "getmail", ["--getmaildir", folder, "--rcfile", configuration]);
        // It waits a minute for a program that has ended before it began to wait, as on a busy machine it may.
        File.WriteAllText(configuration, $"""
            [retriever]
            type = SimplePOP3SSLRetriever
            server = localhost
            port = {server.Ports.Pop3s}
            username = {mailbox.Address}
            password = {mailbox.Password}
            ca_certs = {server.AuthorityFile}
            [destination]
            type = MDA_external
            path = /bin/sh
            arguments = ("-c", "{program.Save}; sleep 0.1")
            allow_root_commands = true
            [options]
            delete = true

            """);
        return program;
    }

    /// <summary>For a shell; both programs run it once for each message.</summary>
    private string Save => $"cat > {_home}/$$";

    public async Task FetchAsync()
    {
        var run = await ProgramRun.OfAsync(_program, _arguments);
        run.ExitCode.Should().BeOneOf([0, NoMail], "{0}{1}", run.Output, run.Errors);
    }

    /// <summary>All it has at home: Message-ID and hash of the body.</summary>
    public IReadOnlyList<(string MessageId, string BodyHash)> Kept() => [.. Directory.GetFiles(_home)
        .Select(file => File.ReadAllBytes(file)).Select(content => (Letter.Field(content, "Message-ID"), Letter.HashOfBody(content)))];
}
