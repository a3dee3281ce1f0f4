using System.Globalization;
using AwesomeAssertions;
using Casella.Journeys.Server;

namespace Casella.Journeys.Clients;

/// <summary>Python's imaplib and smtplib: what administrators' scripts are made of.</summary>
public sealed class PythonTests(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData("tls")]
    [InlineData("starttls")]
    public async Task Imaplib_appends_searches_fetches_copies_and_expunges(string encryption)
    {
        var info = await _server.AddMailboxAsync("info");

        var script = await PythonClient.RunAsync(
            _server, "imap_session.py", encryption, Text(encryption is "tls" ? _server.Ports.Imaps : _server.Ports.Imap), info.Address, info.Password);

        script.Succeeded().Output.Should().Contain("all well");
    }

    [Fact]
    public async Task Smtplib_delivers_and_submits_and_hears_the_right_refusals()
    {
        var (info, other) = (await _server.AddMailboxAsync("info"), await _server.AddMailboxAsync("other"));

        var script = await PythonClient.RunAsync(
            _server, "smtp_session.py", Text(_server.Ports.Smtp), Text(_server.Ports.Submission), Text(_server.Ports.Submissions), info.Address, info.Password, other.Address);

        script.Succeeded().Output.Should().Contain("all well");
    }

    [Fact]
    public async Task However_fast_a_client_is_behind_the_go_ahead_TLS_begins()
    {
        var script = await PythonClient.RunAsync(_server, "starttls_often.py", Text(_server.Ports.Smtp), Text(_server.Ports.Imap), Text(_server.Ports.Pop3));

        script.Succeeded().Output.Should().Contain("all well");
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
