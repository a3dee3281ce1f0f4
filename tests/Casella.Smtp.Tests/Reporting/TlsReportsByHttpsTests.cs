using System.IO.Compression;
using System.Net;
using AwesomeAssertions;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Storage;
using Casella.Formats.Reports.Aggregates;
using Casella.Net.Dns;
using Casella.Net.Tls;
using Casella.Smtp.Inbound;
using Casella.Smtp.Outbound;
using Casella.Smtp.Tests.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Casella.Smtp.Tests.Reporting;

/// <summary>TLS reports to who wants them by HTTPS (RFC 8460 §5.4): brought, tried again, and never into our own network.</summary>
public sealed class TlsReportsByHttpsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Today = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("casella-posting-").FullName;
    private readonly List<(string Path, string? Kind, byte[] Body)> _got = [];
    private MailExchanger _here = null!;
    private WebApplication _web = null!;

    /// <summary>What the collector answers.</summary>
    private int _status = 200;

    public async ValueTask InitializeAsync()
    {
        _here = await MailExchanger.StartAsync(new InboundOptions());
        // Nobody's: whoever has trouble with certificates must hear of it.
        var certificate = new LocalAuthority(_folder, TimeProvider.System).GetServerCertificate(["somebody.test"]);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate.Certificate)));
        _web = builder.Build();
        _web.Run(TakeAsync);
        await _web.StartAsync(TestContext.Current.CancellationToken);
        _here.Names.With("""
            reports.there.test A 127.0.0.1
            _smtp._tls.web.test TXT v=TLSRPTv1; rua=https://reports.there.test/v1/tls
            _smtp._tls.both.test TXT v=TLSRPTv1; rua=https://reports.there.test/v1/tls,mailto:tls@both.test
            _smtp._tls.inside.test TXT v=TLSRPTv1; rua=https://localhost/x,https://127.0.0.1/x,https://reports.there.test:8080/x,http://reports.there.test/x
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        await _here.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_report_is_posted_once_as_it_would_go_by_mail()
    {
        Saw("web.test");
        await SendAsync(TimeSpan.FromHours(29));
        await SendAsync(TimeSpan.FromHours(30));

        var (path, kind, body) = _got.Should().ContainSingle().Subject;
        (path, kind).Should().Be(("/v1/tls", "application/tlsrpt+gzip"));
        using var unpacked = new MemoryStream();
        await using (var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress))
            await gzip.CopyToAsync(unpacked, TestContext.Current.CancellationToken);
        var report = TlsReportJson.Read(unpacked.ToArray())!;
        report.Policies.Should().ContainSingle().Which.Details.Should().ContainSingle().Which.Count.Should().Be(1);
        (await QueuedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Where_it_is_not_taken_it_is_tried_again_and_not_for_ever()
    {
        _status = 503;
        Saw("web.test");
        await SendAsync(TimeSpan.FromHours(29));
        (await DueAsync()).Should().ContainSingle();
        _status = 302;
        await SendAsync(TimeSpan.FromHours(30));
        _got.Should().HaveCount(2, "nobody is led elsewhere");
        await SendAsync(TimeSpan.FromHours(80));
        (await DueAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_hears_of_it_by_mail_is_not_asked_again()
    {
        _status = 500;
        Saw("both.test");
        await SendAsync(TimeSpan.FromHours(29));
        (await QueuedAsync()).Should().ContainSingle().Which.Recipients.Single().Address.ToString().Should().Be("tls@both.test");
        (await DueAsync()).Should().BeEmpty();
        _got.Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_named_in_our_own_network_is_not_asked()
    {
        Saw("inside.test");
        await SendAsync(TimeSpan.FromHours(29));
        Saw("web.test");
        await SendAsync(TimeSpan.FromHours(29), PublicHttps.IsPublic);
        _got.Should().BeEmpty();
    }

    private void Saw(string domain) => _here.Services.GetRequiredService<ReportLedger>().Note(
        new TlsSighting(new TlsAppliedPolicy("no-policy-found", [], domain, []), new TlsFailure(TlsResultTypes.NoStartTls, "mx.there.test", "mx.there.test", "192.0.2.1", "")));

    private async Task SendAsync(TimeSpan later, Func<IPAddress, bool>? mayAsk = null)
    {
        var services = _here.Services;
        await services.GetRequiredService<ReportLedger>().FlushAsync(TestContext.Current.CancellationToken);
        var dns = new NetworkDnsResolver(_here.Names.Options);
        using var posting = new ReportPosting(new PublicHttps(dns, new Uri(Address()).Port, mayAsk ?? (_ => true)));
        var destinations = new ReportDestinations(dns, new InboundRules(new InboundOptions(), NullLogger<InboundRules>.Instance), posting);
        await new ReportSending(
            services.GetRequiredService<IReportStore>(), services.GetRequiredService<IDirectoryStore>(), destinations, services.GetRequiredService<MailQueue>(),
            new FakeTimeProvider(Today + later), NullLogger<ReportSending>.Instance).SendDueAsync(TestContext.Current.CancellationToken);
    }

    private Task<IReadOnlyList<ReportDue>> DueAsync() =>
        _here.Services.GetRequiredService<IReportStore>().DueAsync(DateOnly.MaxValue, TestContext.Current.CancellationToken);

    private async Task<IReadOnlyList<QueuedMessage>> QueuedAsync() => await _here.Services.GetRequiredService<MailQueue>().ListAsync(TestContext.Current.CancellationToken);

    private string Address() => _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _got.Add((context.Request.Path, context.Request.ContentType, body.ToArray()));
        context.Response.StatusCode = _status;
        if (_status is 302)
            context.Response.Headers.Location = "https://reports.there.test/elsewhere";
    }
}
