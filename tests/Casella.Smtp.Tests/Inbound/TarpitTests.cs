using System.Diagnostics;
using System.Net;
using AwesomeAssertions;
using Casella.Net.Connections;
using Casella.Smtp.Inbound;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>Who guesses waits, then is not listened to; who does not, notices nothing.</summary>
public sealed class TarpitTests
{
    private static readonly IPAddress Guesser = IPAddress.Parse("192.0.2.1");

    [Fact]
    public void Each_mistake_takes_longer_up_to_a_limit_and_is_forgiven_in_an_hour()
    {
        var (tarpit, time) = Make();
        Enumerable.Range(0, 5).Select(_ => tarpit.Note(Guesser)).ToList().Should().AllBeEquivalentTo(TimeSpan.Zero);
        Enumerable.Range(0, 6).Select(_ => tarpit.Note(Guesser).TotalSeconds).ToList().Should().Equal(1, 2, 4, 8, 10, 10);
        tarpit.Note(IPAddress.Parse("192.0.2.2")).Should().Be(TimeSpan.Zero);
        time.Advance(TimeSpan.FromMinutes(61));
        tarpit.Note(Guesser).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void A_network_of_ipv6_is_one_client_and_ours_is_none()
    {
        var (tarpit, _) = Make();
        for (var i = 1; i <= 300; i++)
            tarpit.Note(IPAddress.Parse($"2001:db8::{i:x}"));
        tarpit.IsClosedTo(IPAddress.Parse("2001:db8::ffff")).Should().BeTrue();
        tarpit.IsClosedTo(IPAddress.Parse("2001:db8:0:1::1")).Should().BeFalse();
        for (var i = 0; i < 300; i++)
            tarpit.Note(IPAddress.Parse("::ffff:127.0.0.1")).Should().Be(TimeSpan.Zero);
        tarpit.IsClosedTo(IPAddress.Loopback).Should().BeFalse();
    }

    [Fact]
    public async Task On_the_wire_the_guesser_waits_and_then_finds_the_door_closed()
    {
        var options = new SmtpOptions { TarpitAfter = 2, TarpitTime = TimeSpan.FromMilliseconds(300), ErrorsPerAddress = 4 };
        await using var server = await TestServer.StartAsync(
            services => services.AddCasellaSmtp(options, new InboundOptions { TrustedNetworks = "" }, "mail.example.org"),
            services => [(TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx))]);
        await using (var client = await WireClient.ConnectAsync(server.Ports[0], tls: false))
        {
            (await client.LineAsync()).Should().StartWith("220");
            foreach (var (command, answer, waits) in new[]
            {
                ("HELLO", "500", false), ("AUTH PLAIN", "50", false), ("HELO client.test", "250", false), ("EXPN all", "50", true), ("XXXX", "500", true),
            })
            {
                var started = Stopwatch.GetTimestamp();
                await client.SendAsync(command);
                (await client.LineAsync()).Should().StartWith(answer, command);
                // A busy machine makes everybody wait; only who must is asked whether he did.
                if (waits)
                    Stopwatch.GetElapsedTime(started).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(290), command);
            }
        }

        await using var again = await WireClient.ConnectAsync(server.Ports[0], tls: false);
        (await again.LineAsync()).Should().StartWith("421 4.7.0");
    }

    private static (Tarpit Tarpit, FakeTimeProvider Time) Make()
    {
        var time = new FakeTimeProvider();
        return (new Tarpit(new SmtpOptions(), new InboundRules(new InboundOptions(), NullLogger<InboundRules>.Instance), time), time);
    }
}
