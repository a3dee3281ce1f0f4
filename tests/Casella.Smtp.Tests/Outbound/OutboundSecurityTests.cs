using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using AwesomeAssertions;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Net.Connections;
using Casella.Net.Dns;
using Casella.Net.Tls;
using Casella.Smtp.Inbound;
using Casella.Smtp.Outbound;
using Casella.Smtp.Tests.World;
using Casella.Transcripts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Smtp.Tests.Outbound;

/// <summary>
/// Mail to a domain whose server must prove itself, and does, or does not: MTA-STS, DANE and REQUIRETLS working and
/// broken in each way. Two Casella servers, a name server and a web server in this process, with real TLS.
/// </summary>
public sealed class OutboundSecurityTests(OutboundSecurityTests.World world) : IClassFixture<OutboundSecurityTests.World>
{
    private const string Mx = "{domain} MX 10 mx.there.test\nmx.there.test A 127.0.0.1";
    private const string Sts = Mx + "\n_mta-sts.{domain} TXT v=STSv1; id=1;\nmta-sts.{domain} A 127.0.0.1";

    private static readonly Dictionary<string, Case> Cases = new(StringComparer.Ordinal)
    {
        ["nothing is asked for"] = new(Mx, "2.0.0"),
        ["nothing is asked for, and the server has no TLS"] = new(Mx, "2.0.0") { IsPlain = true },
        ["the policy holds"] = new(Sts, "2.0.0") { Policy = Enforce("mx.there.test") },
        ["the policy holds with a wildcard"] = new(Sts, "2.0.0") { Policy = Enforce("*.there.test") },
        ["the policy names another server"] = new(Sts, "4.7.5") { Policy = Enforce("mx.elsewhere.test") },
        ["the policy holds, and the server has no TLS"] = new(Sts, "4.7.5") { Policy = Enforce("mx.there.test"), IsPlain = true },
        ["the policy holds, and nobody knows the certificate"] = new(Sts, "4.7.5") { Policy = Enforce("mx.there.test"), KnowsAuthority = false },
        ["the policy holds, and the certificate is of another name"] = new(
            Sts.Replace("10 mx.there", "10 mx2.there", StringComparison.Ordinal) + "\nmx2.there.test A 127.0.0.1", "4.7.5")
        { Policy = Enforce("mx2.there.test") },
        ["one of two servers is in the policy"] = new(Sts + "\n{domain} MX 5 mx.evil.test\nmx.evil.test A 127.0.0.1", "2.0.0") { Policy = Enforce("mx.there.test") },
        ["the policy is only tried out"] = new(Sts, "2.0.0") { Policy = Enforce("mx.elsewhere.test").Replace("enforce", "testing", StringComparison.Ordinal) },
        ["the policy is only tried out, and would hold"] = new(Sts, "2.0.0") { Policy = Enforce("mx.there.test").Replace("enforce", "testing", StringComparison.Ordinal) },
        ["the policy is only tried out, and nobody knows the certificate"] = new(Sts, "2.0.0")
        {
            Policy = Enforce("mx.there.test").Replace("enforce", "testing", StringComparison.Ordinal),
            KnowsAuthority = false,
        },
        ["the policy is rubbish"] = new(Sts, "2.0.0") { Policy = "hello\n" },
        ["the policy is none"] = new(Sts, "2.0.0") { Policy = "version: STSv1\nmode: none\nmax_age: 86400\n" },
        ["there is no policy where it should be"] = new(Sts, "2.0.0"),
        ["the policy is a page"] = new(Sts, "2.0.0") { Policy = Enforce("mx.elsewhere.test"), Kind = "text/html" },
        ["the policy is a bomb"] = new(Sts, "2.0.0") { Policy = Enforce("mx.elsewhere.test") + new string('x', 100_000) },
        ["the policy redirects"] = new(Sts, "2.0.0") { Policy = "redirect" },
        ["the message waives it"] = new(Sts, "2.0.0") { Policy = Enforce("mx.elsewhere.test"), Security = TransportSecurity.Waived },
        ["the key that DNS names"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 3 1 1 {spki}", "2.0.0") { IsAuthentic = true },
        ["the certificate that DNS names"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 3 0 1 {cert}", "2.0.0") { IsAuthentic = true },
        ["one of two keys"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 3 1 1 {other}\n_{port}._tcp.mx.there.test TLSA 3 1 1 {spki}", "2.0.0") { IsAuthentic = true },
        ["another key than DNS names"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 3 1 1 {other}", "4.7.5") { IsAuthentic = true },
        ["another key, and DNSSEC does not hold"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 3 1 1 {other}", "2.0.0"),
        ["a usage of the web is none"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 1 1 1 {other}", "2.0.0") { IsAuthentic = true },
        ["a usage of the web asks for TLS all the same"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 1 1 1 {other}", "4.7.5") { IsAuthentic = true, IsPlain = true },
        ["DNS names a key, and the server has no TLS"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 3 1 1 {spki}", "4.7.5") { IsAuthentic = true, IsPlain = true },
        ["DNS does not tell which key"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA SERVFAIL", "4.7.5") { IsAuthentic = true },
        ["DANE comes before the policy"] = new(Sts + "\n_{port}._tcp.mx.there.test TLSA 3 1 1 {spki}", "2.0.0") { IsAuthentic = true, Policy = Enforce("mx.elsewhere.test") },
        ["a sure way is asked for, and there is none"] = new(Mx, "5.7.10") { Security = TransportSecurity.Required },
        ["a sure way by the policy"] = new(Sts, "2.0.0") { Policy = Enforce("mx.there.test"), Security = TransportSecurity.Required },
        ["a sure way by DNS"] = new(Mx + "\n_{port}._tcp.mx.there.test TLSA 3 1 1 {spki}", "2.0.0") { IsAuthentic = true, Security = TransportSecurity.Required },
        ["a sure way, and the server has no TLS"] = new(Mx, "4.7.5") { IsAuthentic = true, IsPlain = true, Security = TransportSecurity.Required },
        ["the domain's server is this one"] = new(Mx, "5.4.6") { IsOurs = true },
        ["there is no such domain"] = new("elsewhere.test MX 10 mx.there.test", "5.1.2"),
        ["the domain takes no mail"] = new("{domain} MX 0 .", "5.1.10"),
        ["DNS is silent"] = new("{domain} MX SERVFAIL", "4.4.3"),
    };

    public static TheoryData<string> All => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_way_is_as_sure_as_was_asked_for(string name)
    {
        var wanted = Cases[name];
        await using var sender = world.Send(wanted);

        var fate = await sender.SendAsync();

        fate.Status.Should().Be(wanted.Expected, fate.Diagnostic);
        fate.Kind.Should().Be(wanted.Expected[0] switch { '2' => FateKind.Delivered, '4' => FateKind.Deferred, _ => FateKind.Failed });
    }

    /// <summary>RFC 8460 §4: what the domain is told of the session.</summary>
    [Theory]
    [InlineData("nothing is asked for", "no-policy-found ok")]
    [InlineData("nothing is asked for, and the server has no TLS", "no-policy-found starttls-not-supported")]
    [InlineData("the policy holds", "sts ok")]
    [InlineData("the policy names another server", "sts validation-failure")]
    [InlineData("the policy holds, and the server has no TLS", "sts starttls-not-supported")]
    [InlineData("the policy holds, and nobody knows the certificate", "sts certificate-not-trusted")]
    [InlineData("the policy holds, and the certificate is of another name", "sts certificate-host-mismatch")]
    [InlineData("the policy is only tried out", "sts validation-failure")]
    [InlineData("the policy is only tried out, and would hold", "sts ok")]
    [InlineData("the policy is only tried out, and nobody knows the certificate", "sts certificate-not-trusted")]
    [InlineData("there is no policy where it should be", "no-policy-found ok, sts sts-policy-fetch-error")]
    [InlineData("the policy is rubbish", "no-policy-found ok, sts sts-policy-invalid")]
    [InlineData("the key that DNS names", "tlsa ok")]
    [InlineData("another key than DNS names", "tlsa validation-failure")]
    [InlineData("DNS names a key, and the server has no TLS", "tlsa starttls-not-supported")]
    [InlineData("DNS does not tell which key", "no-policy-found dnssec-invalid")]
    [InlineData("the message waives it", "")]
    public async Task The_domain_is_told_how_it_went(string name, string told)
    {
        await using var sender = world.Send(Cases[name]);
        await sender.SendAsync();
        (await world.ToldAsync(sender.Domain)).Should().Be(told);
    }

    [Fact]
    public async Task Who_silences_the_announcement_does_not_make_us_forget_the_policy()
    {
        await using var sender = world.Send(new Case(Sts, "") { Policy = Enforce("mx.there.test") });
        (await sender.SendAsync()).Kind.Should().Be(FateKind.Delivered);

        await using var attacked = world.Send(new Case(Mx.Replace("mx.there.test", "mx.evil.test", StringComparison.Ordinal), ""), sender.Domain);
        (await attacked.SendAsync()).Status.Should().Be("4.7.5");
    }

    [Fact]
    public async Task A_new_id_brings_the_new_policy()
    {
        await using var sender = world.Send(new Case(Sts, "") { Policy = Enforce("mx.elsewhere.test") });
        (await sender.SendAsync()).Status.Should().Be("4.7.5");

        await using var later = world.Send(new Case(Sts.Replace("id=1", "id=2", StringComparison.Ordinal), "") { Policy = Enforce("mx.there.test") }, sender.Domain);
        (await later.SendAsync()).Status.Should().Be("2.0.0");
    }

    [Fact]
    public async Task What_is_said_before_TLS_begins_is_not_believed()
    {
        await using var liar = new PlainServer(
            "250-mx.there.test\r\n250 STARTTLS\r\n", "220 go\r\n250-mx.there.test\r\n250 AUTH PLAIN\r\n");
        await using var sender = world.Send(new Case(Sts, "") { Policy = Enforce("mx.there.test") }, port: liar.Port);

        (await sender.SendAsync()).Status.Should().Be("4.7.5");
        liar.Messages.Should().Be(0);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("172.20.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("2002:7f00:1::1", false)]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("93.184.216.34", true)]
    [InlineData("2606:2800:220:1::1", true)]
    public void A_policy_is_fetched_from_the_internet_only(string address, bool isPublic) =>
        PublicHttps.IsPublic(IPAddress.Parse(address)).Should().Be(isPublic);

    private static string Enforce(string exchanger) => $"version: STSv1\nmode: enforce\nmx: {exchanger}\nmax_age: 86400\n";

    internal sealed record Case(string Zone, string Expected)
    {
        public string Policy { get; init; } = "";
        public string Kind { get; init; } = "text/plain";
        public bool IsPlain { get; init; }
        public bool IsAuthentic { get; init; }
        public bool KnowsAuthority { get; init; } = true;
        public bool IsOurs { get; init; }
        public TransportSecurity Security { get; init; }
    }

    /// <summary>The servers of there.test: they stay; what DNS and the policy say changes with each case.</summary>
    public sealed class World : IAsyncLifetime
    {
        private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("casella-sts-").FullName;
        /// <summary>Each case has a domain of its own: what is remembered of one must not count for another.</summary>
        private const int MaxDomains = 100;

        private readonly PlainServer _plain = new();
        private int _domains;
        private TestServer _there = null!;
        private WebApplication _web = null!;
        private Case _case = new("", "");
        private ServerCertificate _certificate = null!;

        public async ValueTask InitializeAsync()
        {
            var authority = new LocalAuthority(_folder, TimeProvider.System);
            _certificate = authority.GetServerCertificate(["mx.there.test", .. Enumerable.Range(1, MaxDomains).Select(i => $"mta-sts.d{i}.test")]);
            _there = await TestServer.StartAsync(
                services => services.AddSingleton(_certificate).AddCasellaSmtp(new SmtpOptions(), new InboundOptions(), "mx.there.test"),
                services => [(TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx))]);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate.Certificate)));
            _web = builder.Build();
            _web.Run(AnswerAsync);
            await _web.StartAsync();
        }

        internal Sender Send(Case wanted, string? domain = null, int? port = null)
        {
            _case = wanted;
            domain ??= $"d{Interlocked.Increment(ref _domains)}.test";
            var names = new NameServer { IsAuthentic = wanted.IsAuthentic };
            var mailPort = port ?? (wanted.IsPlain ? _plain.Port : _there.Ports[0]);
            names.With(wanted.Zone
                .Replace("{domain}", domain, StringComparison.Ordinal)
                .Replace("{port}", mailPort.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{spki}", Convert.ToHexString(SHA256.HashData(_certificate.Certificate.PublicKey.ExportSubjectPublicKeyInfo())), StringComparison.Ordinal)
                .Replace("{cert}", Convert.ToHexString(SHA256.HashData(_certificate.Certificate.RawData)), StringComparison.Ordinal)
                .Replace("{other}", Convert.ToHexString(SHA256.HashData("another"u8)), StringComparison.Ordinal));
            var options = new OutboundOptions
            {
                Port = mailPort,
                TrustedRoots = wanted.KnowsAuthority ? Path.Join(_folder, "ca.pem") : "",
                CommandTime = TimeSpan.FromSeconds(10),
            };
            var dns = new NetworkDnsResolver(names.Options);
            // The web server's certificate is believed in any case: only the mail server's is in question.
            var fetch = new StsPolicyFetch(
                new PublicHttps(dns, new Uri(Address()).Port, _ => true), new RemoteCertificates(options with { TrustedRoots = Path.Join(_folder, "ca.pem") }));
            var memory = _there.Services.GetRequiredService<StsPolicyMemory>();
            var demands = new TlsDemands(dns, new StsPolicies(dns, fetch, memory, TimeProvider.System), options);
            var transport = new OutboundTransport(
                options, new SmtpIdentity(wanted.IsOurs ? "mx.there.test" : "mail.example.net"), dns,
                new TlsTools(demands, new RemoteCertificates(options), new TlsSessions(_there.Services.GetRequiredService<ReportLedger>(), options)),
                TimeProvider.System);
            return new Sender(names, fetch, transport, domain, wanted.Security);
        }

        /// <summary>Each kind of session with the domain's servers, in the words of its report.</summary>
        internal async Task<string> ToldAsync(string domain)
        {
            await _there.Services.GetRequiredService<ReportLedger>().FlushAsync(CancellationToken.None);
            var store = _there.Services.GetRequiredService<IReportStore>();
            var rows = await store.ReadAsync(
                new ReportDue(ReportKind.Tls, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), domain), CancellationToken.None);
            return string.Join(", ", rows.Select(row => JsonSerializer.Deserialize<TlsSighting>(row.Facts)!)
                .Select(seen => $"{seen.Policy.Kind} {seen.Failure?.Result ?? "ok"}").Order(StringComparer.Ordinal));
        }

        public async ValueTask DisposeAsync()
        {
            await _web.DisposeAsync();
            await _there.DisposeAsync();
            await _plain.DisposeAsync();
            System.IO.Directory.Delete(_folder, recursive: true);
        }

        private string Address() => _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        private async Task AnswerAsync(HttpContext context)
        {
            if (_case.Policy is "redirect")
            {
                context.Response.Redirect("https://169.254.169.254/");
                return;
            }

            context.Response.StatusCode = _case.Policy.Length > 0 && context.Request.Path == "/.well-known/mta-sts.txt" ? 200 : 404;
            context.Response.ContentType = _case.Kind;
            await context.Response.WriteAsync(_case.Policy);
        }
    }

    /// <summary>A server that sends, with all it has asked.</summary>
    internal sealed class Sender(NameServer names, StsPolicyFetch fetch, OutboundTransport transport, string domain, TransportSecurity security) : IAsyncDisposable
    {
        public string Domain => domain;

        public async Task<RecipientFate> SendAsync()
        {
            await using var message = MessageStaging.FromBytes("From: anna@example.net\r\nSubject: x\r\n\r\nhello\r\n"u8.ToArray());
            var mail = new OutboundMail(domain, Address("anna@example.net"), [new SubmissionRecipient(Address("info@example.org"), null, null)], message, null, null)
            {
                Security = security,
            };
            return (await transport.SendAsync(mail, TestContext.Current.CancellationToken))[0];
        }

        public ValueTask DisposeAsync()
        {
            names.Dispose();
            fetch.Dispose();
            return ValueTask.CompletedTask;
        }

        private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
    }
}
