using AwesomeAssertions;
using Casella.Server.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Casella.Server.Tests.Hosting;

public sealed class LineFormatterTests
{
    [Fact]
    public void A_line_has_time_level_room_event_text_and_whose_connection_it_was()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var kestrel = scopes.Push("ConnectionId:0HN1");
        using var session = scopes.Push("connection 0HN1, info@example.org");

        Format("Casella.Imap.ImapProtocol", LogLevel.Information, "Signed in", scopes: scopes)
            .Should().MatchRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info  Imap 4002: Signed in \(connection 0HN1, info@example\.org\)\n$");
    }

    [Fact]
    public void What_a_client_sent_cannot_begin_a_line() =>
        Format("Casella.Smtp.SmtpProtocol", LogLevel.Warning, "HELO x\r\n2026-01-01 forged\u001b[2J").Split('\n').Should().HaveCount(2)
            .And.Subject.First().Should().EndWith("HELO x  2026-01-01 forged [2J");

    [Fact]
    public void An_exception_follows_indented()
    {
        var lines = Format("Casella.Core.Messages.MailAccounts", LogLevel.Error, "Failed", new InvalidOperationException("first\nsecond")).TrimEnd().Split('\n');

        lines[0].Should().Contain("ERROR Core 4002: Failed");
        lines[1..].Should().OnlyContain(line => line.StartsWith("    ", StringComparison.Ordinal)).And.HaveCount(2);
    }

    [Fact]
    public void Other_peoples_categories_keep_their_name() =>
        Format("Microsoft.Hosting.Lifetime", LogLevel.Critical, "Failed").Should().Contain("FATAL Microsoft.Hosting.Lifetime 4002: Failed");

    private static string Format(string category, LogLevel level, string text, Exception? exception = null, IExternalScopeProvider? scopes = null)
    {
        var writer = new StringWriter();
        var entry = new LogEntry<string>(level, category, new EventId(4002), text, exception, (state, _) => state);
        new LineFormatter(TimeProvider.System).Write(entry, scopes, writer);
        return writer.ToString();
    }
}
