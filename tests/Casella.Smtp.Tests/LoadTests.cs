using AwesomeAssertions;
using Casella.Net;
using Casella.Net.Connections;
using Casella.Smtp.Inbound;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Smtp.Tests;

/// <summary>Who comes too often at once, or when too many are here, is told to come again (RFC 5321 §3.8), not left in silence.</summary>
public sealed class LoadTests
{
    [Theory]
    [InlineData(2, 100, "421 4.7.0 mail.example.org has too many connections from your address")]
    [InlineData(100, 2, "421 4.3.2 mail.example.org has too many connections, try again later")]
    public async Task The_next_one_is_told_to_come_again_and_then_may(int ofAddress, int ofAll, string told)
    {
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(new NetOptions { ConnectionsPerAddress = ofAddress, Connections = ofAll })
                .AddCasellaSmtp(new SmtpOptions(), new InboundOptions { TrustedNetworks = "" }, "mail.example.org"),
            services => [(TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx))]);
        await using var first = await WireClient.ConnectAsync(server.Ports[0], tls: false);
        (await first.LineAsync()).Should().StartWith("220");
        await using (var second = await WireClient.ConnectAsync(server.Ports[0], tls: false))
        {
            (await second.LineAsync()).Should().StartWith("220");
            await using var third = await WireClient.ConnectAsync(server.Ports[0], tls: false);
            (await third.LineAsync()).Should().StartWith(told);
        }

        for (var attempt = 0; ; attempt++)
        {
            await using var again = await WireClient.ConnectAsync(server.Ports[0], tls: false);
            if ((await again.LineAsync())!.StartsWith("220", StringComparison.Ordinal))
                return;
            attempt.Should().BeLessThan(100, "the second has gone");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_sender_with_much_mail_gives_others_a_turn()
    {
        await using var server = await TestServer.StartAsync(
            services => services.AddCasellaSmtp(new SmtpOptions { MessagesPerConnection = 2 }, new InboundOptions(), "mail.example.org"),
            services => [(TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx))]);
        await using var client = await WireClient.ConnectAsync(server.Ports[0], tls: false);
        await client.LineAsync();
        await client.SendAsync("HELO client.test");
        await client.LineAsync();
        for (var i = 0; i < 2; i++)
        {
            foreach (var (command, answer) in new[] { ("MAIL FROM:<a@example.net>", "250"), ("RCPT TO:<info@example.org>", "250"), ("DATA", "354"), ($"From: a@example.net\r\nMessage-ID: <{i}@x>\r\n\r\nx\r\n.", "250") })
            {
                await client.SendAsync(command);
                (await client.LineAsync()).Should().StartWith(answer, command);
            }
        }

        await client.SendAsync("MAIL FROM:<a@example.net>");
        (await client.LineAsync()).Should().StartWith("421");
    }
}
