using System.Text;
using AwesomeAssertions;
using Casella.Core.Delivery;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Signing;
using Casella.Net.Connections;
using Casella.Smtp.Inbound;
using Casella.Smtp.Tests.World;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Smtp.Tests.Outbound;

/// <summary>What one Casella signs another believes: the keys of example.org as its own commands publish them.</summary>
public sealed class SignedMailTests
{
    [Theory]
    [InlineData("From: Anna <anna@example.org>\r\nTo: info@example.org\r\nSubject: caffè\r\n\r\nhello\r\n", "dkim=pass", "250")]
    [InlineData("From: anna@example.org\r\nSubject: \tspaces  and\r\n\tfolds \r\n\r\n", "dkim=pass", "250")]
    [InlineData("From: anna@example.org\r\n\r\nline \t with  spaces \r\n\r\n\r\n", "dkim=pass", "250")]
    [InlineData("From: anna@example.org\r\nSubject: x\r\n\r\nchange me\r\n", "", "550 5.7.1")]
    public async Task A_message_is_signed_here_and_believed_there(string text, string result, string answer)
    {
        await using var here = await TestServer.StartAsync(
            services => services.AddCasellaSmtp(new SmtpOptions(), new InboundOptions(), "mail.example.org"),
            services => [(TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx))]);
        await using var there = await MailExchanger.StartAsync(new InboundOptions { TrustedNetworks = "", Greylist = new GreylistOptions { Scope = GreylistScope.Off } });
        var keys = here.Services.GetRequiredService<DomainKeys>();
        await keys.EnsureAsync("example.org", TestContext.Current.CancellationToken);
        there.Names.With("_dmarc.example.org TXT v=DMARC1; p=reject; adkim=s");
        foreach (var key in await keys.ListAsync("example.org", TestContext.Current.CancellationToken))
            there.Names.With($"{key.Selector}._domainkey.example.org TXT {key.Record}");

        var signed = await SignAsync(here, text);
        var told = await there.BringAsync(signed.Replace("change me", "changed", StringComparison.Ordinal), "bounce@elsewhere.test");

        told.Content.Should().StartWith(answer);
        if (result.Length > 0)
            (await there.NewestAsync(SpecialUse.None)).Should().MatchRegex($"{result} header.d=example.org header.s=e[^;]*;\r\n\t{result} header.d=example.org header.s=r[^;]*;\r\n\tdmarc=pass");
    }

    [Theory]
    [InlineData("example.org", "250")]
    [InlineData("other.test", "550 5.7.1")]
    public async Task What_is_forwarded_is_chainhere_and_believed_there_by_who_trusts_us(string trusted, string answer)
    {
        await using var here = await TestServer.StartAsync(
            services => services.AddCasellaSmtp(new SmtpOptions(), new InboundOptions(), "mail.example.org"),
            services => [(TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx))]);
        await using var there = await MailExchanger.StartAsync(new InboundOptions
        {
            TrustedNetworks = "",
            TrustedSealers = trusted,
            Greylist = new GreylistOptions { Scope = GreylistScope.Off },
        });
        var keys = here.Services.GetRequiredService<DomainKeys>();
        await keys.EnsureAsync("example.org", TestContext.Current.CancellationToken);
        there.Names.With("_dmarc.bank.test TXT v=DMARC1; p=reject");
        foreach (var key in await keys.ListAsync("example.org", TestContext.Current.CancellationToken))
            there.Names.With($"{key.Selector}._domainkey.example.org TXT {key.Record}");
        var verdict = new AuthenticationVerdict
        {
            Server = "mail.example.org",
            Client = System.Net.IPAddress.Loopback,
            Dmarc = CheckResult.Pass,
            Lines = [new("spf", "pass", null, [("smtp.mailfrom", "anna@bank.test")]), new("dmarc", "pass", "p=reject", [("header.from", "bank.test")])],
        };

        await using var message = MessageStaging.FromBytes("From: anna@bank.test\r\nSubject: s\r\n\r\nhello\r\n"u8.ToArray());
        var seal = here.Services.GetRequiredService<ArcSealer>();
        var once = await seal.SealAsync(message, "example.org", verdict, TestContext.Current.CancellationToken);
        var twice = await seal.SealAsync(once, "example.org", verdict with { Arc = CheckResult.Pass }, TestContext.Current.CancellationToken);

        foreach (var chain in new[] { once, twice })
            (await there.BringAsync(await TextAsync(chain), "srs@example.org")).Content.Should().StartWith(answer);
    }

    private static async Task<string> SignAsync(TestServer server, string text)
    {
        await using var message = MessageStaging.FromBytes(Encoding.UTF8.GetBytes(text));
        return await TextAsync(await server.Services.GetRequiredService<OutgoingSigner>().SignAsync(message, null, TestContext.Current.CancellationToken));
    }

    private static async Task<string> TextAsync(StagedMessage content)
    {
        await using var stream = content.OpenRead();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
