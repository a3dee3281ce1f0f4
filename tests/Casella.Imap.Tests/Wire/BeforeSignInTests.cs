using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Casella.Imap.Tests.Wire;

/// <summary>What a stranger can do: speak TLS, ask for capabilities, and be told off.</summary>
public sealed class BeforeSignInTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _core = CoreServices.Build();
    private ImapServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ImapServer.StartAsync(
        new ImapServices(_core.GetRequiredService<Authenticator>(), null!, null!, null!, null!, new MessageStaging(new StagingOptions(Path.GetTempPath())), null!, _time, new ImapOptions(), NullLogger.Instance),
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _core.DisposeAsync();
    }

    private async Task<WireClient> ConnectAsync(bool tls = false) => (await ImapClient.ConnectAsync(_server, tls)).Client;

    [Fact]
    public async Task Without_tls_the_greeting_offers_starttls_and_no_sign_in()
    {
        var (client, greeting) = await ImapClient.ConnectAsync(_server, tls: false);
        await using var _ = client;
        greeting.Should().StartWith("* OK [CAPABILITY IMAP4rev1 ").And.Contain(" STARTTLS LOGINDISABLED]").And.NotContain("AUTH=");
    }

    [Fact]
    public async Task Under_tls_it_offers_sign_in_and_the_extensions_that_clients_look_for_early()
    {
        var (client, greeting) = await ImapClient.ConnectAsync(_server, tls: true);
        await using var _ = client;
        greeting.Should().Contain("AUTH=PLAIN").And.Contain("AUTH=LOGIN").And.NotContain("STARTTLS").And.NotContain("LOGINDISABLED");
        greeting.Should().Contain(" SPECIAL-USE ").And.Contain(" UIDPLUS ").And.Contain(" MOVE ").And.Contain(" CONDSTORE ")
            .And.Contain(" LITERAL+ ").And.NotContain("LITERAL-").And.Contain(" IMAP4rev2 ");
    }

    [Fact]
    public async Task Starttls_changes_the_capabilities()
    {
        await using var client = await ConnectAsync();
        (await client.CommandAsync("a STARTTLS"))[^1].Should().StartWith("a OK ");
        await client.StartTlsAsync();
        (await client.CommandAsync("b CAPABILITY"))[0].Should().Contain("AUTH=PLAIN").And.NotContain("STARTTLS");
        (await client.CommandAsync("c STARTTLS"))[^1].Should().StartWith("c BAD ");
    }

    [Theory]
    [InlineData("a STARTTLS\r\nb LOGIN u p\r\n")]
    [InlineData("a STARTTLS\r\nb")]
    [InlineData("a STARTTLS\r\n\r\n")]
    public async Task Commands_slipped_in_behind_starttls_end_the_connection(string injected)
    {
        await using var client = await ConnectAsync();
        await client.SendRawAsync(injected);
        (await client.LineAsync()).Should().StartWith("* BYE ");
        (await client.LineAsync()).Should().StartWith("a BAD ");
        (await client.IsClosedAsync()).Should().BeTrue();
    }

    [Theory]
    [InlineData("a LOGIN info@example.org secret")]
    [InlineData("a AUTHENTICATE PLAIN AGluZm8AcHc=")]
    [InlineData("a AUTHENTICATE PLAIN")]
    public async Task A_password_in_plain_text_is_not_even_looked_at(string command)
    {
        await using var client = await ConnectAsync();
        (await client.CommandAsync(command)).Should().ContainSingle().Which.Should().StartWith("a NO [PRIVACYREQUIRED] ");
    }

    [Theory]
    [InlineData("a AUTHENTICATE SCRAM-SHA-256", "a NO [CANNOT] ")]
    [InlineData("a AUTHENTICATE PLAIN AGluZm8=", "a BAD ")]
    [InlineData("a AUTHENTICATE PLAIN !!!", "a BAD ")]
    [InlineData("a AUTHENTICATE PLAIN YW5uYQBtYXJjbwBwdw==", "a NO [AUTHORIZATIONFAILED] ")]
    public async Task Authenticate_refuses_what_is_no_sign_in(string command, string reply)
    {
        await using var client = await ConnectAsync(tls: true);
        (await client.CommandAsync(command))[^1].Should().StartWith(reply);
    }

    [Fact]
    public async Task Authenticate_can_be_cancelled()
    {
        await using var client = await ConnectAsync(tls: true);
        await client.SendAsync("a AUTHENTICATE LOGIN");
        (await client.LineAsync()).Should().Be("+ VXNlcm5hbWU6");
        await client.SendAsync("*");
        (await client.LineAsync()).Should().Be("a BAD Cancelled");
        (await client.CommandAsync("b NOOP"))[^1].Should().Be("b OK NOOP completed");
    }

    [Fact]
    public async Task Ten_bad_commands_in_a_row_end_the_session()
    {
        await using var client = await ConnectAsync();
        for (var i = 1; i < 10; i++)
            (await client.CommandAsync($"a{i} XYZZY"))[^1].Should().StartWith($"a{i} BAD ");
        (await client.CommandAsync("ok NOOP"))[^1].Should().StartWith("ok OK ");
        for (var i = 1; i <= 10; i++)
            (await client.CommandAsync($"b{i} XYZZY"))[^1].Should().StartWith($"b{i} BAD ");
        (await client.LineAsync()).Should().StartWith("* BYE ");
        (await client.IsClosedAsync()).Should().BeTrue();
    }

    [Theory]
    [InlineData("a LOGIN {2147483647+}\r\n", "a BAD [LIMIT] ", true)]
    [InlineData("a LOGIN {4097+}\r\n", "a BAD [LIMIT] ", true)]
    [InlineData("a LOGIN {4294967297+}\r\n", "a BAD [LIMIT] ", true)]
    [InlineData("a LOGIN {99999999999999999999}\r\n", "a BAD Expected the size of a literal", true)]
    [InlineData("a LOGIN {-1}\r\n", "a BAD Expected the size of a literal", true)]
    [InlineData("a LOGIN {100000}\r\n", "a BAD [LIMIT] ", false)]
    [InlineData("a LOGIN ~{3}\r\n", "a BAD ", false)]
    [InlineData("a APPEND INBOX {100000}\r\n", "a BAD ", false)]
    public async Task Literals_that_are_too_large_are_refused_before_they_are_sent(string sent, string reply, bool closes)
    {
        await using var client = await ConnectAsync(tls: true);
        await client.SendRawAsync(sent);
        var lines = await client.ReplyAsync("a");
        lines[^1].Should().StartWith(reply);
        if (closes)
        {
            lines.Should().Contain(line => line.StartsWith("* BYE ", StringComparison.Ordinal));
            (await client.IsClosedAsync()).Should().BeTrue();
        }
        else
        {
            (await client.CommandAsync("b NOOP"))[^1].Should().StartWith("b OK ");
        }
    }

    [Fact]
    public async Task A_line_without_an_end_is_refused_and_the_session_over()
    {
        await using var client = await ConnectAsync();
        await client.SendRawAsync("a NOOP " + new string('x', 9_000));
        var lines = await client.ReplyAsync("a");
        lines[0].Should().StartWith("* BYE ");
        lines[1].Should().StartWith("a BAD [LIMIT] ");
    }

    [Theory]
    [InlineData("a NOOP\n", "a OK ")]
    [InlineData("a NO\0OP\r\n", "a BAD ")]
    [InlineData("a NOOP\rb\r\n", "a BAD ")]
    [InlineData("a LOGIN {3}\r\n", "+ Go on")]
    [InlineData("GET / HTTP/1.1\r\n", "GET BAD ")]
    [InlineData("\r\n", "* BAD ")]
    [InlineData("\u00e8 NOOP\r\n", "* BAD ")]
    public async Task Odd_lines_are_answered_and_the_session_goes_on(string sent, string reply)
    {
        await using var client = await ConnectAsync(tls: true);
        await client.SendRawAsync(sent);
        (await client.LineAsync()).Should().StartWith(reply);
    }

    [Fact]
    public async Task Id_is_answered_and_its_limits_are_those_of_the_rfc()
    {
        await using var client = await ConnectAsync();
        (await client.CommandAsync("a ID (\"name\" \"Thunderbird\" \"version\" \"140.0\")")).Should()
            .Equal("* ID (\"name\" \"Casella\")", "a OK ID completed");
        (await client.CommandAsync("b ID NIL"))[^1].Should().StartWith("b OK ");
        (await client.CommandAsync($"c ID (\"name\" \"{new string('x', 1025)}\")"))[^1].Should().StartWith("c BAD ");
        (await client.CommandAsync($"d ID ({string.Join(' ', Enumerable.Repeat("\"a\" \"b\"", 31))})"))[^1].Should().StartWith("d BAD ");
    }

    [Fact]
    public async Task Logout_says_bye_before_its_ok()
    {
        await using var client = await ConnectAsync();
        (await client.CommandAsync("a LOGOUT")).Should().HaveCount(2).And.Subject.First().Should().StartWith("* BYE ");
        (await client.IsClosedAsync()).Should().BeTrue();
    }

    [Fact]
    public async Task Who_does_not_sign_in_is_sent_away_however_much_he_talks()
    {
        await using var client = await ConnectAsync();
        _time.Advance(TimeSpan.FromSeconds(100));
        (await client.CommandAsync("a NOOP"))[^1].Should().StartWith("a OK ");
        // The wheel looks at deadlines every so often: the clock goes on in small steps until the session says goodbye.
        var goodbye = client.LineAsync();
        while (!goodbye.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        (await goodbye).Should().StartWith("* BYE ");
        (await client.IsClosedAsync()).Should().BeTrue();
    }

    [Fact]
    public async Task An_orderly_stop_says_bye()
    {
        await using var client = await ConnectAsync();
        var stopping = _server.StopAsync(TestContext.Current.CancellationToken);
        (await client.LineAsync()).Should().StartWith("* BYE ");
        await stopping;
    }
}
